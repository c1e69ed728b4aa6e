// A launch from its first block to its last.
#include <algorithm>
#include <bit>
#include <numeric>

#include "block.h"
#include "counters.h"
#include "deadlock.h"
#include "shadow.h"
#include "workers.h"

namespace cudasim {

namespace {

// Looks at memory in a row, of all threads together, that found nothing new. A loop that waits for something that will
// come sees it long before.
constexpr std::uint64_t kMostIdlePolls = 200'000;

// Below this, waking another core costs more than it brings.
constexpr std::uint64_t kWorthSharing = 1024;

std::mutex pool_mutex;

std::vector<std::unique_ptr<Block>>& pool() {
  static auto* const blocks = new std::vector<std::unique_ptr<Block>>;
  return *blocks;
}

std::unique_ptr<Block> take_block() {
  {
    const std::lock_guard lock(pool_mutex);
    if (!pool().empty()) {
      std::unique_ptr<Block> block = std::move(pool().back());
      pool().pop_back();
      return block;
    }
  }
  return std::make_unique<Block>();
}

void give_block(std::unique_ptr<Block> block) {
  const std::lock_guard lock(pool_mutex);
  pool().push_back(std::move(block));
}

// The blocks of a cooperative launch are resident together. Others come one after the other, as they may on a GPU; or,
// now and then, a few at once.
unsigned resident_at_once(const Launch& launch, Random& random) {
  const auto blocks = static_cast<unsigned>(launch.grid.volume());
  if (launch.cooperative) {
    return blocks;
  }
  if constexpr (checked) {
    constexpr unsigned choices[] = {1, 1, 1, 2, 4};
    return std::min(blocks, choices[random.below(std::size(choices))]);
  } else {
    return 1;
  }
}

std::vector<std::uint32_t> random_order(std::uint32_t count, Random& random) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  for (std::uint32_t i = count; i > 1; i--) {
    std::swap(order[i - 1], order[random.below(i)]);
  }
  return order;
}

std::uint64_t reported_seed = 1;

}  // namespace

void Grid::found(Finding what) {
  const std::lock_guard lock(mutex);
  if (!finding) {
    finding = std::move(what);
  }
  stopped = true;
}

void Executor::run() {
  while (!grid.stopped) {
    while (running.size() < grid.resident) {
      const std::size_t next = grid.next.fetch_add(1);
      if (next >= grid.order.size()) {
        break;
      }
      running.push_back(take_block());
      running.back()->prepare(*this);
      running.back()->begin(grid.order[next]);
    }
    if (running.empty()) {
      return;
    }
    const std::size_t at = running.size() == 1 ? 0 : random.below(static_cast<std::uint32_t>(running.size()));
    Block& block = *running[at];
    block.resume();
    if (block.finished()) {
      retire(at);
    } else if (!grid.stopped && block.ready_warps == 0) {
      if (!block.polls()) {
        grid.found(deadlock(block));
      } else if (idle_polls > kMostIdlePolls) {
        grid.found(endless_polling(*this));
      }
    }
  }
  for (std::unique_ptr<Block>& block : running) {
    give_block(std::move(block));
  }
  running.clear();
}

void Executor::retire(std::size_t at) {
  // The usual case needs no other block object: the next block begins in this one.
  if (grid.resident == 1) {
    const std::size_t next = grid.next.fetch_add(1);
    if (next < grid.order.size()) {
      running[at]->begin(grid.order[next]);
      return;
    }
  }
  give_block(std::move(running[at]));
  running.erase(running.begin() + static_cast<std::ptrdiff_t>(at));
}

void poll(Thread& thread) {
  thread.block->executor->idle_polls++;
  thread.block->set_idle(*thread.warp, thread.bit());
  thread.warp->polling |= thread.bit();
  thread.block->leave(thread);
}

void fail(Thread& thread, Finding finding) {
  Executor& executor = *thread.block->executor;
  executor.grid.found(std::move(finding));
  cudasim_here = nullptr;
  cudasim_switch(&thread.stack_pointer, executor.home);
  __builtin_unreachable();
}

void set_reported_seed(std::uint64_t seed) { reported_seed = seed; }

bool is_checked() { return checked; }

Outcome run(const Launch& launch, const Limits& limits, std::uint64_t seed) {
  if (Outcome refused = check(launch, limits); !refused.ok()) {
    return refused;
  }
  static std::mutex one_at_a_time;
  static std::uint32_t launches = 0;
  const std::lock_guard lock(one_at_a_time);
  Random random(seed);
  Grid grid(launch, limits, ++launches);
  grid.resident = resident_at_once(launch, random);
  grid.order = random_order(static_cast<std::uint32_t>(launch.grid.volume()), random);
  const bool alone = checked || launch.cooperative || grid.order.size() == 1 ||
                     launch.grid.volume() * launch.block.volume() < kWorthSharing;
  if (alone) {
    Executor(grid, random.next()).run();
  } else {
    on_all_cores([&grid, seed](unsigned worker) { Executor(grid, seed + worker).run(); });
  }
  if (!grid.finding) {
    grid.finding = unrested_counter(grid);
  }
  if (!grid.finding) {
    return {};
  }
  return {grid.finding->error, report(*grid.finding, launch, reported_seed)};
}

}  // namespace cudasim

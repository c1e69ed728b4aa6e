#include "deadlock.h"

#include <bit>

#include "access_findings.h"
#include "block.h"

namespace cudasim {

namespace {

enum class Wait { barrier, lanes, polling };

std::string describe(Wait wait, const Thread& thread, unsigned others) {
  const std::string more = others == 0 ? "" : text(" (and %u more like it)", others);
  switch (wait) {
    case Wait::barrier: {
      const Barrier& barrier = thread.block->barrier;
      return text("waits at __syncthreads (%s:%d)", barrier.file, barrier.line) + more;
    }
    case Wait::lanes: {
      const Warp& warp = *thread.warp;
      const std::uint32_t mask = warp.mask[thread.lane];
      return text("waits for the lanes 0x%08x of its warp (mask 0x%08x)", mask & warp.alive & ~warp.waiting, mask) + more;
    }
    case Wait::polling:
      return text("polls %s and finds %llu", describe_memory(thread, thread.polled).c_str(),
                  static_cast<unsigned long long>(thread.found)) +
             more + ",";
  }
  return more;
}

Wait wait_of(const Thread& thread) {
  if ((thread.warp->waiting & thread.bit()) != 0) {
    return Wait::lanes;
  }
  return (thread.warp->polling & thread.bit()) != 0 ? Wait::polling : Wait::barrier;
}

// One place for all threads of a block that wait at the same call for the same thing.
void add_waiting(const Block& block, std::vector<Place>& places) {
  struct Group {
    const Thread* first;
    Wait wait;
    unsigned count;
  };
  std::vector<Group> groups;
  for (unsigned i = 0; i < block.threads_count; i++) {
    const Thread& thread = block.threads[i];
    if ((thread.warp->alive & thread.bit()) == 0) {
      continue;
    }
    const Wait wait = wait_of(thread);
    bool known = false;
    for (Group& group : groups) {
      if (group.wait == wait && group.first->pc == thread.pc &&
          (wait != Wait::lanes || (group.first->warp == thread.warp))) {
        group.count++;
        known = true;
        break;
      }
    }
    if (!known) {
      groups.push_back({&thread, wait, 1});
    }
  }
  constexpr std::size_t kShown = 8;
  for (const Group& group : groups) {
    if (places.size() < kShown) {
      places.push_back(place_of(*group.first, describe(group.wait, *group.first, group.count - 1)));
    }
  }
}

}  // namespace

Finding deadlock(const Block& block) {
  Finding finding{.what = "deadlock: no thread of the block can go on", .places = {}, .where = {},
                  .cure = "whoever is waited for must get there: look for a branch or a return that leads around it"};
  add_waiting(block, finding.places);
  return finding;
}

Finding endless_polling(const Executor& executor) {
  Finding finding{.what = "deadlock: threads wait for memory to change, and nobody is left to change it",
                  .places = {}, .where = {}, .cure = {}};
  for (const auto& block : executor.running) {
    add_waiting(*block, finding.places);
  }
  finding.cure = executor.grid.launch.cooperative
                     ? "look at who should have written: too few arrivals, or a counter that was not at rest"
                     : "blocks that wait for each other need a cooperative launch: without, one may begin only after "
                       "another has ended";
  return finding;
}

}  // namespace cudasim

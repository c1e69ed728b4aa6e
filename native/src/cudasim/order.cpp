#include "order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "block.h"

namespace cudasim {

namespace order {

namespace {

constexpr Knowledge ThreadOrder::*kOfFences[] = {&ThreadOrder::released_block, &ThreadOrder::released_device,
                                                 &ThreadOrder::unclaimed_block, &ThreadOrder::unclaimed_device};

// After a barrier of these threads, what fences are about is common to them.
void share_fences(const std::vector<ThreadOrder*>& threads) {
  std::vector<const Knowledge*> parts;
  for (Knowledge ThreadOrder::*const part : kOfFences) {
    parts.clear();
    for (const ThreadOrder* const thread : threads) {
      parts.push_back(&(thread->*part));
    }
    const Knowledge joined = Knowledge::join_all(parts);
    for (ThreadOrder* const thread : threads) {
      thread->*part = joined;
    }
  }
}

Locations& locations_of(Thread& thread, const void* at) {
  Block& block = *thread.block;
  return block.shared.contains(at) ? block.order.locations : block.executor->grid.locations;
}

void learn(Thread& thread, const Knowledge& what) {
  if (!what.empty()) {
    thread.order.acquired.join(what);
    thread.block->order.learned = true;
  }
}

// All that comes before what the thread does from now on, its own deeds included; its clock goes on.
Knowledge snapshot(Thread& thread) {
  BlockOrder& block = thread.block->order;
  const std::uint32_t index = thread.block->index;
  std::vector<std::pair<std::uint64_t, Moment>> own;
  own.emplace_back(Knowledge::block_key(index), block.base - 1);
  const unsigned first = thread.index - thread.lane;
  for (unsigned lane = 0; lane < 32; lane++) {
    if (lane == thread.lane) {
      own.emplace_back(Knowledge::thread_key(index, thread.index), thread.order.clock);
    } else if (thread.warp->order.used && thread.warp->order.known[thread.lane][lane] >= block.base) {
      own.emplace_back(Knowledge::thread_key(index, first + lane), thread.warp->order.known[thread.lane][lane]);
    }
  }
  Knowledge all = block.known;
  all.join(thread.order.acquired);
  all.add(own);
  thread.order.clock++;
  block.latest = std::max(block.latest, thread.order.clock);
  return all;
}

}  // namespace

void begin_block(Block& block) {
  BlockOrder& order = block.order;
  order.base = order.latest = 1;
  order.learned = false;
  order.fenced = false;
  order.known.clear();
  order.locations.clear();
  for (Warp& warp : block.all_warps()) {
    if (warp.order.used) {
      warp.order.used = false;
      std::memset(warp.order.known, 0, sizeof warp.order.known);
    }
  }
}

void begin_thread(Thread& thread) {
  thread.order = ThreadOrder{};
  thread.order.clock = thread.block->order.base;
}

void complete_barrier(Block& block) {
  BlockOrder& order = block.order;
  order.base = ++order.latest;
  if (order.learned) {
    for (unsigned i = 0; i < block.threads_count; i++) {
      ThreadOrder& thread = block.threads[i].order;
      order.known.join(thread.acquired);
      thread.acquired.clear();
    }
    order.learned = false;
  }
  if (order.fenced) {
    std::vector<ThreadOrder*> threads;
    for (unsigned i = 0; i < block.threads_count; i++) {
      threads.push_back(&block.threads[i].order);
    }
    share_fences(threads);
    order.fenced = false;
  }
}

void leave_barrier(Thread& thread) { thread.order.clock = thread.block->order.base; }

void complete_sync_warp(Warp& warp, std::uint32_t lanes) {
  WarpOrder& order = warp.order;
  BlockOrder& block = warp.block->order;
  order.used = true;
  Moment joined[32] = {};
  Knowledge acquired;
  for (std::uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
    for (unsigned i = 0; i < 32; i++) {
      joined[i] = std::max(joined[i], order.known[lane][i]);
    }
    acquired.join(warp.thread(lane).order.acquired);
  }
  for (std::uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
    joined[lane] = warp.thread(lane).order.clock;
  }
  for (std::uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
    std::memcpy(order.known[lane], joined, sizeof joined);
    ThreadOrder& thread = warp.thread(lane).order;
    thread.acquired = acquired;
    thread.clock++;
    block.latest = std::max(block.latest, thread.clock);
  }
  if (block.fenced) {
    std::vector<ThreadOrder*> threads;
    for (std::uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
      threads.push_back(&warp.thread(static_cast<unsigned>(std::countr_zero(rest))).order);
    }
    share_fences(threads);
  }
}

void fence(Thread& thread, bool device) {
  ThreadOrder& order = thread.order;
  learn(thread, order.unclaimed_block);
  order.unclaimed_block.clear();
  if (device) {
    learn(thread, order.unclaimed_device);
    order.unclaimed_device.clear();
  }
  thread.block->order.fenced = true;
  order.released_block = snapshot(thread);
  if (device) {
    order.released_device = order.released_block;
  }
}

void atomic_load(Thread& thread, const void* at) {
  const Locations& locations = locations_of(thread, at);
  const auto found = locations.find(at);
  if (found != locations.end()) {
    thread.block->order.fenced = true;
    thread.order.unclaimed_device.join(found->second.device);
    thread.order.unclaimed_block.join(found->second.device);
    if (found->second.block_index == thread.block->index) {
      thread.order.unclaimed_block.join(found->second.block);
    }
  }
}

void atomic(Thread& thread, const void* at) {
  ThreadOrder& order = thread.order;
  Locations& locations = locations_of(thread, at);
  const bool releases = !order.released_block.empty();
  if (!releases && locations.empty()) {
    return;
  }
  auto found = locations.find(at);
  if (found == locations.end()) {
    if (!releases) {
      return;
    }
    found = locations.emplace(at, Location{}).first;
  }
  Location& location = found->second;
  thread.block->order.fenced = true;
  order.unclaimed_device.join(location.device);
  order.unclaimed_block.join(location.device);
  if (location.block_index == thread.block->index) {
    order.unclaimed_block.join(location.block);
  } else if (releases) {
    location.block.clear();
    location.block_index = thread.block->index;
  }
  location.device.join(order.released_device);
  location.block.join(order.released_block);
}

void release(Thread& thread, const void* at, bool device, bool replaces) {
  Location& location = locations_of(thread, at)[at];
  if (replaces || location.block_index != thread.block->index) {
    location.block.clear();
  }
  if (replaces) {
    location.device.clear();
  }
  location.block_index = thread.block->index;
  const Knowledge all = snapshot(thread);
  location.block.join(all);
  if (device) {
    location.device.join(all);
  }
}

void acquire(Thread& thread, const void* at, bool device) {
  Locations& locations = locations_of(thread, at);
  const auto found = locations.find(at);
  if (found == locations.end()) {
    return;
  }
  if (device) {
    learn(thread, found->second.device);
  }
  if (found->second.block_index == thread.block->index) {
    learn(thread, found->second.block);
  }
}

void hand_over(Block& block, const void* from, const void* to) {
  Locations& locations = block.order.locations;
  locations[to] = std::move(locations[from]);
  locations.erase(from);
}

bool before(std::uint32_t block, unsigned thread, Moment moment, const Thread& now) {
  const BlockOrder& order = now.block->order;
  if (block == now.block->index) {
    if (thread == now.index || moment < order.base) {
      return true;
    }
    if (thread / 32 == now.warp->index && moment <= now.warp->order.known[now.lane][thread % 32]) {
      return true;
    }
  }
  return now.order.acquired.covers(block, thread, moment) || order.known.covers(block, thread, moment);
}

bool before(std::uint32_t block, unsigned warp, std::uint32_t lanes, Moment moment, const Thread& now) {
  if (block == now.block->index && moment < now.block->order.base) {
    return true;
  }
  for (std::uint32_t rest = lanes; rest != 0; rest &= rest - 1) {
    if (!before(block, warp * 32 + static_cast<unsigned>(std::countr_zero(rest)), moment, now)) {
      return false;
    }
  }
  return true;
}

}  // namespace order

}  // namespace cudasim

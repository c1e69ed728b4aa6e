// What the lanes of a warp do together. The lane that comes last does the work for all of them and hands out results.
#include <bit>

#include "block.h"
#include "matrix.h"

namespace cudasim {

namespace {

constexpr std::uint64_t kPoison = ~std::uint64_t{0};

const char* name_of(Meeting meeting) {
  switch (meeting) {
    case Meeting::sync:
      return "__syncwarp";
    case Meeting::shuffle:
      return "a shuffle";
    case Meeting::ballot:
      return "a vote";
    case Meeting::load_matrix:
      return "ldmatrix";
    case Meeting::multiply:
      return "mma";
  }
  return "?";
}

[[noreturn]] void fail_not_in_mask(Thread& thread, Meeting meeting, std::uint32_t mask) {
  fail(thread, {.what = text("a thread calls %s with a mask that leaves itself out", name_of(meeting)),
                .places = {place_of(thread, text("is lane %u and passes the mask 0x%08x", thread.lane, mask))},
                .where = {},
                .cure = "a mask names all lanes that make the call, the caller too"});
}

[[noreturn]] void fail_mismatch(Thread& thread, Thread& other, Meeting mine, std::uint32_t mask, Meeting theirs,
                                std::uint32_t their_mask) {
  fail(thread, {.what = "divergent warp: lanes that name each other in their masks are at different operations",
                .places = {place_of(thread, text("is at %s with the mask 0x%08x", name_of(mine), mask)),
                           place_of(other, text("waits in %s with the mask 0x%08x", name_of(theirs), their_mask))},
                .where = {},
                .cure = "all lanes of a mask make the same call with the same mask; take it out of the branch"});
}

}  // namespace

Thread& Warp::thread(unsigned lane) const { return block->threads[index * 32 + lane]; }

std::uint64_t Warp::meet(Thread& thread, Meeting kind, std::uint32_t lanes, std::uint64_t brought, unsigned from) {
  const unsigned lane = thread.lane;
  const std::uint32_t bit = thread.bit();
  if ((lanes & bit) == 0) [[unlikely]] {
    fail_not_in_mask(thread, kind, lanes);
  }
  const std::uint32_t others = waiting & lanes;
  if (others != 0) {
    const unsigned other = static_cast<unsigned>(std::countr_zero(others));
    if (mask[other] != lanes || meeting[other] != kind) [[unlikely]] {
      fail_mismatch(thread, this->thread(other), kind, lanes, meeting[other], mask[other]);
    }
  }
  waiting |= bit;
  mask[lane] = lanes;
  meeting[lane] = kind;
  value[lane] = brought;
  source[lane] = static_cast<unsigned char>(from);
  const std::uint32_t group = lanes & alive;
  if ((waiting & lanes) == group) {
    complete(group, kind);
    block->shuffle_turns(thread);
  } else {
    block->set_idle(*this, bit);
    block->leave(thread);
  }
  return result[lane];
}

void Warp::complete(std::uint32_t group, Meeting kind) {
  switch (kind) {
    case Meeting::sync:
      if constexpr (checked) {
        order::complete_sync_warp(*this, group);
      }
      break;
    case Meeting::shuffle:
      for (std::uint32_t rest = group; rest != 0; rest &= rest - 1) {
        const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
        const unsigned from = source[lane];
        result[lane] = (group >> from & 1u) != 0 ? value[from] : kPoison;
      }
      break;
    case Meeting::ballot: {
      std::uint32_t votes = 0;
      for (std::uint32_t rest = group; rest != 0; rest &= rest - 1) {
        const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
        votes |= static_cast<std::uint32_t>(value[lane]) << lane;
      }
      for (std::uint32_t rest = group; rest != 0; rest &= rest - 1) {
        result[std::countr_zero(rest)] = votes;
      }
      break;
    }
    case Meeting::load_matrix:
      load_matrices(*this, group);
      break;
    case Meeting::multiply:
      multiply_matrices(*this, group);
      break;
  }
  waiting &= ~group;
  block->set_ready(*this, group);
}

// Lanes that have exited are excused: others may have waited for this one alone.
void Warp::exit(Thread& thread) {
  alive &= ~thread.bit();
  std::uint32_t rest = waiting;
  while (rest != 0) {
    const unsigned lane = static_cast<unsigned>(std::countr_zero(rest));
    const std::uint32_t group = mask[lane] & alive;
    if ((waiting & mask[lane]) == group) {
      complete(group, meeting[lane]);
    }
    rest &= ~mask[lane];
  }
}

}  // namespace cudasim

// mbarrier: a barrier in a word of shared memory.
//
//   63       48 47        41  40  39      20 19      0
//   |  magic   |           | odd | arrivals | count  |     odd: the parity of the phase under way;
//                                                          arrivals: how many are still to come in it
#include "access_findings.h"
#include "block.h"
#include "poll.h"

namespace cudasim {

namespace {

constexpr std::uint64_t kMagic = std::uint64_t{0x6d62} << 48;
constexpr std::uint64_t kMagicMask = std::uint64_t{0xffff} << 48;
constexpr std::uint64_t kOdd = std::uint64_t{1} << 40;
constexpr unsigned kShift = 20;
constexpr std::uint64_t kCount = (1u << kShift) - 1;

Thread& enter(const std::uint64_t* barrier, Access access, const void* pc) {
  Thread& thread = *running_thread();
  thread.pc = pc;
  if constexpr (checked) {
    if (reinterpret_cast<std::uintptr_t>(barrier) % sizeof *barrier != 0) {
      fail_misaligned({thread, barrier, sizeof *barrier, access, pc}, sizeof *barrier);
    }
    if (!thread.block->shared.contains(barrier)) {
      fail_foreign({thread, barrier, sizeof *barrier, access, pc}, "an mbarrier that is not in shared memory");
    }
    shadow::check(thread, barrier, sizeof *barrier, access, pc);
  }
  if (access != Access::write && (*barrier & kMagicMask) != kMagic) {
    fail(thread, {.what = "an mbarrier is used that nobody initialised",
                  .places = {place_of(thread, "uses it")},
                  .where = describe_memory(thread, barrier),
                  .cure = "one thread calls mbarrier.init, then __syncthreads()"});
  }
  return thread;
}

// Where what the phase before released is acquired: next to where arrivals release for the present one.
const void* completed(const std::uint64_t* barrier) { return reinterpret_cast<const char*>(barrier) + 1; }

}  // namespace

void mbarrier_init(std::uint64_t* barrier, std::uint32_t count) {
  enter(barrier, Access::write, __builtin_return_address(0));
  *barrier = kMagic | std::uint64_t{count} << kShift | count;
}

void mbarrier_arrive(std::uint64_t* barrier) {
  Thread& thread = enter(barrier, Access::atomic_write, __builtin_return_address(0));
  if constexpr (checked) {
    order::release(thread, barrier, false, false);
  }
  *barrier -= std::uint64_t{1} << kShift;
  if ((*barrier >> kShift & kCount) == 0) {
    *barrier = (*barrier ^ kOdd) | (*barrier & kCount) << kShift;
    if constexpr (checked) {
      order::hand_over(*thread.block, barrier, completed(barrier));
    }
  }
  note_progress(thread);
  thread.block->shuffle_turns(thread);
}

bool mbarrier_try_wait(std::uint64_t* barrier, std::uint32_t parity) {
  Thread& thread = enter(barrier, Access::atomic_read, __builtin_return_address(0));
  const std::uint32_t phase = (*barrier & kOdd) != 0;
  if (phase == parity) {
    thread.polled = barrier;
    thread.found = *barrier;
    poll(thread);
    return false;
  }
  if constexpr (checked) {
    order::acquire(thread, completed(barrier), false);
  }
  return true;
}

}  // namespace cudasim

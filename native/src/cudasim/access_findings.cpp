#include "access_findings.h"

#include "arena.h"

namespace cudasim {

namespace {

const char* verb(Access access) {
  switch (access) {
    case Access::read:
      return "reads";
    case Access::write:
      return "writes";
    case Access::constant_read:
      return "reads, through ld.global.nc,";
    case Access::atomic_read:
      return "reads atomically";
    case Access::atomic_write:
      return "changes atomically";
    case Access::atomic_store:
      return "stores atomically";
  }
  return "?";
}

Place place_of(const Attempt& attempt) {
  Place place = place_of(attempt.thread, text("%s %zu bytes", verb(attempt.access), attempt.bytes));
  place.pc = attempt.pc;
  return place;
}

Place place_of(const Attempt& attempt, const Earlier& earlier) {
  const Launch& launch = attempt.thread.block->executor->grid.launch;
  const auto position = [](unsigned index, const Dim3& shape) {
    return Dim3{index % shape.x, index / shape.x % shape.y, index / shape.x / shape.y};
  };
  const char* const did = earlier.write ? (earlier.atomic ? "changed them atomically" : "wrote them")
                                        : (earlier.atomic ? "read them atomically" : "read them");
  return {text("%s before,", did), position(earlier.block, launch.grid), position(earlier.thread, launch.block),
          earlier.pc};
}

[[noreturn]] void fail_at(const Attempt& attempt, int error, std::string what, std::string cure) {
  fail(attempt.thread, {.error = error,
                        .what = std::move(what),
                        .places = {place_of(attempt)},
                        .where = describe_memory(attempt.thread, attempt.at),
                        .cure = std::move(cure)});
}

std::string describe_shared(const SharedMemory& shared, std::size_t offset) {
  const SharedMemory::Variable* const variable = shared.nearest(offset);
  if (variable == nullptr) {
    return "shared memory, of which the block has none";
  }
  const long at = static_cast<long>(offset) - static_cast<long>(variable->begin);
  return text("shared memory '%s' %c %ld, of %u bytes", variable->name, at < 0 ? '-' : '+', at < 0 ? -at : at,
              variable->bytes);
}

std::string describe_allocation(const Allocation& allocation, const void* at) {
  const long offset = static_cast<long>(static_cast<const std::byte*>(at) - allocation.address);
  return text("'%s' %c %ld, of %zu bytes%s", allocation.what.c_str(), offset < 0 ? '-' : '+',
              offset < 0 ? -offset : offset, allocation.bytes, allocation.live ? "" : ", freed");
}

}  // namespace

std::string describe_memory(const Thread& thread, const void* at) {
  const SharedMemory& shared = thread.block->shared;
  if (shared.contains(at)) {
    return describe_shared(shared, shared.offset(at));
  }
  const Allocation* const allocation = find(at);
  return allocation != nullptr ? describe_allocation(*allocation, at) : text("%p, which no allocation holds", at);
}

void fail_bounds(const Attempt& attempt) {
  const bool shared = attempt.thread.block->shared.contains(attempt.at);
  const Allocation* const allocation = shared ? nullptr : find(attempt.at);
  const bool freed = allocation != nullptr && !allocation->live;
  std::string what = freed    ? "use after free"
                     : shared ? "out of bounds in shared memory"
                              : "out of bounds in device memory";
  fail_at(attempt, code::illegal_address, std::move(what),
          freed ? "free memory only after the work that uses it has ended: synchronise the stream first"
                : "guard the access, or correct the index, the size passed to the kernel or the allocation");
}

void fail_misaligned(const Attempt& attempt, std::size_t wanted) {
  fail_at(attempt, code::misaligned_address,
          text("misaligned: an access of %zu bytes at an address that is %zu past a multiple", wanted,
               reinterpret_cast<std::uintptr_t>(attempt.at) % wanted),
          "pad rows so that each starts on a multiple, or take narrower loads where it does not");
}

void fail_uninitialised(const Attempt& attempt, std::size_t first) {
  fail_at(attempt, code::launch_failed,
          first == 0 ? "uninitialised: reads bytes that nobody wrote"
                     : text("uninitialised: reads bytes of which nobody wrote those from the %zuth on", first + 1),
          "write or fill them first; of cp.async: wait for the group and then for the other threads");
}

void fail_race(const Attempt& attempt, const Earlier& earlier) {
  const Thread& thread = attempt.thread;
  std::string what = is_write(attempt.access) && earlier.write ? "race: two writes that nothing orders"
                                                               : "race: a read and a write that nothing orders";
  std::string cure;
  if (earlier.block != thread.block->index) {
    what += ", of different blocks";
    cure = "end the launch between them; or order them: the writer calls __threadfence() and then an atomic, the reader "
           "an atomic that sees it and then __threadfence() (where another thread of the block does the atomic: with "
           "__syncthreads() in between), or st.release and ld.acquire, or a grid barrier";
  } else if (earlier.thread / 32 == thread.index / 32) {
    what += ", of one warp";
    cure = "__syncwarp() between them; a shuffle or a vote does not order memory";
  } else {
    what += ", of one block";
    cure = "__syncthreads() between them";
  }
  fail(attempt.thread, {.error = code::launch_failed,
                        .what = std::move(what),
                        .places = {place_of(attempt), place_of(attempt, earlier)},
                        .where = describe_memory(thread, attempt.at),
                        .cure = std::move(cure)});
}

void fail_stale_constant(const Attempt& attempt, const Earlier& earlier) {
  fail(attempt.thread, {.error = code::launch_failed,
                        .what = "stale .nc: bytes that this launch writes are read through ld.global.nc (__ldg), whose "
                                "cache does not see writes",
                        .places = {place_of(attempt), place_of(attempt, earlier)},
                        .where = describe_memory(attempt.thread, attempt.at),
                        .cure = "read them with a plain load; .nc is for what nobody writes while the kernel runs"});
}

void fail_foreign(const Attempt& attempt, const char* whose) {
  fail_at(attempt, code::illegal_address, text("a kernel accesses %s", whose),
          "pass device memory; a pointer to host memory or to another thread's variables means nothing on a GPU");
}

}  // namespace cudasim

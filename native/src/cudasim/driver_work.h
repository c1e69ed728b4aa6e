// What can be queued in a stream or stand in a graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "core.h"
#include "driver_abi.h"
#include "driver_log.h"
#include "driver_objects.h"

namespace cudasim::driver {

// The values of a kernel's parameters, taken when the launch was asked for.
class Arguments {
 public:
  Arguments() = default;
  // From `kernelParams`, a pointer to each value, or from `extra`, one buffer laid out as the PTX declares. Refuses
  // anything else with CUDA_ERROR_INVALID_VALUE.
  Arguments(const Kernel& kernel, void* const* values, void* const* extra);

  // One pointer for each parameter, as long as this object lives.
  std::vector<void*> pointers() const;

 private:
  std::vector<std::size_t> offsets_;
  std::vector<std::byte> bytes_;
};

struct KernelWork {
  std::shared_ptr<Function> function;
  std::shared_ptr<Module> module;
  Limits limits;  // as they were when the launch was asked for
  Dim3 grid, block;
  std::size_t dynamic_shared = 0;
  bool cooperative = false;
  Arguments arguments;
};

// A copy of `depth` slices of `height` rows of `width` bytes; most are one row.
struct CopyWork {
  enum class Place { host, device };
  struct End {
    Place place = Place::host;
    std::uintptr_t address = 0;
    bool pinned = false;    // page-locked when the copy was asked for
    std::size_t pitch = 0;  // from row to row
    std::size_t slice = 0;  // from slice to slice
  };
  End to, from;
  std::size_t width = 0, height = 1, depth = 1;
  // What the host held when the call returned, where the copy no longer depends on the caller's memory.
  std::shared_ptr<const std::vector<std::byte>> staged;
};

struct FillWork {
  CUdeviceptr to = 0;
  std::uint32_t value = 0;
  unsigned element = 1;  // bytes: 1, 2 or 4
  std::size_t pitch = 0, width = 0, height = 1;  // width in elements
};

struct HostWork {
  CUhostFn function = nullptr;
  CUstreamCallback callback = nullptr;  // instead of `function`
  CUstream stream = nullptr;            // what a callback is told
  void* data = nullptr;
};

struct FreeWork {
  CUdeviceptr address = 0;
};

struct EmptyWork {};

struct RecordWork {
  std::shared_ptr<Event> event;
};

struct WaitWork {
  std::shared_ptr<Event> event;
};

using Work = std::variant<EmptyWork, KernelWork, CopyWork, FillWork, HostWork, FreeWork, RecordWork, WaitWork>;

// Does it, now. Records, waits and empty nodes are a matter of order alone: nothing is left to do.
Outcome execute(const Work& work, const Site& site);

// Refuses what a call must refuse before anything is queued.
void check(const KernelWork& work);
void check(const CopyWork& work);
void check(const FillWork& work);

// A function with its arguments, checked.
KernelWork kernel_work(CUfunction function, Dim3 grid, Dim3 block, std::size_t dynamic_shared, void* const* values,
                       void* const* extra, bool cooperative);

}  // namespace cudasim::driver

// The state of the driver, and the frame around every call of its API.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core.h"
#include "driver_abi.h"
#include "driver_fault.h"
#include "driver_log.h"
#include "driver_objects.h"
#include "driver_queue.h"
#include "driver_random.h"
#include "driver_settings.h"

// Exported under its own name; everything else in the library is hidden.
#define CUDASIM_API extern "C" __attribute__((visibility("default")))

namespace cudasim::driver {

struct Graph;
struct GraphExec;

// A device allocation, by its first address.
struct Buffer {
  std::size_t bytes = 0;
  std::shared_ptr<Context> context;
  std::shared_ptr<Pool> pool;  // null: cuMemAlloc
};

// Page-locked host memory, by its first address.
struct Pinned {
  std::size_t bytes = 0;
  unsigned flags = 0;
  bool registered = false;  // the caller's own memory, by cuMemHostRegister
  std::shared_ptr<Context> context;
};

struct Device {
  std::shared_ptr<Context> primary;
  unsigned primary_retained = 0;
  unsigned primary_flags = 0;
  std::shared_ptr<Pool> default_pool, pool;
};

// One lock for all: a driver call runs alone, and with it whatever work it sets going.
struct Driver {
  std::mutex mutex;
  Settings settings;
  bool initialized = false;
  std::atomic<bool> ended = false;  // the process is exiting
  std::uint64_t calls = 0;
  std::uint64_t findings = 0;
  Fault fault;
  Log log;
  Random random{1};
  std::uint64_t launches = 0;
  Queue queue{random};

  std::vector<Device> devices;
  Handles<CUcontext, Context> contexts;
  Handles<CUstream, Stream> streams;
  Handles<CUevent, Event> events;
  Handles<CUmodule, Module> modules;
  Handles<CUfunction, Function> functions;
  Handles<CUmemoryPool, Pool> pools;
  Handles<CUgraph, Graph> graphs;
  Handles<CUgraphNode, GraphNode> nodes;
  Handles<CUgraphExec, GraphExec> graph_execs;
  std::map<CUdeviceptr, Buffer> buffers;
  std::map<std::uintptr_t, Pinned> pinned;
  std::vector<std::weak_ptr<Capture>> captures;
  std::uint64_t streams_created = 0, graphs_instantiated = 0;

  Driver();
  void seed(std::uint64_t seed);
  // Something that a person must be told: a bug in the program that uses the driver.
  void report(const std::string& text);
};

// Never destroyed: threads may call until the process is gone.
Driver& driver();

// --- the frame of a call ----------------------------------------------------------------------------------------------

// The contexts that this thread has pushed; the last is current.
std::vector<std::shared_ptr<Context>>& context_stack();
// The current context, which must be alive and not poisoned.
std::shared_ptr<Context> current_context();
void require_healthy(const Context& context);

class Entry {
 public:
  // Takes the lock unless `refused()`.
  Entry(const char* call, Nature nature);

  bool refused() const { return refused_; }
  // The result of the call, given that its body, if it ran, ended with `result`.
  CUresult leave(CUresult result) const;

 private:
  CUresult admit(const char* call, Nature nature);

  std::unique_lock<std::mutex> lock_;
  bool refused_ = false;
  std::shared_ptr<Context> poisoned_;  // the context that an injected sticky error is to end
  CUresult early_ = CUDA_SUCCESS;      // what the call fails with whatever its body does
};

// Every function of the API is `return call("cuName", Nature::..., [&] { ... });`. The body returns nothing or a result,
// or throws Refused.
template <class Body>
CUresult call(const char* name, Nature nature, Body&& body) noexcept {
  Entry entry(name, nature);
  if (entry.refused()) return entry.leave(CUDA_SUCCESS);
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      return entry.leave(CUDA_SUCCESS);
    } else {
      return entry.leave(body());
    }
  } catch (const Refused& refused) {
    return entry.leave(refused.result);
  } catch (const std::bad_alloc&) {
    return entry.leave(CUDA_ERROR_OUT_OF_MEMORY);
  }
}

// Set while a host function runs: it must not call the driver.
extern thread_local bool in_host_function;

// Whether the driver treats this error as one that the context does not survive.
bool is_sticky(CUresult result);

const char* result_name(CUresult result);

}  // namespace cudasim::driver

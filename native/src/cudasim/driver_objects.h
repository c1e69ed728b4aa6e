// What handles of the driver API stand for. Objects are shared: a destroyed stream, event or module lives on inside the
// driver until the work that needs it has run, but its handle is refused at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core.h"
#include "driver_abi.h"
#include "driver_queue.h"

namespace cudasim::driver {

// Ends the running driver call with this result.
struct Refused {
  CUresult result;
};

[[noreturn]] inline void refuse(CUresult result) { throw Refused{result}; }

inline void require(bool holds, CUresult otherwise = CUDA_ERROR_INVALID_VALUE) {
  if (!holds) refuse(otherwise);
}

// A value that no handle of any kind had before.
std::uintptr_t new_handle();

// The live objects of one kind. Values are never used twice, so that a handle of something destroyed is always refused,
// as is a handle of another kind.
template <class Handle, class Object>
class Handles {
 public:
  Handle add(std::shared_ptr<Object> object) {
    auto handle = reinterpret_cast<Handle>(new_handle());
    object->handle = handle;
    live_.emplace(handle, std::move(object));
    return handle;
  }

  std::shared_ptr<Object> find(Handle handle) const {
    auto found = live_.find(handle);
    return found == live_.end() ? nullptr : found->second;
  }

  std::shared_ptr<Object> get(Handle handle, CUresult otherwise = CUDA_ERROR_INVALID_HANDLE) const {
    auto object = find(handle);
    require(object != nullptr, otherwise);
    return object;
  }

  void remove(Handle handle) { live_.erase(handle); }

  template <class Predicate>
  std::size_t remove_if(Predicate predicate) {
    return std::erase_if(live_, [&](const auto& entry) { return predicate(*entry.second); });
  }

  template <class Predicate>
  std::size_t count_if(Predicate predicate) const {
    std::size_t count = 0;
    for (const auto& [handle, object] : live_) count += predicate(*object);
    return count;
  }

  std::size_t size() const { return live_.size(); }

 private:
  std::unordered_map<Handle, std::shared_ptr<Object>> live_;
};

struct Capture;
struct Graph;
struct GraphNode;
struct Stream;

struct Context {
  CUcontext handle = nullptr;
  int device = 0;
  unsigned flags = 0;
  bool primary = false;
  bool destroyed = false;
  CUresult poison = CUDA_SUCCESS;  // the first sticky error: every later call gives it
  std::shared_ptr<Stream> legacy;  // the default stream
  std::vector<std::shared_ptr<Stream>> blocking;  // streams that wait for it and it for them; destroyed ones with work too

  // Takes note of a sticky error, and tells a person.
  void fail(const Outcome& outcome);
};

struct Stream {
  CUstream handle = nullptr;
  std::uint64_t number = 0;  // 0 is the default stream; the others as they were created
  std::shared_ptr<Context> context;
  unsigned flags = 0;
  int priority = 0;
  bool non_blocking = false;
  bool legacy = false;
  OperationRef tail;  // the latest operation

  std::shared_ptr<Capture> capture;      // null: not capturing
  std::vector<GraphNode*> capture_tail;  // what the next captured node depends on
};

struct Event {
  CUevent handle = nullptr;
  std::shared_ptr<Context> context;
  unsigned flags = 0;
  OperationRef record;  // the latest one; null: never recorded

  // Set instead where the latest record was captured.
  std::shared_ptr<Capture> capture;
  std::vector<GraphNode*> captured_after;
};

struct Module {
  CUmodule handle = nullptr;
  std::shared_ptr<Context> context;
  bool unloaded = false;
  std::unordered_map<std::string, CUfunction> functions;
};

struct Function {
  CUfunction handle = nullptr;
  std::weak_ptr<Module> module;
  const Kernel* kernel = nullptr;
  int ptx_version = 0;  // 10 * major + minor
  Limits limits;
  int preferred_carveout = -1;
};

struct Pool {
  CUmemoryPool handle = nullptr;
  int device = 0;
  bool is_default = false;
  std::uint64_t attributes[4] = {1, 1, 1, 0};  // the settable ones, from CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES
  std::uint64_t used = 0, used_high = 0;
};

}  // namespace cudasim::driver

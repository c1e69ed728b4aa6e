// Contexts and each thread's stack of them.
#include "driver_context.h"

#include <cstdlib>

#include "driver.h"
#include "driver_capture.h"
#include "driver_leaks.h"
#include "memory.h"

namespace cudasim::driver {
namespace {

constexpr unsigned known_flags = 0xff;
constexpr unsigned scheduling_mask = 7;

std::shared_ptr<Context> create_context(CUdevice device, unsigned flags, bool primary) {
  auto context = std::make_shared<Context>();
  context->device = device;
  context->flags = flags;
  context->primary = primary;
  context->legacy = std::make_shared<Stream>();
  context->legacy->context = context;
  context->legacy->legacy = true;
  driver().contexts.add(context);
  return context;
}

void destroy_context(const std::shared_ptr<Context>& context) {
  Driver& self = driver();
  // The documentation promises nothing for work that is still queued. Here it never runs.
  self.queue.drop(*context);
  report_leaks(*context);
  release_belongings(*context);
  context->destroyed = true;
  context->legacy.reset();
  context->blocking.clear();
  self.contexts.remove(context->handle);
}

void require_device(CUdevice device) {
  require(device >= 0 && device < driver().settings.devices, CUDA_ERROR_INVALID_DEVICE);
}

void require_flags(unsigned flags) {
  unsigned scheduling = flags & scheduling_mask;
  require((flags & ~known_flags) == 0 && (scheduling == 0 || scheduling == 1 || scheduling == 2 || scheduling == 4));
}

}  // namespace

std::shared_ptr<Context> any_current_context() {
  auto& stack = context_stack();
  require(!stack.empty(), CUDA_ERROR_INVALID_CONTEXT);
  require(!stack.back()->destroyed, CUDA_ERROR_CONTEXT_IS_DESTROYED);
  return stack.back();
}

void synchronize(Context& context) {
  driver().queue.run_all(context);
  require_healthy(context);
}

void release_belongings(const Context& context) {
  Driver& self = driver();
  auto ours = [&](const auto& object) { return object.context.get() == &context; };
  std::erase_if(self.buffers, [&](const auto& entry) {
    if (!ours(entry.second)) return false;
    if (entry.second.pool != nullptr) entry.second.pool->used -= entry.second.bytes;
    release(reinterpret_cast<void*>(entry.first));
    return true;
  });
  std::erase_if(self.pinned, [&](const auto& entry) {
    if (!ours(entry.second)) return false;
    if (!entry.second.registered) std::free(reinterpret_cast<void*>(entry.first));
    return true;
  });
  self.streams.remove_if(ours);
  self.events.remove_if(ours);
  self.functions.remove_if([&](const Function& function) {
    auto module = function.module.lock();
    return module == nullptr || ours(*module);
  });
  self.modules.remove_if(ours);
}

}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuCtxCreate_v2(CUcontext* context, unsigned flags, CUdevice device) {
  return call("cuCtxCreate_v2", Nature::create, [&] {
    require(context != nullptr);
    require_flags(flags);
    require_device(device);
    auto created = create_context(device, flags, false);
    context_stack().push_back(created);
    *context = created->handle;
  });
}

CUDASIM_API CUresult cuCtxDestroy_v2(CUcontext context) {
  return call("cuCtxDestroy_v2", Nature::release, [&] {
    auto found = driver().contexts.get(context, CUDA_ERROR_INVALID_CONTEXT);
    require(!found->primary, CUDA_ERROR_INVALID_CONTEXT);
    destroy_context(found);
    auto& stack = context_stack();
    if (!stack.empty() && stack.back() == found) stack.pop_back();
  });
}

CUDASIM_API CUresult cuCtxPushCurrent_v2(CUcontext context) {
  return call("cuCtxPushCurrent_v2", Nature::query, [&] {
    context_stack().push_back(driver().contexts.get(context, CUDA_ERROR_INVALID_CONTEXT));
  });
}

CUDASIM_API CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  return call("cuCtxPopCurrent_v2", Nature::query, [&] {
    auto& stack = context_stack();
    require(!stack.empty(), CUDA_ERROR_INVALID_CONTEXT);
    if (context != nullptr) *context = stack.back()->handle;
    stack.pop_back();
  });
}

CUDASIM_API CUresult cuCtxSetCurrent(CUcontext context) {
  return call("cuCtxSetCurrent", Nature::query, [&] {
    auto& stack = context_stack();
    if (context == nullptr) {
      if (!stack.empty()) stack.pop_back();
      return;
    }
    auto found = driver().contexts.get(context, CUDA_ERROR_INVALID_CONTEXT);
    if (stack.empty()) {
      stack.push_back(found);
    } else {
      stack.back() = found;
    }
  });
}

CUDASIM_API CUresult cuCtxGetCurrent(CUcontext* context) {
  return call("cuCtxGetCurrent", Nature::query, [&] {
    require(context != nullptr);
    auto& stack = context_stack();
    *context = stack.empty() ? nullptr : stack.back()->handle;
  });
}

CUDASIM_API CUresult cuCtxGetDevice(CUdevice* device) {
  return call("cuCtxGetDevice", Nature::query, [&] {
    require(device != nullptr);
    *device = any_current_context()->device;
  });
}

CUDASIM_API CUresult cuCtxGetFlags(unsigned* flags) {
  return call("cuCtxGetFlags", Nature::query, [&] {
    require(flags != nullptr);
    *flags = any_current_context()->flags;
  });
}

CUDASIM_API CUresult cuCtxGetId(CUcontext context, unsigned long long* id) {
  return call("cuCtxGetId", Nature::query, [&] {
    require(id != nullptr);
    auto found = context == nullptr ? any_current_context() : driver().contexts.get(context, CUDA_ERROR_INVALID_CONTEXT);
    *id = reinterpret_cast<std::uintptr_t>(found->handle);
  });
}

CUDASIM_API CUresult cuCtxGetApiVersion(CUcontext context, unsigned* version) {
  return call("cuCtxGetApiVersion", Nature::query, [&] {
    require(version != nullptr);
    if (context != nullptr) driver().contexts.get(context, CUDA_ERROR_INVALID_CONTEXT);
    *version = 3020;
  });
}

CUDASIM_API CUresult cuCtxSynchronize() {
  return call("cuCtxSynchronize", Nature::wait, [] {
    auto context = current_context();
    forbid_while_capturing();
    synchronize(*context);
  });
}

CUDASIM_API CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return call("cuCtxGetStreamPriorityRange", Nature::query, [&] {
    current_context();
    if (least != nullptr) *least = 0;
    if (greatest != nullptr) *greatest = -5;
  });
}

CUDASIM_API CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  return call("cuDevicePrimaryCtxRetain", Nature::create, [&] {
    require(context != nullptr);
    require_device(device);
    Device& owner = driver().devices[static_cast<std::size_t>(device)];
    if (owner.primary == nullptr) owner.primary = create_context(device, owner.primary_flags, true);
    ++owner.primary_retained;
    *context = owner.primary->handle;
  });
}

CUDASIM_API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxRelease_v2", Nature::release, [&] {
    require_device(device);
    Device& owner = driver().devices[static_cast<std::size_t>(device)];
    require(owner.primary_retained > 0, CUDA_ERROR_INVALID_CONTEXT);
    if (--owner.primary_retained == 0) {
      destroy_context(owner.primary);
      owner.primary.reset();
    }
  });
}

CUDASIM_API CUresult cuDevicePrimaryCtxReset_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxReset_v2", Nature::release, [&] {
    require_device(device);
    Device& owner = driver().devices[static_cast<std::size_t>(device)];
    if (owner.primary == nullptr) return;
    // Explicitly everything: nothing of it has leaked. Whoever retained the context still holds it.
    driver().queue.drop(*owner.primary);
    release_belongings(*owner.primary);
    owner.primary->blocking.clear();
    owner.primary->poison = CUDA_SUCCESS;
  });
}

CUDASIM_API CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned flags) {
  return call("cuDevicePrimaryCtxSetFlags_v2", Nature::query, [&] {
    require_device(device);
    require_flags(flags);
    Device& owner = driver().devices[static_cast<std::size_t>(device)];
    owner.primary_flags = flags;
    if (owner.primary != nullptr) owner.primary->flags = flags;
  });
}

CUDASIM_API CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  return call("cuDevicePrimaryCtxGetState", Nature::query, [&] {
    require(flags != nullptr && active != nullptr);
    require_device(device);
    const Device& owner = driver().devices[static_cast<std::size_t>(device)];
    *flags = owner.primary_flags;
    *active = owner.primary != nullptr;
  });
}

#include "driver_stream.h"

#include <algorithm>

#include "driver.h"
#include "driver_capture.h"
#include "driver_context.h"
#include "driver_graph.h"

namespace cudasim::driver {
namespace {

constexpr unsigned non_blocking = 1;
constexpr int greatest_priority = -5;

void create_stream(CUstream* handle, unsigned flags, int priority) {
  require(handle != nullptr && (flags & ~non_blocking) == 0);
  auto context = current_context();
  auto stream = std::make_shared<Stream>();
  stream->number = ++driver().streams_created;
  stream->context = context;
  stream->flags = flags;
  stream->priority = std::clamp(priority, greatest_priority, 0);
  stream->non_blocking = flags == non_blocking;
  *handle = driver().streams.add(stream);
}

void enqueue_host_work(CUstream handle, HostWork work) {
  require(work.function != nullptr || work.callback != nullptr);
  enqueue(*stream_of(handle), std::move(work));
}

}  // namespace

std::shared_ptr<Stream> stream_of(CUstream handle) {
  auto context = current_context();
  if (handle == nullptr || handle == CU_STREAM_LEGACY) return context->legacy;
  require(handle != CU_STREAM_PER_THREAD, CUDA_ERROR_NOT_SUPPORTED);
  auto stream = driver().streams.get(handle);
  require(stream->context == context, CUDA_ERROR_INVALID_HANDLE);
  return stream;
}

std::vector<OperationRef> predecessors(Stream& stream) {
  Context& context = *stream.context;
  std::vector<OperationRef> after{stream.tail};
  if (stream.legacy) {
    std::erase_if(context.blocking, [](const auto& other) { return other->tail == nullptr || other->tail->done; });
    for (const auto& other : context.blocking) after.push_back(other->tail);
  } else if (!stream.non_blocking) {
    after.push_back(context.legacy->tail);
  }
  return after;
}

void append(Stream& stream, OperationRef operation) {
  stream.tail = std::move(operation);
  if (stream.legacy || stream.non_blocking) return;
  auto& blocking = stream.context->blocking;
  auto is_this = [&](const auto& other) { return other.get() == &stream; };
  if (std::none_of(blocking.begin(), blocking.end(), is_this)) blocking.push_back(driver().streams.get(stream.handle));
}

OperationRef submit(Stream& stream, Work work, const std::vector<OperationRef>& also) {
  auto after = predecessors(stream);
  after.insert(after.end(), also.begin(), also.end());
  auto shared = std::make_shared<const Work>(std::move(work));
  Site site{stream.number, 0};
  auto operation =
      driver().queue.submit(stream.context, after, [shared, site] { return execute(*shared, site); });
  append(stream, operation);
  return operation;
}

void enqueue(Stream& stream, Work work) {
  if (stream.capture != nullptr) {
    capture(stream, std::move(work));
    return;
  }
  if (stream.legacy) forbid_implicit_dependency(*stream.context);
  submit(stream, std::move(work));
}

void synchronize(Stream& stream) {
  driver().queue.run_until({stream.tail});
  require_healthy(*stream.context);
}

}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
  return call("cuStreamCreate", Nature::create, [&] { create_stream(stream, flags, 0); });
}

CUDASIM_API CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int priority) {
  return call("cuStreamCreateWithPriority", Nature::create, [&] { create_stream(stream, flags, priority); });
}

CUDASIM_API CUresult cuStreamDestroy_v2(CUstream stream) {
  return call("cuStreamDestroy_v2", Nature::release, [&] {
    require(stream != nullptr && stream != CU_STREAM_LEGACY, CUDA_ERROR_INVALID_HANDLE);
    auto found = stream_of(stream);
    abandon_capture(*found);
    // Its work stays queued and runs when its turn comes.
    driver().streams.remove(stream);
  });
}

CUDASIM_API CUresult cuStreamSynchronize(CUstream stream) {
  return call("cuStreamSynchronize", Nature::wait, [&] {
    auto found = stream_of(stream);
    forbid_on_capturing(*found);
    forbid_while_capturing();
    synchronize(*found);
  });
}

CUDASIM_API CUresult cuStreamQuery(CUstream stream) {
  return call("cuStreamQuery", Nature::wait, [&] {
    auto found = stream_of(stream);
    forbid_on_capturing(*found);
    forbid_while_capturing();
    if (found->tail == nullptr || found->tail->done) return CUDA_SUCCESS;
    // Whoever polls must see an end, though not at once.
    driver().queue.advance(found->tail);
    require_healthy(*found->context);
    return found->tail->done ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
  });
}

CUDASIM_API CUresult cuStreamGetFlags(CUstream stream, unsigned* flags) {
  return call("cuStreamGetFlags", Nature::query, [&] {
    require(flags != nullptr);
    *flags = stream_of(stream)->flags;
  });
}

CUDASIM_API CUresult cuStreamGetPriority(CUstream stream, int* priority) {
  return call("cuStreamGetPriority", Nature::query, [&] {
    require(priority != nullptr);
    *priority = stream_of(stream)->priority;
  });
}

CUDASIM_API CUresult cuStreamGetId(CUstream stream, unsigned long long* id) {
  return call("cuStreamGetId", Nature::query, [&] {
    require(id != nullptr);
    *id = stream_of(stream)->number;
  });
}

CUDASIM_API CUresult cuStreamGetCtx(CUstream stream, CUcontext* context) {
  return call("cuStreamGetCtx", Nature::query, [&] {
    require(context != nullptr);
    *context = stream_of(stream)->context->handle;
  });
}

CUDASIM_API CUresult cuLaunchHostFunc(CUstream stream, CUhostFn function, void* data) {
  return call("cuLaunchHostFunc", Nature::launch,
              [&] { enqueue_host_work(stream, {function, nullptr, nullptr, data}); });
}

CUDASIM_API CUresult cuStreamAddCallback(CUstream stream, CUstreamCallback callback, void* data, unsigned flags) {
  return call("cuStreamAddCallback", Nature::launch, [&] {
    require(flags == 0);
    // As documented: a callback, unlike a host function, cannot be captured.
    forbid_on_capturing(*stream_of(stream));
    enqueue_host_work(stream, {nullptr, callback, stream, data});
  });
}

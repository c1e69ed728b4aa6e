// Events.
#include "driver.h"
#include "driver_capture.h"
#include "driver_context.h"
#include "driver_stream.h"

namespace cudasim::driver {
namespace {

constexpr unsigned disable_timing = 2, interprocess = 4, known_flags = 7;

std::shared_ptr<Event> event_of(CUevent handle) {
  auto event = driver().events.get(handle);
  require_healthy(*event->context);
  return event;
}

void record(CUevent handle, CUstream stream_handle) {
  auto stream = stream_of(stream_handle);
  auto event = event_of(handle);
  require(event->context == stream->context, CUDA_ERROR_INVALID_HANDLE);
  if (stream->capture != nullptr) {
    capture_record(*stream, *event);
    return;
  }
  if (stream->legacy) forbid_implicit_dependency(*stream->context);
  event->record = submit(*stream, RecordWork{event});
  event->capture.reset();
  event->captured_after.clear();
}

// For calls that look at an event from the host.
void require_uncaptured(const Event& event) {
  if (event.capture == nullptr) return;
  event.capture->invalidated = true;
  refuse(CUDA_ERROR_CAPTURED_EVENT);
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuEventCreate(CUevent* event, unsigned flags) {
  return call("cuEventCreate", Nature::create, [&] {
    require(event != nullptr && (flags & ~known_flags) == 0);
    require((flags & interprocess) == 0, CUDA_ERROR_NOT_SUPPORTED);
    auto created = std::make_shared<Event>();
    created->context = current_context();
    created->flags = flags;
    *event = driver().events.add(created);
  });
}

CUDASIM_API CUresult cuEventDestroy_v2(CUevent event) {
  return call("cuEventDestroy_v2", Nature::release, [&] {
    event_of(event);
    driver().events.remove(event);
  });
}

CUDASIM_API CUresult cuEventRecord(CUevent event, CUstream stream) {
  return call("cuEventRecord", Nature::launch, [&] { record(event, stream); });
}

CUDASIM_API CUresult cuEventRecordWithFlags(CUevent event, CUstream stream, unsigned flags) {
  return call("cuEventRecordWithFlags", Nature::launch, [&] {
    require(flags == 0, CUDA_ERROR_NOT_SUPPORTED);
    record(event, stream);
  });
}

CUDASIM_API CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned flags) {
  return call("cuStreamWaitEvent", Nature::launch, [&] {
    require(flags == 0, flags == 1 ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_INVALID_VALUE);
    auto waiting = stream_of(stream);
    auto awaited = event_of(event);
    if (waiting->capture != nullptr || awaited->capture != nullptr) {
      capture_wait(waiting, *awaited);
      return;
    }
    if (waiting->legacy) forbid_implicit_dependency(*waiting->context);
    // An event that was never recorded is no reason to wait.
    if (awaited->record != nullptr) submit(*waiting, WaitWork{awaited}, {awaited->record});
  });
}

CUDASIM_API CUresult cuEventSynchronize(CUevent event) {
  return call("cuEventSynchronize", Nature::wait, [&] {
    auto found = event_of(event);
    require_uncaptured(*found);
    forbid_while_capturing();
    driver().queue.run_until({found->record});
    require_healthy(*found->context);
  });
}

CUDASIM_API CUresult cuEventQuery(CUevent event) {
  return call("cuEventQuery", Nature::wait, [&] {
    auto found = event_of(event);
    require_uncaptured(*found);
    forbid_while_capturing();
    if (found->record == nullptr || found->record->done) return CUDA_SUCCESS;
    driver().queue.advance(found->record);
    require_healthy(*found->context);
    return found->record->done ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
  });
}

CUDASIM_API CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return call("cuEventElapsedTime", Nature::wait, [&] {
    require(milliseconds != nullptr);
    auto from = event_of(start);
    auto to = event_of(end);
    require_uncaptured(*from);
    require_uncaptured(*to);
    require(from->context == to->context, CUDA_ERROR_INVALID_HANDLE);
    require(((from->flags | to->flags) & disable_timing) == 0, CUDA_ERROR_INVALID_HANDLE);
    require(from->record != nullptr && to->record != nullptr, CUDA_ERROR_INVALID_HANDLE);
    if (!from->record->done || !to->record->done) return CUDA_ERROR_NOT_READY;
    *milliseconds = std::chrono::duration<float, std::milli>(to->record->finished - from->record->finished).count();
    return CUDA_SUCCESS;
  });
}

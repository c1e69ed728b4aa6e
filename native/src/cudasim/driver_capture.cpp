#include "driver_capture.h"

#include <algorithm>
#include <set>

#include "driver.h"
#include "driver_context.h"
#include "driver_graph.h"
#include "driver_stream.h"

namespace cudasim::driver {
namespace {

thread_local CUstreamCaptureMode thread_mode = CU_STREAM_CAPTURE_MODE_GLOBAL;

// The captures that have not ended.
std::vector<std::shared_ptr<Capture>> captures_in_progress() {
  auto& known = driver().captures;
  std::vector<std::shared_ptr<Capture>> captures;
  std::erase_if(known, [&](const auto& weak) {
    auto capture = weak.lock();
    if (capture == nullptr || capture->ended) return true;
    captures.push_back(capture);
    return false;
  });
  return captures;
}

[[noreturn]] void spoil(Capture& capture, CUresult result) {
  capture.invalidated = true;
  refuse(result);
}

void require_valid(const Capture& capture) { require(!capture.invalidated, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED); }

void add_once(std::vector<GraphNode*>& nodes, const std::vector<GraphNode*>& more) {
  for (GraphNode* node : more) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
}

// Whether all that other streams captured comes before the end of the first stream.
bool is_joined(const Capture& capture, const Stream& origin) {
  std::set<const GraphNode*> reached;
  std::vector<const GraphNode*> open(origin.capture_tail.begin(), origin.capture_tail.end());
  while (!open.empty()) {
    const GraphNode* node = open.back();
    open.pop_back();
    if (reached.insert(node).second) open.insert(open.end(), node->after.begin(), node->after.end());
  }
  return std::all_of(capture.streams.begin(), capture.streams.end(), [&](const auto& weak) {
    auto stream = weak.lock();
    return stream == nullptr || std::all_of(stream->capture_tail.begin(), stream->capture_tail.end(),
                                            [&](const GraphNode* node) { return reached.contains(node); });
  });
}

void begin(const std::shared_ptr<Stream>& stream, CUstreamCaptureMode mode) {
  require(mode >= CU_STREAM_CAPTURE_MODE_GLOBAL && mode <= CU_STREAM_CAPTURE_MODE_RELAXED);
  require(!stream->legacy, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  require(stream->capture == nullptr, CUDA_ERROR_ILLEGAL_STATE);
  auto started = std::make_shared<Capture>();
  started->mode = mode;
  started->thread = std::this_thread::get_id();
  started->streams.push_back(stream);
  started->graph = std::make_shared<Graph>();
  driver().captures.push_back(started);
  stream->capture = started;
}

CUgraph end(Stream& stream) {
  auto ending = stream.capture;
  require(ending != nullptr, CUDA_ERROR_ILLEGAL_STATE);
  auto origin = ending->streams.front().lock();
  if (origin.get() != &stream) spoil(*ending, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
  require(ending->mode == CU_STREAM_CAPTURE_MODE_RELAXED || ending->thread == std::this_thread::get_id(),
          CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
  bool joined = is_joined(*ending, stream);
  for (const auto& weak : ending->streams) {
    if (auto member = weak.lock()) {
      member->capture.reset();
      member->capture_tail.clear();
    }
  }
  ending->ended = true;
  auto graph = std::move(ending->graph);
  require_valid(*ending);
  require(joined, CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  return driver().graphs.add(graph);
}

}  // namespace

void capture(Stream& stream, Work work) {
  require_valid(*stream.capture);
  stream.capture_tail = {&stream.capture->graph->add(std::move(work), stream.capture_tail)};
}

void capture_record(Stream& stream, Event& event) {
  require_valid(*stream.capture);
  event.record.reset();
  event.capture = stream.capture;
  event.captured_after = stream.capture_tail;
}

void capture_wait(const std::shared_ptr<Stream>& stream, const Event& event) {
  if (event.capture == nullptr) {
    require_valid(*stream->capture);
    if (event.record != nullptr) spoil(*stream->capture, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    return;
  }
  require(!event.capture->ended, CUDA_ERROR_CAPTURED_EVENT);
  require_valid(*event.capture);
  if (stream->legacy) spoil(*event.capture, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
  if (stream->capture == nullptr) {
    stream->capture = event.capture;
    event.capture->streams.push_back(stream);
  } else if (stream->capture != event.capture) {
    stream->capture->invalidated = true;
    spoil(*event.capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
  }
  add_once(stream->capture_tail, event.captured_after);
}

void abandon_capture(Stream& stream) {
  if (stream.capture != nullptr) stream.capture->invalidated = true;
}

void forbid_while_capturing() {
  if (thread_mode == CU_STREAM_CAPTURE_MODE_RELAXED) return;
  bool forbidden = false;
  for (const auto& capture : captures_in_progress()) {
    bool own = capture->thread == std::this_thread::get_id();
    bool forbids = own ? capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED
                       : capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL && thread_mode == CU_STREAM_CAPTURE_MODE_GLOBAL;
    if (!forbids) continue;
    capture->invalidated = true;
    forbidden = true;
  }
  require(!forbidden, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

void forbid_on_capturing(const Stream& stream) {
  if (stream.capture != nullptr) spoil(*stream.capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

void forbid_implicit_dependency(const Context& context) {
  for (const auto& capture : captures_in_progress()) {
    for (const auto& weak : capture->streams) {
      auto stream = weak.lock();
      if (stream != nullptr && !stream->non_blocking && stream->context.get() == &context) {
        spoil(*capture, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
      }
    }
  }
}

}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return call("cuStreamBeginCapture_v2", Nature::query, [&] { begin(stream_of(stream), mode); });
}

CUDASIM_API CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  return call("cuStreamEndCapture", Nature::create, [&] {
    require(graph != nullptr);
    *graph = nullptr;
    *graph = end(*stream_of(stream));
  });
}

CUDASIM_API CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
  return call("cuStreamIsCapturing", Nature::query, [&] {
    require(status != nullptr);
    auto found = stream_of(stream);
    if (found->legacy) forbid_implicit_dependency(*found->context);
    *status = found->capture == nullptr      ? CU_STREAM_CAPTURE_STATUS_NONE
              : found->capture->invalidated ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                            : CU_STREAM_CAPTURE_STATUS_ACTIVE;
  });
}

CUDASIM_API CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode) {
  return call("cuThreadExchangeStreamCaptureMode", Nature::query, [&] {
    require(mode != nullptr && *mode >= CU_STREAM_CAPTURE_MODE_GLOBAL && *mode <= CU_STREAM_CAPTURE_MODE_RELAXED);
    std::swap(thread_mode, *mode);
  });
}

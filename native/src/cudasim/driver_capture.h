// Stream capture: between cuStreamBeginCapture and cuStreamEndCapture work becomes nodes of a graph.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "driver_objects.h"
#include "driver_work.h"

namespace cudasim::driver {

struct Capture {
  CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
  std::thread::id thread;                       // which began it
  std::vector<std::weak_ptr<Stream>> streams;   // the first began it, the others joined through events
  std::shared_ptr<Graph> graph;
  bool invalidated = false;
  bool ended = false;
};

// Adds a node behind the stream's latest ones. The stream is capturing.
void capture(Stream& stream, Work work);
void capture_record(Stream& stream, Event& event);
// `stream` or the latest record of `event` belongs to a capture: the stream joins it, or the call ends.
void capture_wait(const std::shared_ptr<Stream>& stream, const Event& event);
// The stream is being destroyed: a capture that it belongs to can no longer end well.
void abandon_capture(Stream& stream);

// Ends the call where the rules of capture forbid it to this thread, and spoils the captures that forbid it. For calls
// that may synchronise inside a real driver.
void forbid_while_capturing();
// Ends the call if the stream is capturing, and spoils the capture.
void forbid_on_capturing(const Stream& stream);
// Ends the call if work in the legacy default stream would wait for a capturing stream, and spoils the capture.
void forbid_implicit_dependency(const Context& context);

}  // namespace cudasim::driver

// Streams: the order that they and the legacy default stream give to work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver_objects.h"
#include "driver_work.h"

namespace cudasim::driver {

// The stream that a handle names in the current context, which must be healthy.
std::shared_ptr<Stream> stream_of(CUstream handle);

// Puts work behind everything that the stream must wait for, and behind `also`. For a stream that is not capturing.
OperationRef submit(Stream& stream, Work work, const std::vector<OperationRef>& also = {});

// Puts work into the stream, or into the graph that it captures.
void enqueue(Stream& stream, Work work);

// What the next operation in the stream must wait for, and what records that the stream's tail has moved on.
std::vector<OperationRef> predecessors(Stream& stream);
void append(Stream& stream, OperationRef operation);

// Runs what the stream has been asked for; a sticky error ends the call.
void synchronize(Stream& stream);

}  // namespace cudasim::driver

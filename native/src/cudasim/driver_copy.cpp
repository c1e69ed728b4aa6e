// Copies and fills: which of them the host waits for, and which only seem to be done when the call returns.
#include <cstring>

#include "driver.h"
#include "driver_capture.h"
#include "driver_context.h"
#include "driver_host_memory.h"
#include "driver_memory.h"
#include "driver_stream.h"

namespace cudasim::driver {
namespace {

using Place = CopyWork::Place;

// Copies up to this size are staged by real drivers, and may still be on their way when the call returns.
constexpr std::size_t staged_bytes = std::size_t{64} << 10;

CopyWork::End host(const void* memory, std::size_t bytes) {
  auto address = reinterpret_cast<std::uintptr_t>(memory);
  return {Place::host, address, is_pinned(address, bytes), 0, 0};
}

CopyWork::End device(CUdeviceptr address) { return {Place::device, address, false, 0, 0}; }

// By where an address lies, as cuMemcpy does.
CopyWork::End unified(CUdeviceptr address, std::size_t bytes) {
  CUdeviceptr first = 0;
  return buffer_at(address, &first) != nullptr ? device(address)
                                               : host(reinterpret_cast<const void*>(address), bytes);
}

CopyWork row(CopyWork::End to, CopyWork::End from, std::size_t bytes) {
  CopyWork work;
  work.to = to;
  work.from = from;
  work.width = bytes;
  check(work);
  return work;
}

void copy_async(CopyWork work, CUstream stream_handle) {
  auto stream = stream_of(stream_handle);
  if (work.width == 0) return;
  // As documented: between two places in host memory nothing is asynchronous.
  bool waits = work.to.place == Place::host && work.from.place == Place::host && stream->capture == nullptr;
  enqueue(*stream, std::move(work));
  if (waits) synchronize(*stream);
}

// In the default stream. A copy between two device ranges does not make the host wait, nor does a small one from
// pageable memory, which the driver has taken a copy of.
void copy(CopyWork work) {
  auto context = current_context();
  forbid_while_capturing();
  if (work.width == 0) return;
  bool staged = work.to.place == Place::device && work.from.place == Place::host && !work.from.pinned &&
                work.width <= staged_bytes;
  if (staged) {
    auto* bytes = reinterpret_cast<const std::byte*>(work.from.address);
    work.staged = std::make_shared<const std::vector<std::byte>>(bytes, bytes + work.width);
  }
  bool waits = !staged && (work.to.place == Place::host || work.from.place == Place::host);
  enqueue(*context->legacy, std::move(work));
  if (waits) synchronize(*context->legacy);
}

void fill_async(CUdeviceptr to, std::uint32_t value, unsigned element, std::size_t count, CUstream stream_handle) {
  auto stream = stream_of(stream_handle);
  FillWork work{to, value, element, count * element, count, 1};
  check(work);
  if (count != 0) enqueue(*stream, work);
}

// As documented, asynchronous with respect to the host in spite of its name.
void fill(CUdeviceptr to, std::uint32_t value, unsigned element, std::size_t count) {
  current_context();
  forbid_while_capturing();
  fill_async(to, value, element, count, nullptr);
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, std::size_t bytes) {
  return call("cuMemcpyHtoD_v2", Nature::wait, [&] { copy(row(device(to), host(from, bytes), bytes)); });
}

CUDASIM_API CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, std::size_t bytes) {
  return call("cuMemcpyDtoH_v2", Nature::wait, [&] { copy(row(host(to, bytes), device(from), bytes)); });
}

CUDASIM_API CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, std::size_t bytes) {
  return call("cuMemcpyDtoD_v2", Nature::wait, [&] { copy(row(device(to), device(from), bytes)); });
}

CUDASIM_API CUresult cuMemcpy(CUdeviceptr to, CUdeviceptr from, std::size_t bytes) {
  return call("cuMemcpy", Nature::wait, [&] { copy(row(unified(to, bytes), unified(from, bytes), bytes)); });
}

CUDASIM_API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  return call("cuMemcpyHtoDAsync_v2", Nature::launch,
              [&] { copy_async(row(device(to), host(from, bytes), bytes), stream); });
}

CUDASIM_API CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return call("cuMemcpyDtoHAsync_v2", Nature::launch,
              [&] { copy_async(row(host(to, bytes), device(from), bytes), stream); });
}

CUDASIM_API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return call("cuMemcpyDtoDAsync_v2", Nature::launch, [&] { copy_async(row(device(to), device(from), bytes), stream); });
}

CUDASIM_API CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return call("cuMemcpyAsync", Nature::launch,
              [&] { copy_async(row(unified(to, bytes), unified(from, bytes), bytes), stream); });
}

CUDASIM_API CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, std::size_t count) {
  return call("cuMemsetD8_v2", Nature::wait, [&] { fill(to, value, 1, count); });
}

CUDASIM_API CUresult cuMemsetD16_v2(CUdeviceptr to, unsigned short value, std::size_t count) {
  return call("cuMemsetD16_v2", Nature::wait, [&] { fill(to, value, 2, count); });
}

CUDASIM_API CUresult cuMemsetD32_v2(CUdeviceptr to, unsigned value, std::size_t count) {
  return call("cuMemsetD32_v2", Nature::wait, [&] { fill(to, value, 4, count); });
}

CUDASIM_API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, std::size_t count, CUstream stream) {
  return call("cuMemsetD8Async", Nature::launch, [&] { fill_async(to, value, 1, count, stream); });
}

CUDASIM_API CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, std::size_t count, CUstream stream) {
  return call("cuMemsetD16Async", Nature::launch, [&] { fill_async(to, value, 2, count, stream); });
}

CUDASIM_API CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, std::size_t count, CUstream stream) {
  return call("cuMemsetD32Async", Nature::launch, [&] { fill_async(to, value, 4, count, stream); });
}

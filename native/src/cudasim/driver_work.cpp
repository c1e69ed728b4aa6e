#include "driver_work.h"

#include <algorithm>
#include <cstring>

#include "driver.h"
#include "driver_graph.h"
#include "driver_host_memory.h"
#include "driver_memory.h"
#include "memory.h"

namespace cudasim::driver {
namespace {

// Pieces in which copies of the caller's own memory pass through the driver.
constexpr std::size_t staging_bytes = std::size_t{1} << 20;

Outcome gone(const char* what) {
  return {CUDA_ERROR_ILLEGAL_ADDRESS,
          std::string("cudasim: ") + what + "\n  again with CUDASIM_SEED=" + std::to_string(driver().settings.seed)};
}

// A range that was good when the work was asked for, but is not any more.
Outcome sticky(Outcome outcome) {
  if (outcome.error == code::invalid_value) outcome.error = CUDA_ERROR_ILLEGAL_ADDRESS;
  return outcome;
}

void* pointer(std::uintptr_t address) { return reinterpret_cast<void*>(address); }

Outcome upload(std::uintptr_t to, std::uintptr_t from, std::size_t bytes, bool direct) {
  if (direct) return host_write(pointer(to), pointer(from), bytes);
  std::vector<std::byte> staging(std::min(bytes, staging_bytes));
  for (std::size_t done = 0; done < bytes;) {
    std::size_t piece = std::min(staging.size(), bytes - done);
    if (!read_caller(staging.data(), from + done, piece)) {
      return gone("a queued copy to the device reads host memory that is no longer there");
    }
    Outcome outcome = host_write(pointer(to + done), staging.data(), piece);
    if (!outcome.ok()) return outcome;
    done += piece;
  }
  return {};
}

Outcome download(std::uintptr_t to, std::uintptr_t from, std::size_t bytes, bool direct) {
  if (direct) return host_read(pointer(to), pointer(from), bytes);
  std::vector<std::byte> staging(std::min(bytes, staging_bytes));
  for (std::size_t done = 0; done < bytes;) {
    std::size_t piece = std::min(staging.size(), bytes - done);
    Outcome outcome = host_read(staging.data(), pointer(from + done), piece);
    if (!outcome.ok()) return outcome;
    if (!write_caller(to + done, staging.data(), piece)) {
      return gone("a queued copy from the device writes host memory that is no longer there");
    }
    done += piece;
  }
  return {};
}

Outcome copy_row(const CopyWork& work, std::uintptr_t to, std::uintptr_t from) {
  using enum CopyWork::Place;
  std::size_t bytes = work.width;
  auto freed = [&](const CopyWork::End& end, std::uintptr_t address) {
    return end.place == host && end.pinned && !is_pinned(address, bytes);
  };
  if (freed(work.to, to) || freed(work.from, from)) {
    return gone("a queued copy uses page-locked host memory that was freed after the copy was asked for");
  }
  if (work.to.place == device && work.from.place == device) return device_copy(pointer(to), pointer(from), bytes);
  if (work.to.place == device) return upload(to, from, bytes, work.from.pinned || work.staged != nullptr);
  if (work.from.place == device) return download(to, from, bytes, work.to.pinned);
  std::memmove(pointer(to), pointer(from), bytes);
  return {};
}

Outcome perform(const CopyWork& work, const Site&) {
  std::uintptr_t source =
      work.staged != nullptr ? reinterpret_cast<std::uintptr_t>(work.staged->data()) : work.from.address;
  for (std::size_t slice = 0; slice < work.depth; ++slice) {
    for (std::size_t row = 0; row < work.height; ++row) {
      Outcome outcome = copy_row(work, work.to.address + slice * work.to.slice + row * work.to.pitch,
                                 source + slice * work.from.slice + row * work.from.pitch);
      if (!outcome.ok()) return sticky(outcome);
    }
  }
  return {};
}

Outcome perform(const FillWork& work, const Site&) {
  for (std::size_t row = 0; row < work.height; ++row) {
    Outcome outcome = device_fill(pointer(work.to + row * work.pitch), work.value, work.element, work.width);
    if (!outcome.ok()) return sticky(outcome);
  }
  return {};
}

Outcome perform(const KernelWork& work, const Site& site) {
  const Kernel& kernel = *work.function->kernel;
  if (work.module->unloaded) {
    return gone((std::string("the module of ") + kernel.name + " was unloaded before a queued launch of it ran").c_str());
  }
  auto arguments = work.arguments.pointers();
  Launch launch{&kernel, work.grid, work.block, work.dynamic_shared, work.cooperative, arguments.data()};
  Driver& self = driver();
  self.log.kernel(launch, site);
  // One seed for each launch, from the process's.
  Random seeds(self.settings.seed + ++self.launches);
  return run(launch, work.limits, seeds.next());
}

Outcome perform(const HostWork& work, const Site&) {
  in_host_function = true;
  if (work.function != nullptr) {
    work.function(work.data);
  } else {
    work.callback(work.stream, CUDA_SUCCESS, work.data);
  }
  in_host_function = false;
  return {};
}

Outcome perform(const FreeWork& work, const Site&) {
  Driver& self = driver();
  auto found = self.buffers.find(work.address);
  if (found == self.buffers.end()) return gone("a queued cuMemFreeAsync frees memory that is not allocated any more");
  release_buffer(found->first);
  return {};
}

template <class Ordering>
Outcome perform(const Ordering&, const Site&) {
  return {};
}

std::size_t extent(const CopyWork& work, const CopyWork::End& end) {
  return (work.depth - 1) * end.slice + (work.height - 1) * end.pitch + work.width;
}

}  // namespace

Arguments::Arguments(const Kernel& kernel, void* const* values, void* const* extra) {
  std::size_t size = 0;
  for (const Parameter& parameter : kernel.parameters) {
    size = (size + parameter.bytes - 1) / parameter.bytes * parameter.bytes;
    offsets_.push_back(size);
    size += parameter.bytes;
  }
  bytes_.resize(size);
  if (values != nullptr) {
    require(extra == nullptr);
    for (std::size_t i = 0; i < offsets_.size(); ++i) {
      require(values[i] != nullptr);
      std::memcpy(bytes_.data() + offsets_[i], values[i], kernel.parameters[i].bytes);
    }
    return;
  }
  if (size == 0) return;
  require(extra != nullptr);
  const void* buffer = nullptr;
  std::size_t given = 0;
  // Pairs of a key and a value, ended by a key 0: 1 is the buffer's address, 2 that of its size.
  for (void* const* at = extra; *at != nullptr; at += 2) {
    auto key = reinterpret_cast<std::uintptr_t>(*at);
    require(key == 1 || key == 2);
    if (key == 1) buffer = at[1];
    if (key == 2) given = *static_cast<const std::size_t*>(at[1]);
  }
  require(buffer != nullptr && given == size);
  std::memcpy(bytes_.data(), buffer, size);
}

std::vector<void*> Arguments::pointers() const {
  std::vector<void*> pointers;
  pointers.reserve(offsets_.size());
  for (std::size_t offset : offsets_) pointers.push_back(const_cast<std::byte*>(bytes_.data() + offset));
  return pointers;
}

Outcome execute(const Work& work, const Site& site) {
  return std::visit([&](const auto& kind) { return perform(kind, site); }, work);
}

void check(const KernelWork& work) {
  Launch launch{work.function->kernel, work.grid, work.block, work.dynamic_shared, work.cooperative, nullptr};
  Outcome outcome = cudasim::check(launch, work.limits);
  if (outcome.ok()) return;
  driver().report(outcome.report);
  refuse(static_cast<CUresult>(outcome.error));
}

void check(const CopyWork& work) {
  if (work.width == 0 || work.height == 0 || work.depth == 0) return;
  for (const auto* end : {&work.to, &work.from}) {
    require(end->address != 0 && (work.height == 1 || end->pitch >= work.width));
    if (end->place == CopyWork::Place::device) require(is_device_range(pointer(end->address), extent(work, *end)));
  }
}

void check(const FillWork& work) {
  require(work.element == 1 || work.element == 2 || work.element == 4);
  require(work.to % work.element == 0);
  if (work.width == 0 || work.height == 0) return;
  require(work.height == 1 || work.pitch >= work.width * work.element);
  require(is_device_range(pointer(work.to), (work.height - 1) * work.pitch + work.width * work.element));
}

KernelWork kernel_work(CUfunction handle, Dim3 grid, Dim3 block, std::size_t dynamic_shared, void* const* values,
                       void* const* extra, bool cooperative) {
  KernelWork work;
  work.function = driver().functions.get(handle);
  work.module = work.function->module.lock();
  require(work.module != nullptr && !work.module->unloaded, CUDA_ERROR_INVALID_HANDLE);
  work.limits = work.function->limits;
  work.grid = grid;
  work.block = block;
  work.dynamic_shared = dynamic_shared;
  work.cooperative = cooperative;
  work.arguments = Arguments(*work.function->kernel, values, extra);
  check(work);
  return work;
}

}  // namespace cudasim::driver

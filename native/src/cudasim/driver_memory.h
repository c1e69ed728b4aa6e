// Device memory: what other parts of the driver ask about it.
#pragma once

#include <cstddef>

#include "driver_abi.h"
#include "driver_objects.h"

namespace cudasim::driver {

// The allocation that holds an address, or null; `*first` is where it begins.
const struct Buffer* buffer_at(CUdeviceptr address, CUdeviceptr* first);

CUdeviceptr allocate_buffer(std::size_t bytes, const char* what, std::shared_ptr<Context> context,
                            std::shared_ptr<Pool> pool);
// Frees an allocation that is known to be there.
void release_buffer(CUdeviceptr first);

}  // namespace cudasim::driver

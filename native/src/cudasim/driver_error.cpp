// Names and descriptions of results.
#include "driver.h"

namespace cudasim::driver {

const char* result_name(CUresult result) {
  switch (result) {
#define X(name, value, text) \
  case name:                 \
    return #name;
    CUDASIM_RESULTS(X)
#undef X
  }
  return nullptr;
}

namespace {

const char* description(CUresult result) {
  switch (result) {
#define X(name, value, text) \
  case name:                 \
    return text;
    CUDASIM_RESULTS(X)
#undef X
  }
  return nullptr;
}

CUresult give(const char* found, const char** text) {
  if (text == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *text = found;
  return found != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

// Neither touches the driver's state, so neither counts as a call.
CUDASIM_API CUresult cuGetErrorName(CUresult result, const char** name) { return give(result_name(result), name); }

CUDASIM_API CUresult cuGetErrorString(CUresult result, const char** text) { return give(description(result), text); }

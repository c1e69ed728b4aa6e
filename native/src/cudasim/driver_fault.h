// Makes one chosen driver call fail: `N`, `N:CODE`, `cuMemAlloc:N` or `cuMemAlloc:N:CODE`. CODE is a number or a name
// such as CUDA_ERROR_OUT_OF_MEMORY; without one the call fails as calls of its nature do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "driver_abi.h"

namespace cudasim::driver {

// How a call can fail on a real device, and what becomes of its work then.
enum class Nature {
  anytime,  // needs no cuInit
  query,
  create,   // may run out of memory
  launch,   // may lack resources
  wait,     // waits or copies: reports what earlier work did wrong
  release,  // reports what earlier work did wrong, but releases all the same
};

class Fault {
 public:
  // Counts from here on. An empty specification means no fault; false if it cannot be read.
  bool set(std::string_view specification);

  // The result that this call is to fail with, if it is the one.
  std::optional<CUresult> strike(std::string_view call, Nature nature);

 private:
  std::string call_;  // without a version suffix; empty: any
  std::uint64_t left_ = 0;  // matching calls up to and including the one that fails; 0: no fault
  std::optional<CUresult> code_;
};

// The result that `text` names or numbers.
std::optional<CUresult> parse_result(std::string_view text);

}  // namespace cudasim::driver

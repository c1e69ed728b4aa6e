// What tests steer and see of cudasim beside the driver API. None of these counts as a driver call.
#include "driver.h"
#include "driver_leaks.h"
#include "memory.h"

using namespace cudasim::driver;

namespace {

std::unique_lock<std::mutex> lock() { return std::unique_lock(driver().mutex); }

}  // namespace

// Begins a new sequence of schedules.
CUDASIM_API void cudasim_set_seed(std::uint64_t seed) {
  auto held = lock();
  driver().seed(seed);
}

CUDASIM_API void cudasim_set_memory(std::uint64_t bytes) {
  auto held = lock();
  cudasim::set_memory(bytes);
}

// As CUDASIM_FAULT, counted from now on; null or empty: no fault. False if it cannot be read.
CUDASIM_API bool cudasim_set_fault(const char* specification) {
  auto held = lock();
  return driver().fault.set(specification == nullptr ? "" : specification);
}

// Driver calls since the process began.
CUDASIM_API std::uint64_t cudasim_calls() {
  auto held = lock();
  return driver().calls;
}

CUDASIM_API std::uint64_t cudasim_live_bytes() {
  auto held = lock();
  return live_bytes();
}

CUDASIM_API std::uint64_t cudasim_live_objects() {
  auto held = lock();
  return live_objects();
}

// Errors in the program that were found so far, leaks included.
CUDASIM_API std::uint64_t cudasim_findings() {
  auto held = lock();
  return driver().findings;
}

// Keeps the launch log in memory, from now on and beginning with nothing.
CUDASIM_API void cudasim_log_start() {
  auto held = lock();
  driver().log.start();
}

// Moves as many whole lines of the log as fit into `buffer`, with a NUL behind them: their bytes without it, 0 once
// there are no more.
CUDASIM_API std::size_t cudasim_log_take(char* buffer, std::size_t capacity) {
  auto held = lock();
  return driver().log.take(buffer, capacity);
}

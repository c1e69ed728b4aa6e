#include "driver.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "driver_leaks.h"
#include "memory.h"

namespace cudasim::driver {

thread_local bool in_host_function = false;

std::uintptr_t new_handle() {
  // Far from small numbers, which are special streams, and from addresses, which somebody might pass instead.
  static std::atomic<std::uintptr_t> next{0x0cda'0000'0000'1000};
  return next.fetch_add(0x10);
}

Driver::Driver() : settings(read_settings()) {
  seed(settings.seed);
  set_memory(settings.memory);
  if (!fault.set(settings.fault)) settings.problem = "CUDASIM_FAULT=" + settings.fault + ": N, N:CODE, CALL:N or CALL:N:CODE was expected";
  if (!settings.log.empty() && !log.open(settings.log)) settings.problem = "CUDASIM_LOG=" + settings.log + ": cannot be opened";
  if (!settings.problem.empty()) std::fprintf(stderr, "cudasim: %s\n", settings.problem.c_str());
  devices.resize(static_cast<std::size_t>(settings.devices));
  std::atexit([] {
    // A thread that is inside the driver as the process exits keeps its lock, and may never give it back.
    Driver& self = driver();
    std::unique_lock lock(self.mutex, std::try_to_lock);
    self.ended = true;
    if (lock.owns_lock()) report_open_contexts();
  });
}

void Driver::seed(std::uint64_t seed) {
  random = Random(seed);
  queue.change_mood();
  launches = 0;
  settings.seed = seed;
  set_reported_seed(seed);
}

void Driver::report(const std::string& text) {
  ++findings;
  std::fprintf(stderr, "%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
}

Driver& driver() {
  static Driver* instance = new Driver;
  return *instance;
}

void Context::fail(const Outcome& outcome) {
  if (poison != CUDA_SUCCESS) return;
  poison = static_cast<CUresult>(outcome.error);
  driver().report(outcome.report);
}

std::vector<std::shared_ptr<Context>>& context_stack() {
  static thread_local std::vector<std::shared_ptr<Context>> stack;
  return stack;
}

void require_healthy(const Context& context) {
  require(!context.destroyed, CUDA_ERROR_CONTEXT_IS_DESTROYED);
  require(context.poison == CUDA_SUCCESS, context.poison);
}

std::shared_ptr<Context> current_context() {
  auto& stack = context_stack();
  require(!stack.empty(), CUDA_ERROR_INVALID_CONTEXT);
  require_healthy(*stack.back());
  return stack.back();
}

bool is_sticky(CUresult result) {
  switch (result) {
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED:
      return true;
    default:
      return false;
  }
}

Entry::Entry(const char* call, Nature nature) {
  CUresult refusal = CUDA_SUCCESS;
  if (in_host_function) {
    refusal = CUDA_ERROR_NOT_PERMITTED;
  } else {
    lock_ = std::unique_lock(driver().mutex);
    refusal = admit(call, nature);
  }
  if (refusal == CUDA_SUCCESS) return;
  early_ = refusal;
  refused_ = true;
}

// What the call is refused with before its body runs, if anything.
CUresult Entry::admit(const char* call, Nature nature) {
  Driver& self = driver();
  if (self.ended) return CUDA_ERROR_DEINITIALIZED;
  ++self.calls;
  if (auto struck = self.fault.strike(call, nature)) {
    auto& stack = context_stack();
    if (is_sticky(*struck) && !stack.empty() && stack.back()->poison == CUDA_SUCCESS) poisoned_ = stack.back();
    if (nature != Nature::release) return *struck;
    early_ = *struck;
    return CUDA_SUCCESS;
  }
  if (nature == Nature::anytime) return CUDA_SUCCESS;
  if (!self.initialized) return CUDA_ERROR_NOT_INITIALIZED;
  self.queue.wander();
  return CUDA_SUCCESS;
}

CUresult Entry::leave(CUresult result) const {
  if (poisoned_ != nullptr) poisoned_->poison = early_;
  return early_ != CUDA_SUCCESS ? early_ : result;
}

}  // namespace cudasim::driver

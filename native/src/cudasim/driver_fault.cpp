#include "driver_fault.h"

#include <charconv>

namespace cudasim::driver {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
  return value;
}

// cuMemAlloc_v2 is cuMemAlloc to whoever writes a fault.
std::string_view without_version(std::string_view call) {
  auto at = call.rfind("_v");
  return at != std::string_view::npos && parse_number(call.substr(at + 2)) ? call.substr(0, at) : call;
}

CUresult usual_failure(Nature nature) {
  switch (nature) {
    case Nature::create:
      return CUDA_ERROR_OUT_OF_MEMORY;
    case Nature::launch:
      return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
    case Nature::wait:
    case Nature::release:
      return CUDA_ERROR_LAUNCH_FAILED;
    default:
      return CUDA_ERROR_UNKNOWN;
  }
}

}  // namespace

std::optional<CUresult> parse_result(std::string_view text) {
#define X(name, value, description) \
  if (text == #name) return name;
  CUDASIM_RESULTS(X)
#undef X
  auto value = parse_number(text);
  if (!value || *value == 0 || *value > CUDA_ERROR_UNKNOWN) return std::nullopt;
  return static_cast<CUresult>(*value);
}

bool Fault::set(std::string_view specification) {
  call_.clear();
  left_ = 0;
  code_.reset();
  if (specification.empty()) return true;
  std::string_view rest = specification;
  auto take = [&rest] {
    auto colon = rest.find(':');
    auto field = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    return field;
  };
  auto field = take();
  std::string call;
  if (field.starts_with("cu")) {
    call = without_version(field);
    field = take();
  }
  auto count = parse_number(field);
  if (!count || *count == 0) return false;
  if (!rest.empty()) {
    code_ = parse_result(rest);
    if (!code_) return false;
  }
  call_ = call;
  left_ = *count;
  return true;
}

std::optional<CUresult> Fault::strike(std::string_view call, Nature nature) {
  if (left_ == 0 || (!call_.empty() && call_ != without_version(call)) || --left_ != 0) return std::nullopt;
  return code_.value_or(usual_failure(nature));
}

}  // namespace cudasim::driver

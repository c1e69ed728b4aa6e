#include "driver_settings.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace cudasim::driver {
namespace {

template <class T>
void number(Settings& settings, const char* name, T& value, std::uint64_t least, std::uint64_t most) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return;
  std::uint64_t read = 0;
  const char* end = text + std::strlen(text);
  auto [stopped, error] = std::from_chars(text, end, read);
  if (error == std::errc() && stopped == end && read >= least && read <= most) {
    value = static_cast<T>(read);
  } else if (settings.problem.empty()) {
    settings.problem = std::string(name) + "=" + text + ": a number from " + std::to_string(least) + " to " +
                       std::to_string(most) + " was expected";
  }
}

void text(const char* name, std::string& value) {
  if (const char* given = std::getenv(name)) value = given;
}

}  // namespace

Settings read_settings() {
  Settings settings;
  const char* seed = std::getenv("CUDASIM_SEED");
  if (seed != nullptr && std::strcmp(seed, "random") == 0) {
    std::random_device entropy;
    settings.seed = std::uint64_t{entropy()} << 32 | entropy();
    std::fprintf(stderr, "cudasim: CUDASIM_SEED=%llu\n", static_cast<unsigned long long>(settings.seed));
  } else {
    number(settings, "CUDASIM_SEED", settings.seed, 0, UINT64_MAX);
  }
  number(settings, "CUDASIM_MEMORY", settings.memory, 1 << 20, std::uint64_t{1} << 40);
  number(settings, "CUDASIM_CC", settings.compute_capability, 70, 129);
  number(settings, "CUDASIM_SMS", settings.multiprocessors, 1, 1024);
  number(settings, "CUDASIM_DEVICES", settings.devices, 0, 16);
  number(settings, "CUDASIM_DRIVER", settings.driver_version, 11000, 19990);
  text("CUDASIM_LOG", settings.log);
  text("CUDASIM_FAULT", settings.fault);
  return settings;
}

}  // namespace cudasim::driver

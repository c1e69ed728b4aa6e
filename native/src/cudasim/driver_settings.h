// What the CUDASIM_* variables say, read once.
#pragma once

#include <cstdint>
#include <string>

namespace cudasim::driver {

struct Settings {
  std::uint64_t seed = 1;
  std::uint64_t memory = std::uint64_t{2} << 30;
  int compute_capability = 90;  // 10 * major + minor
  int multiprocessors = 4;
  int devices = 1;
  int driver_version = 13000;  // 1000 * major + 10 * minor
  std::string log;             // a file, or empty
  std::string fault;           // see Fault

  // The first variable that could not be read, as one line for a person; cuInit fails with it.
  std::string problem;
};

Settings read_settings();

}  // namespace cudasim::driver

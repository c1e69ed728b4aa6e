// What was found wrong in a launch, and how a person is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core.h"

namespace cudasim {

struct Thread;

// A thread at a place in the code.
struct Place {
  std::string does;  // "reads 4 bytes"
  Dim3 block, thread;
  const void* pc = nullptr;  // a return address, or null: the line is not known
};

struct Finding {
  int error = code::launch_failed;
  std::string what;   // one line
  std::vector<Place> places;
  std::string where;  // the memory, if any
  std::string cure;
};

Place place_of(const Thread& thread, std::string does);

// "layer_norm.cu:41 (layer_norm)", with the callers that the compiler inlined it into.
std::string source_line(const void* pc);

// Without a seed where none matters: a launch that is refused always is.
std::string report(const Finding& finding, const Launch& launch, std::optional<std::uint64_t> seed);

// printf into a string.
std::string text(const char* format, ...) __attribute__((format(printf, 1, 2)));
std::string text(const Dim3& at);

}  // namespace cudasim

#include "finding.h"

#include <cstdarg>
#include <cstdio>

#include "block.h"

namespace cudasim {

std::string text(const char* format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

std::string text(const Dim3& at) { return text("(%u,%u,%u)", at.x, at.y, at.z); }

Place place_of(const Thread& thread, std::string does) {
  const unsigned* const block = thread.block_index;
  const unsigned* const index = thread.thread_index;
  return {std::move(does), {block[0], block[1], block[2]}, {index[0], index[1], index[2]}, thread.pc};
}

std::string report(const Finding& finding, const Launch& launch, std::optional<std::uint64_t> seed) {
  std::string lines = "cudasim: " + finding.what + "\n";
  lines += text("  in kernel %s, grid %s, block %s\n", launch.kernel->name, text(launch.grid).c_str(),
                text(launch.block).c_str());
  for (const Place& place : finding.places) {
    lines += "  block " + text(place.block) + ", thread " + text(place.thread) + " " + place.does;
    if (place.pc != nullptr) {
      lines += " at " + source_line(place.pc);
    }
    lines += "\n";
  }
  if (!finding.where.empty()) {
    lines += "  memory: " + finding.where + "\n";
  }
  if (!finding.cure.empty()) {
    lines += "  cure: " + finding.cure + "\n";
  }
  if (seed) {
    lines += text("  again with CUDASIM_SEED=%llu\n", static_cast<unsigned long long>(*seed));
  }
  return lines;
}

}  // namespace cudasim

#include "driver_log.h"

#include <cstring>

namespace cudasim::driver {
namespace {

std::string text(const Dim3& size) {
  return std::to_string(size.x) + "," + std::to_string(size.y) + "," + std::to_string(size.z);
}

std::string text(const Site& site) {
  std::string line = " stream=" + std::to_string(site.stream);
  if (site.graph != 0) line += " graph=" + std::to_string(site.graph);
  return line;
}

}  // namespace

bool Log::open(const std::string& path) {
  file_ = std::fopen(path.c_str(), "ae");
  return file_ != nullptr;
}

void Log::start() {
  keeping_ = true;
  kept_.clear();
}

std::size_t Log::take(char* buffer, std::size_t capacity) {
  if (capacity == 0) return 0;
  std::size_t bytes = kept_.size();
  if (bytes > capacity - 1) {
    auto end = kept_.rfind('\n', capacity - 2);
    bytes = end == std::string::npos ? 0 : end + 1;
  }
  std::memcpy(buffer, kept_.data(), bytes);
  buffer[bytes] = '\0';
  kept_.erase(0, bytes);
  return bytes;
}

void Log::kernel(const Launch& launch, const Site& site) {
  if (file_ == nullptr && !keeping_) return;
  write(std::string("kernel ") + launch.kernel->name + " grid=" + text(launch.grid) + " block=" + text(launch.block) +
        " shared=" + std::to_string(launch.dynamic_shared) + text(site));
}

void Log::graph(std::size_t nodes, const Site& site) {
  if (file_ == nullptr && !keeping_) return;
  write("graph nodes=" + std::to_string(nodes) + text(site));
}

void Log::write(const std::string& line) {
  if (keeping_) kept_ += line + '\n';
  if (file_ != nullptr) {
    std::fprintf(file_, "%s\n", line.c_str());
    std::fflush(file_);
  }
}

}  // namespace cudasim::driver

// From an address in the code to the line it was compiled from, by addr2line (binutils), which the build needs anyway.
#include <dlfcn.h>

#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "finding.h"

namespace cudasim {

namespace {

struct Frame {
  std::string function;
  std::string place;
};

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// "warp_sum<float>(float)" -> "warp_sum"
std::string short_name(const std::string& function) {
  std::string name = function.substr(0, function.find_first_of("<("));
  const std::size_t space = name.rfind(' ');
  const std::size_t colon = name.rfind("::");
  std::size_t begin = 0;
  if (space != std::string::npos) {
    begin = space + 1;
  }
  if (colon != std::string::npos && colon + 2 > begin) {
    begin = colon + 2;
  }
  name.erase(0, begin);
  return name.empty() ? function : name;
}

std::string quoted(const char* path) {
  std::string result = "'";
  for (; *path != 0; path++) {
    result += *path == '\'' ? std::string("'\\''") : std::string(1, *path);
  }
  return result + "'";
}

// Innermost first.
std::vector<Frame> frames_at(const char* file, std::size_t offset) {
  const std::string command = text("addr2line -f -C -i -e %s 0x%zx 2>/dev/null", quoted(file).c_str(), offset);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(popen(command.c_str(), "r"), pclose);
  std::vector<Frame> frames;
  char line[4096];
  Frame frame;
  while (out != nullptr && std::fgets(line, sizeof line, out.get()) != nullptr) {
    std::string value = line;
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) {
      value.pop_back();
    }
    if (frame.function.empty()) {
      frame.function = value;
    } else {
      frame.place = base_name(value.substr(0, value.find(" (discriminator")));
      frames.push_back(frame);
      frame = {};
    }
  }
  return frames;
}

// CUDA's own functions, as the headers for the host define them: whoever calls them is the place.
bool is_ours(const Frame& frame) {
  static constexpr const char* kHeaders[] = {"language.cuh", "warp.cuh",   "atomics.cuh",       "loads.cuh",
                                             "math.cuh",     "vectors.cuh", "simulator.cuh", "tensor.cuh"};
  for (const char* header : kHeaders) {
    if (frame.place.starts_with(header)) {
      return true;
    }
  }
  return false;
}

}  // namespace

namespace {

std::string look_up(const void* pc) {
  Dl_info info;
  // A return address lies behind its call.
  const char* const call = static_cast<const char*>(pc) - 1;
  if (dladdr(call, &info) == 0 || info.dli_fname == nullptr) {
    return text("%p", pc);
  }
  const auto offset = static_cast<std::size_t>(call - static_cast<const char*>(info.dli_fbase));
  std::vector<Frame> frames = frames_at(info.dli_fname, offset);
  std::string line;
  for (const Frame& frame : frames) {
    if (frame.place.starts_with("??") || (line.empty() && is_ours(frame) && &frame != &frames.back())) {
      continue;
    }
    if (line.empty()) {
      line = frame.place + " (" + short_name(frame.function) + ")";
    } else {
      line += ", called at " + frame.place + " (" + short_name(frame.function) + ")";
    }
  }
  if (line.empty()) {
    return text("%s+0x%zx", base_name(info.dli_fname).c_str(), offset);
  }
  return line;
}

}  // namespace

// A test may see the same finding many times.
std::string source_line(const void* pc) {
  static std::mutex mutex;
  static auto* const known = new std::map<const void*, std::string>;
  const std::lock_guard lock(mutex);
  const auto at = known->find(pc);
  return at != known->end() ? at->second : known->emplace(pc, look_up(pc)).first->second;
}

}  // namespace cudasim

// The launch log: a line for each kernel and graph that ran, in the order in which they ran.
//
//   graph nodes=3 stream=1 graph=2
//   kernel layer_norm grid=4,1,1 block=256,1,1 shared=0 stream=1 graph=2
//
// `graph=` is missing where a kernel was launched by itself. Stream 0 is the default stream.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "core.h"

namespace cudasim::driver {

// Where an operation runs.
struct Site {
  std::uint64_t stream = 0;
  std::uint64_t graph = 0;  // 0: none
};

class Log {
 public:
  // Appends to a file from now on; false if it cannot be opened.
  bool open(const std::string& path);
  // Keeps lines in memory from now on, beginning with none.
  void start();
  // Moves as many whole lines into `buffer` as fit, with a NUL behind them; how many bytes without it.
  std::size_t take(char* buffer, std::size_t capacity);

  void kernel(const Launch& launch, const Site& site);
  void graph(std::size_t nodes, const Site& site);

 private:
  void write(const std::string& line);

  std::FILE* file_ = nullptr;
  bool keeping_ = false;
  std::string kept_;
};

}  // namespace cudasim::driver

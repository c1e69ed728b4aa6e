// What a PTX text declares: enough to check it against the kernels that were compiled into cudasim, and against the
// device. The instructions themselves are not read.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cudasim::driver {

struct PtxEntry {
  std::string name;
  int line = 0;
  std::vector<std::size_t> parameters;  // bytes of each, in order
  unsigned max_threads = 0;             // .maxntid or .reqntid, as a product; 0: not said
  std::size_t static_shared = 0;        // bytes, with the alignment of each variable
};

struct Ptx {
  int version = 0;          // 10 * major + minor
  int target = 0;           // the number in sm_NN
  bool exact_target = false;  // sm_90a: runs on nothing but 9.0
  std::vector<PtxEntry> entries;
};

struct PtxError : std::runtime_error {
  PtxError(int line, const std::string& message)
      : std::runtime_error("ptx input, line " + std::to_string(line) + "; " + message) {}
};

// Throws PtxError.
Ptx parse_ptx(std::string_view text);

}  // namespace cudasim::driver

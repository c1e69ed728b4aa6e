// How each pair of kernels is launched.
#include "harness.h"

namespace harness {

namespace {

using cudasim::Outcome;

// kernel(x, y): 4 blocks of 64 threads on one element each.
Outcome elementwise(const char* kernel, std::uint64_t seed) {
  Buffer x(256 * sizeof(float), "x");
  Buffer y(256 * sizeof(float), "y");
  x.count_floats();
  Arguments arguments;
  return launch(kernel, {{4}, {64}}, arguments.add(x).add(y), seed);
}

}  // namespace

const std::vector<Planted>& planted_bugs() {
  static const std::vector<Planted> all = {
      {"missing_syncthreads", "race: a read and a write that nothing orders, of one block", elementwise},
      {"reused_too_early", "race: a read and a write that nothing orders, of one", elementwise},
      {"missing_syncwarp", "race: a read and a write that nothing orders, of one warp", elementwise},
      {"half_syncwarp", "race: a read and a write that nothing orders, of one warp", elementwise},
      {"half_words", "race: a read and a write that nothing orders, of one block", elementwise},
      {"exits_early", "divergent barrier: a thread has exited", elementwise},
      {"two_barriers", "divergent barrier: threads of a block wait at different", elementwise},
      {"full_mask_in_branch", "deadlock", elementwise},
      {"divergent_warp", "divergent warp", elementwise},
  };
  return all;
}

}  // namespace harness

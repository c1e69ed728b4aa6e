// ldmatrix and mma.sync: the last lane of the warp to arrive does them for all.
#pragma once

#include <cstdint>

namespace cudasim {

struct Warp;

void load_matrices(Warp& warp, std::uint32_t group);
void multiply_matrices(Warp& warp, std::uint32_t group);

}  // namespace cudasim

// Loads through the cache that does not see writes.
#pragma once

#include "common/host/language.cuh"

template <class T>
__forceinline__ T __ldg(const T* at) {
  T value;
  ::cudasim::load_constant(&value, at, sizeof(T));
  return value;
}

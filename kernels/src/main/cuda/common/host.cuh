// CUDA's language for g++: what makes a .cu file compile for cudasim. cuda.cuh includes it in nvcc's place.
//
// Each name means what it means on the device, or what the simulator makes of it: a barrier that not all threads reach,
// a mask that lies, an access out of bounds end the launch with a report.
#pragma once

#include "common/host/simulator.cuh"

#include "common/host/language.cuh"
#include "common/host/vectors.cuh"

#include "common/host/atomics.cuh"
#include "common/host/loads.cuh"
#include "common/host/math.cuh"
#include "common/host/warp.cuh"

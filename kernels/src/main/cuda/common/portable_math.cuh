// e^x and the natural logarithm in float64 by single IEEE operations: the same operations, in the same order, as
// io.jgpt.sampling.PortableMath, and so the same bits. Nothing is fused, here as everywhere.
#pragma once

#include "common/cuda.cuh"

constexpr double kLn2High = 0x1.62e42feep-1;  // times any exponent it is exact
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr int kExponentBias = 1023;
constexpr int kFractionBits = 52;

// x at most 0; 0 below -708.
JGPT_DEVICE double portable_exp(double x) {
  if (x < -708.0) {
    return 0.0;
  }
  const double k = rint(x * 0x1.71547652b82fep0);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  constexpr double kTerms[] = {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0,
                               1.0 / 5040.0,      1.0 / 720.0,      1.0 / 120.0,     1.0 / 24.0,     1.0 / 6.0,
                               0.5,               1.0,              1.0};
  double sum = 1.0 / 6227020800.0;
#pragma unroll
  for (const double term : kTerms) {
    sum = sum * r + term;
  }
  return sum * __longlong_as_double((static_cast<long long>(k) + kExponentBias) << kFractionBits);
}

// x above 0 and normal.
JGPT_DEVICE double portable_log(double x) {
  const long long bits = __double_as_longlong(x);
  int k = static_cast<int>(bits >> kFractionBits) - kExponentBias;
  const long long fraction = bits & ((1LL << kFractionBits) - 1);
  double m = __longlong_as_double(fraction | static_cast<long long>(kExponentBias) << kFractionBits);
  if (m > 0x1.6a09e667f3bcdp0) {
    m = m * 0.5;
    k++;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  constexpr double kTerms[] = {1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0,
                               1.0 / 9.0,  1.0 / 7.0,  1.0 / 5.0,  1.0 / 3.0};
  double sum = 1.0 / 21.0;
#pragma unroll
  for (const double term : kTerms) {
    sum = sum * z + term;
  }
  const double tail = k * kLn2Low + 2.0 * s * (z * sum);
  return k * kLn2High + (2.0 * s + tail);
}

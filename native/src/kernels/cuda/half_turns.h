// SPDX-License-Identifier: Apache-2.0
// Sine and cosine of angles that may be large, such as a position times a frequency.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/cuda/device.h"

namespace gatun::cuda {

struct SineCosine {
  float sine, cosine;
};

// Of pi x, |x| <= 1.
__device__ __forceinline__ SineCosine sine_cosine_of_half_turns(float x) {
  SineCosine r;
#if defined(__CUDACC__)
  sincospif(x, &r.sine, &r.cosine);
#else
  constexpr double kPi = 3.14159265358979323846;
  r.sine = static_cast<float>(std::sin(kPi * double{x}));
  r.cosine = static_cast<float>(std::cos(kPi * double{x}));
#endif
  return r;
}

// The angle is brought into one turn in double, by 1 / pi in two parts; what f32 loses of the rest
// is added back to first order. The functions of double or of large f32 would need local memory.
__device__ __forceinline__ SineCosine sine_cosine(double angle) {
  constexpr double kInverse = 0x1.45f306dc9c883p-2, kInverseRest = -0x1.6b01ec5417056p-56;
  constexpr float kPi = 3.14159265358979323846f;
  const double turns = angle * kInverse;
  const double rest = fma(angle, kInverse, -turns) + angle * kInverseRest;
  const double reduced = turns - 2 * rint(0.5 * turns) + rest;  // in [-1, 1]
  const auto x = static_cast<float>(reduced);
  const float lost = kPi * static_cast<float>(reduced - static_cast<double>(x));
  const SineCosine r = sine_cosine_of_half_turns(x);
  return {fmaf(lost, r.cosine, r.sine), fmaf(-lost, r.sine, r.cosine)};
}

}  // namespace gatun::cuda

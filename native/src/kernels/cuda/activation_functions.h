// SPDX-License-Identifier: Apache-2.0
// The activation functions and their derivatives in f32.
#pragma once

#include "gatun/ops.h"
#include "kernels/cuda/device.h"

namespace gatun::cuda {

__device__ __forceinline__ float activate(int32_t activation, float x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return x < 0 ? 0.0f : x;
    case GATUN_ACTIVATION_GELU:
      return 0.5f * x * (1 + erff(x * 0.70710678118654752440f));
    case GATUN_ACTIVATION_GELU_TANH:
      return 0.5f * x * (1 + tanhf(0.79788456080286535588f * (x + 0.044715f * x * x * x)));
    case GATUN_ACTIVATION_SILU:
      return x / (1 + expf(-x));
    case GATUN_ACTIVATION_TANH:
      return tanhf(x);
    case GATUN_ACTIVATION_QUICK_GELU:
      return x / (1 + expf(-1.702f * x));
    case GATUN_ACTIVATION_SIGMOID:
      return 1 / (1 + expf(-x));
    default:
      return x;
  }
}

struct ValueAndSlope {
  float value;  // f(x)
  float slope;  // f'(x)
};

// Where a factor times a vanishing tail would be infinity times zero, the factor is held at a limit
// beyond which the tail is nothing to f32. A NaN is not held.
__device__ __forceinline__ float within(float x, float limit) {
  return x > limit ? limit : x < -limit ? -limit : x;
}

// x s(k x), s the sigmoid.
__device__ __forceinline__ ValueAndSlope sigmoid_gate(float x, float k) {
  const float s = 1 / (1 + expf(-k * x));
  return {x * s, fmaf(within(k * x, 100), s * (1 - s), s)};
}

// e / (1 + e)^2 with e = exp(-|x|): the slope of the sigmoid, exact in the tails.
__device__ __forceinline__ float sigmoid_slope(float x) {
  const float e = expf(-fabsf(x));
  return e / ((1 + e) * (1 + e));
}

__device__ __forceinline__ ValueAndSlope activate_with_slope(int32_t activation, float x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return {x < 0 ? 0.0f : x, x != x ? x : x > 0 ? 1.0f : 0.0f};
    case GATUN_ACTIVATION_GELU: {  // Phi(x) + x phi(x)
      const float z = within(x, 15);
      const float below = 0.5f * (1 + erff(x * 0.70710678118654752440f));
      const float density = 0.39894228040143267794f * expf(-0.5f * z * z);
      return {x * below, fmaf(z, density, below)};
    }
    case GATUN_ACTIVATION_GELU_TANH: {  // x s(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3)
      const float z = within(x, 15), square = z * z;
      const float s = 1 / (1 + expf(-1.59576912160573071176f * z * fmaf(0.044715f, square, 1)));
      const float rise = 1.59576912160573071176f * fmaf(3 * 0.044715f, square, 1);
      return {x * s, fmaf(z * rise, s * (1 - s), s)};
    }
    case GATUN_ACTIVATION_SILU:
      return sigmoid_gate(x, 1);
    case GATUN_ACTIVATION_TANH:
      return {tanhf(x), 4 * sigmoid_slope(x + x)};  // 1 - tanh^2
    case GATUN_ACTIVATION_QUICK_GELU:
      return sigmoid_gate(x, 1.702f);
    case GATUN_ACTIVATION_SIGMOID:
      return {1 / (1 + expf(-x)), sigmoid_slope(x)};
    default:
      return {x, 1};
  }
}

}  // namespace gatun::cuda

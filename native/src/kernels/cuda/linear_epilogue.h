// SPDX-License-Identifier: Apache-2.0
// From a sum of products to a value of y.
#pragma once

#include "kernels/cuda/linear.h"

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

__device__ __forceinline__ void write_output(
    const QuantisedLinearArgs& args, int token, int row, float sum, float up_sum) {
  float value = sum * args.scale;
  if (args.bias != nullptr) value += args.bias[row];
  value = activate(args.activation, value);
  if (args.gated != 0) {
    if (args.up_bias != nullptr) up_sum += args.up_bias[row];
    value *= up_sum;
  }
  if (args.residual != nullptr) value += args.residual[token * args.residual_stride + row];
  if (args.softcap != 0) value = args.softcap * tanhf(value / args.softcap);
  args.y[token * args.y_stride + row] = value;
}

}  // namespace gatun::cuda

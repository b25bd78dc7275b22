// SPDX-License-Identifier: Apache-2.0
// From a sum of products to a value of y.
#pragma once

#include "kernels/cuda/activation_functions.h"
#include "kernels/cuda/linear.h"

namespace gatun::cuda {

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

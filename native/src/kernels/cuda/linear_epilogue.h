// SPDX-License-Identifier: Apache-2.0
// From a sum of products to a value of y.
#pragma once

#include "kernels/cuda/activation_functions.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {

// Args: as QuantisedLinearArgs or DenseLinearArgs.
template <typename Args>
__device__ __forceinline__ float activated_output(
    const Args& args, float sum, float up_sum, float bias, float up_bias) {
  const float value = activate(args.activation, sum * args.scale + bias);
  return args.gated != 0 ? value * (up_sum + up_bias) : value;
}

template <typename Args>
__device__ __forceinline__ float capped_output(const Args& args, float value) {
  return args.softcap != 0 ? args.softcap * tanhf(value / args.softcap) : value;
}

template <typename Args>
__device__ __forceinline__ void write_output(
    const Args& args, int64_t token, int row, float sum, float up_sum) {
  float value = activated_output(args, sum, up_sum, args.bias != nullptr ? args.bias[row] : 0.0f,
                                 args.up_bias != nullptr ? args.up_bias[row] : 0.0f);
  if (args.residual != nullptr) value += args.residual[token * args.residual_stride + row];
  args.y[token * args.y_stride + row] = capped_output(args, value);
}

// The same for four neighbouring values at the end of a tile.
template <typename Args>
class OutputFinish {
 public:
  __device__ explicit OutputFinish(const Args& args)
      : args_(args),
        wide_(four_wide(args.y, args.y_stride) && four_wide(args.residual, args.residual_stride) &&
              four_wide(args.bias, 0) && four_wide(args.up_bias, 0)) {}

  __device__ __forceinline__ void operator()(
      int64_t token, int row, int count, const Float4& sums, const Float4& up_sums) const {
    Float4 bias{}, up_bias{}, residual{}, values;
    if (args_.bias != nullptr) bias = load_some(args_.bias + row, count, wide_);
    if (args_.up_bias != nullptr) up_bias = load_some(args_.up_bias + row, count, wide_);
    if (args_.residual != nullptr)
      residual = load_some(args_.residual + token * args_.residual_stride + row, count, wide_);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      float value = activated_output(args_, sums.v[i], up_sums.v[i], bias.v[i], up_bias.v[i]);
      if (args_.residual != nullptr) value += residual.v[i];
      values.v[i] = capped_output(args_, value);
    }
    store_some(args_.y + token * args_.y_stride + row, count, wide_, values);
  }

 private:
  const Args& args_;
  const bool wide_;
};

}  // namespace gatun::cuda

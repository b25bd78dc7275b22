// SPDX-License-Identifier: Apache-2.0
// From sums of products to gradients, four neighbouring values at a time (tile_finish.h).
#pragma once

#include "kernels/cuda/linear_backward.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {

// Columns of a row of dx.
class DxFinish {
 public:
  __device__ explicit DxFinish(const DenseBackwardArgs& args)
      : args_(args), wide_(four_wide(args.dx, args.dx_stride)) {}

  __device__ __forceinline__ void operator()(
      int64_t token, int column, int count, const Float4& sums, const Float4&) const {
    float* dx = args_.dx + token * args_.dx_stride + column;
    Float4 values{};
    if (args_.accumulate != 0) values = load_some(dx, count, wide_);
#pragma unroll
    for (int i = 0; i < 4; ++i) values.v[i] += args_.scale * sums.v[i];
    store_some(dx, count, wide_, values);
  }

 private:
  const DenseBackwardArgs& args_;
  const bool wide_;
};

// Outputs of a column of dweight, neighbours in panel order.
class DweightFinish {
 public:
  __device__ explicit DweightFinish(const DenseBackwardArgs& args) : args_(args) {}

  __device__ __forceinline__ void operator()(
      int64_t column, int output, int count, const Float4& sums, const Float4&) const {
    float* dweight =
        args_.dweight + (int64_t{output / 16} * args_.columns + column) * 16 + output % 16;
    Float4 values = load_some(dweight, count, true);
#pragma unroll
    for (int i = 0; i < 4; ++i) values.v[i] += args_.scale * sums.v[i];
    store_some(dweight, count, true, values);
  }

 private:
  const DenseBackwardArgs& args_;
};

}  // namespace gatun::cuda

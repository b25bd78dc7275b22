// SPDX-License-Identifier: Apache-2.0
// Backward of pooling. With p the pooled vector before it was normalised and m = max(|p|, 1e-12):
//   normalize      dp = (dy - y (y . dy)) / m with y = p / m, or dy / m where |p| < 1e-12
//   mean           dx[n] = dp / count      cls, last   dx[n] = dp at that token
//   max            dx[n, e] = dp[e] at the first token that has the largest x[n, e]
// dx of every other token is zero, or stays with accumulate.
#pragma once

#include "kernels/cuda/pooling.h"

namespace gatun::cuda {

struct PoolingBackwardArgs {
  PoolingArgs pooling;           // x is needed for the maximum and with normalize; y is null
  const float* dy;               // [B, E]
  float* dx;                     // [N, E]
  int64_t dy_stride, dx_stride;  // of rows
  int32_t accumulate;
};

Status pooling_backward(const PoolingBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

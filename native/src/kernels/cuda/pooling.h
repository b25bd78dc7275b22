// SPDX-License-Identifier: Apache-2.0
// One vector per sequence: mean, first, last or largest over its tokens, then divided by
// max(L2 norm, 1e-12) if wanted. An empty sequence gives zeros.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct PoolingArgs {
  const float* x;              // [N, E]
  const int32_t* cu_seqlens;   // [B + 1]
  float* y;                    // [B, E]
  int64_t x_stride, y_stride;  // of rows
  int32_t tokens;              // N
  int32_t sequences;           // B
  int32_t columns;             // E
  int32_t mode;                // GATUN_POOLING_*
  int32_t normalize;
  DeviceFault* fault;
};

// A sequence whose bounds are not 0 <= begin <= end <= N is reported and taken as empty.
Status pooling(const PoolingArgs& args, Stream stream);

}  // namespace gatun::cuda

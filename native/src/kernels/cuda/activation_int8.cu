// SPDX-License-Identifier: Apache-2.0
// Rows of x to 8 bits per 32 values: a warp takes a block, a lane a value.
#include "kernels/cuda/int8_blocks.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads) quantise_rows_kernel(QuantiseRowsArgs args) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int blocks = args.columns / kWarpSize, token = static_cast<int>(blockIdx.y);
  const int block = static_cast<int>(blockIdx.x) * (kThreads / kWarpSize) +
                    static_cast<int>(threadIdx.x) / kWarpSize;
  if (block >= blocks) return;
  const int row = args.rows == nullptr ? token : args.rows[token];
  const int column = block * kWarpSize + lane;
  const float x = row < 0 ? 0.0f : args.x[row * args.x_stride + column];
  store_int8<1>(args.out, token, args.columns, column, {{x}});
}

}  // namespace

Status quantise_rows(const QuantiseRowsArgs& args, Stream stream) {
  const int64_t blocks = args.columns / kWarpSize, warps = kThreads / kWarpSize;
  return launch("quantise_rows", quantise_rows_kernel, {(blocks + warps - 1) / warps, args.tokens},
                kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// A block takes 32 columns; warp w adds parts w, w + 8, ... of them.
#include "kernels/cuda/column_sums.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 8;

__global__ void __launch_bounds__(kWarps* kWarpSize) column_sums_kernel(ColumnSumsArgs args) {
  __shared__ float sums[kWarps][kWarpSize];
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize,
            warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int column = static_cast<int>(blockIdx.x) * kWarpSize + lane;
  float sum = 0;
  if (column < args.columns) {
    for (int p = warp; p < args.count; p += kWarps) sum += args.parts[p * args.stride + column];
  }
  sums[warp][lane] = sum;
  __syncthreads();
  if (warp != 0 || column >= args.columns) return;
#pragma unroll
  for (int w = 1; w < kWarps; ++w) sum += sums[w][lane];
  args.y[column] += sum;
}

}  // namespace

Status column_sums(const ColumnSumsArgs& args, Stream stream) {
  if (args.count == 0) return 0;
  return launch("column_sums", column_sums_kernel,
                {(int64_t{args.columns} + kWarpSize - 1) / kWarpSize}, kWarps * kWarpSize, 0,
                stream, args);
}

}  // namespace gatun::cuda

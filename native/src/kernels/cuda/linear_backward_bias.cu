// SPDX-License-Identifier: Apache-2.0
// Column sums: a block takes 32 columns, a warp of it every eighth row.
#include "kernels/cuda/linear_backward.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarpSize;

__global__ void __launch_bounds__(kThreads) dbias_kernel(DenseBackwardArgs args) {
  __shared__ float partial[kWarps][kWarpSize];
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int column = static_cast<int>(blockIdx.x) * kWarpSize + lane;
  float sum = 0;
  if (column < args.outputs) {
#pragma unroll 4
    for (int64_t n = warp; n < args.tokens; n += kWarps)
      sum += args.dy[n * args.dy_stride + column];
  }
  partial[warp][lane] = sum;
  __syncthreads();
  if (warp != 0 || column >= args.outputs) return;
  float total = partial[0][lane];
#pragma unroll
  for (int w = 1; w < kWarps; ++w) total += partial[w][lane];
  args.dbias[column] += total;
}

}  // namespace

Status linear_backward_bias(const DenseBackwardArgs& args, Stream stream) {
  return launch("dbias", dbias_kernel, {(int64_t{args.outputs} + kWarpSize - 1) / kWarpSize},
                kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

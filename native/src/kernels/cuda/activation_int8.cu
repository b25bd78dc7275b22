// SPDX-License-Identifier: Apache-2.0
// Rows of x to 8 bits per 32 values: a warp takes a block, a lane a value.
#include "kernels/cuda/linear.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

struct LargestOrNan {  // a NaN makes the block's scale one, and so every product of the row
  __device__ float operator()(float a, float b) const { return a != a || a > b ? a : b; }
};

__global__ void __launch_bounds__(kThreads) quantise_rows_kernel(QuantiseRowsArgs args) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int blocks = args.columns / kWarpSize, token = static_cast<int>(blockIdx.y);
  const int block = static_cast<int>(blockIdx.x) * (kThreads / kWarpSize) +
                    static_cast<int>(threadIdx.x) / kWarpSize;
  if (block >= blocks) return;
  const int row = args.rows == nullptr ? token : args.rows[token];
  const float x = row < 0 ? 0.0f : args.x[row * args.x_stride + block * kWarpSize + lane];
  const float scale = warp_reduce(fabsf(x), LargestOrNan{}) / 127.0f;
  const float code = scale > 0 ? rintf(x / scale) : 0.0f;
  // Where the scale is infinite or no number, the code is 0 and the product no number.
  const int q = code == code ? static_cast<int>(code) : 0;
  int sum = q;
  for (int distance = kUnit / 2; distance > 0; distance /= 2)
    sum += __shfl_xor_sync(kAllLanes, sum, distance);
  args.out.codes[int64_t{token} * args.columns + block * kWarpSize + lane] = static_cast<int8_t>(q);
  if (lane == 0) args.out.scales[int64_t{token} * blocks + block] = scale;
  if (lane % kUnit == 0)
    args.out.sums[(int64_t{token} * blocks + block) * 2 + lane / kUnit] =
        scale * static_cast<float>(sum);
}

}  // namespace

Status quantise_rows(const QuantiseRowsArgs& args, Stream stream) {
  const int64_t blocks = args.columns / kWarpSize, warps = kThreads / kWarpSize;
  return launch("quantise_rows", quantise_rows_kernel, {(blocks + warps - 1) / warps, args.tokens},
                kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

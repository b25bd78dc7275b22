// SPDX-License-Identifier: Apache-2.0
// Sums and maxima over a warp or a block, in an order that depends on nothing but their size.
#pragma once

#include "kernels/cuda/device.h"

namespace gatun::cuda {

struct Sum {
  __device__ float operator()(float a, float b) const { return a + b; }
  static constexpr float kNone = 0;
};

template <typename Operation>
__device__ __forceinline__ float warp_reduce(float value, Operation operation) {
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2)
    value = operation(value, __shfl_xor_sync(kAllLanes, value, distance));
  return value;
}

namespace {

inline constexpr int kReductions = 2;

// Shared memory for the partial results of a block's reductions, one place for each of those
// between two barriers. No template: the emulation would lose sight of it.
__device__ __forceinline__ float* reduction_partials(int reduction) {
  __shared__ float partials[kReductions * kWarpSize];
  return partials + reduction * kWarpSize;
}

}  // namespace

// Over whole warps of a block. A place may be used again after the block's next barrier.
template <typename Operation>
__device__ __forceinline__ float block_reduce(float value, int place, Operation operation) {
  float* partial = reduction_partials(place);
  const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int warps = static_cast<int>(blockDim.x) / kWarpSize;
  value = warp_reduce(value, operation);
  if (threadIdx.x % kWarpSize == 0) partial[warp] = value;
  __syncthreads();
  float total = partial[0];
  for (int w = 1; w < warps; ++w) total = operation(total, partial[w]);
  return total;
}

// Threads for a row of `columns` that are read `width` at a time: enough warps to give each thread
// about four reads.
inline int row_threads(int64_t columns, int width) {
  const int64_t wanted = (columns / width + 3) / 4;
  const int64_t warps = (wanted + kWarpSize - 1) / kWarpSize;
  return static_cast<int>((warps < 1 ? 1 : warps > 8 ? 8 : warps) * kWarpSize);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// A value and its index make one integer that orders as the result does, so any cut of a row gives
// the same picks. A block finds the best k of 4096 columns, one after another; then a warp merges
// the lists of a row. Made for sampling, where k is small.
#include <cstring>

#include "kernels/cuda/reduce.h"
#include "kernels/cuda/top_k.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kPerThread = static_cast<int>(kSoftmaxBlock) / kThreads;

__device__ __forceinline__ float negative_infinity() {
  return -__builtin_huge_valf();
}

__device__ __forceinline__ uint32_t float_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

// Larger stands earlier; 0 is nothing.
__device__ __forceinline__ uint64_t rank_of(float value, int index) {
  uint32_t order = 0;  // a NaN
  if (value == value) {
    const uint32_t bits = float_bits(value + 0.0f);  // one zero
    order = (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
  }
  return static_cast<uint64_t>(order) << 32 | (0xffffffffu - static_cast<uint32_t>(index));
}
__device__ __forceinline__ int index_of(uint64_t rank) {
  return static_cast<int>(0xffffffffu - static_cast<uint32_t>(rank));
}

__device__ __forceinline__ uint64_t warp_best(uint64_t rank) {
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2) {
    const uint64_t other = __shfl_xor_sync(kAllLanes, rank, distance);
    if (other > rank) rank = other;
  }
  return rank;
}

struct LargestNumber {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

__global__ void __launch_bounds__(kThreads) top_k_candidates_kernel(TopKArgs args) {
  __shared__ uint64_t best[2][kThreads / kWarpSize];
  const int64_t row = blockIdx.y, list = row * gridDim.x + blockIdx.x;
  const int first = static_cast<int>(blockIdx.x * kSoftmaxBlock);
  const int thread = static_cast<int>(threadIdx.x);
  const float* x = args.x + row * args.x_stride;
  float values[kPerThread];
  float largest = negative_infinity();
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    const int v = first + thread + i * kThreads;
    values[i] = v < args.columns ? x[v] : negative_infinity();
    largest = fmaxf(largest, values[i]);
  }
  if (args.log_sum_exp != nullptr) {
    largest = block_reduce(largest, 0, LargestNumber{});
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kPerThread; ++i) {
      if (values[i] != negative_infinity()) sum += expf(values[i] - largest);
    }
    sum = block_reduce(sum, 1, Sum{});
    if (thread == 0) args.partials[list] = {largest, sum};
  }

  uint64_t last = ~uint64_t{0};  // the pick before: what ranks behind it is left
  for (int pick = 0; pick < args.k; ++pick) {
    uint64_t mine = 0;
#pragma unroll
    for (int i = 0; i < kPerThread; ++i) {
      const int v = first + thread + i * kThreads;
      const uint64_t rank = rank_of(values[i], v);
      if (v < args.columns && rank < last && rank > mine) mine = rank;
    }
    mine = warp_best(mine);
    uint64_t* round = best[pick % 2];
    if (thread % kWarpSize == 0) round[thread / kWarpSize] = mine;
    __syncthreads();
    last = round[0];
#pragma unroll
    for (int w = 1; w < kThreads / kWarpSize; ++w) last = round[w] > last ? round[w] : last;
    if (thread == 0) args.candidates[list * args.k + pick] = last;
    if (last == 0) last = 1;  // no column is left: the rest of the list is nothing
  }
}

// A warp takes a row; lane l looks after the lists l, l + 32, ...
__global__ void __launch_bounds__(kWarpSize) top_k_merge_kernel(TopKArgs args, int blocks) {
  const int row = static_cast<int>(blockIdx.x), lane = static_cast<int>(threadIdx.x);
  const uint64_t* lists = args.candidates + int64_t{row} * blocks * args.k;
  uint64_t last = ~uint64_t{0};
  for (int pick = 0; pick < args.k; ++pick) {
    uint64_t mine = 0;
    for (int list = lane; list < blocks; list += kWarpSize) {
      // At most `pick` of a list are taken, so its best that is left is not far.
      for (int i = 0; i < args.k; ++i) {
        const uint64_t rank = lists[int64_t{list} * args.k + i];
        if (rank >= last) continue;
        if (rank > mine) mine = rank;
        break;
      }
    }
    last = warp_best(mine);
    if (lane != 0) continue;
    const int index = index_of(last);
    args.indices[row * args.indices_stride + pick] = index;
    if (args.values != nullptr)
      args.values[row * args.values_stride + pick] = args.x[row * args.x_stride + index];
  }
  if (args.log_sum_exp == nullptr || lane != 0) return;
  const SoftmaxPartial* partials = args.partials + int64_t{row} * blocks;
  float largest = negative_infinity(), sum = 0;
  for (int b = 0; b < blocks; ++b) largest = fmaxf(largest, partials[b].max);
  for (int b = 0; b < blocks; ++b) {
    const float scale =
        partials[b].max == negative_infinity() ? 1.0f : expf(partials[b].max - largest);
    sum = fmaf(partials[b].sum, scale, sum);
  }
  args.log_sum_exp[row] = largest + logf(sum);
}

}  // namespace

Status top_k(const TopKArgs& args, Stream stream) {
  const int64_t blocks = top_k_blocks(args);
  const Status status = launch("top_k_candidates", top_k_candidates_kernel, {blocks, args.rows},
                               kThreads, 0, stream, args);
  if (status != 0) return status;
  return launch("top_k_merge", top_k_merge_kernel, {args.rows}, kWarpSize, 0, stream, args,
                static_cast<int>(blocks));
}

}  // namespace gatun::cuda

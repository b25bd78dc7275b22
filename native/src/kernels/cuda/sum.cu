// SPDX-License-Identifier: Apache-2.0
// y (+)= sum of x, or of x^2, in double: a block takes a chunk of the CPU's, a second launch adds
// the chunks.
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/sum.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarpSize;

// Of all threads of the block, for thread 0.
__device__ __forceinline__ double block_sum(double value) {
  __shared__ double sums[kWarps];
  const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(kAllLanes, value, distance);
  if (thread % kWarpSize == 0) sums[thread / kWarpSize] = value;
  __syncthreads();
  double total = sums[0];
#pragma unroll
  for (int w = 1; w < kWarps; ++w) total += sums[w];
  return total;
}

template <int kWidth>
__global__ void __launch_bounds__(kThreads) sum_chunk_kernel(SumArgs args) {
  const int64_t first = blockIdx.x * kSumChunk;
  const int64_t left = args.count - first;
  const int units = static_cast<int>((left < kSumChunk ? left : kSumChunk) / kWidth);
  const float* x = args.x + first;
  double sums[kWidth] = {};
  for (int unit = static_cast<int>(threadIdx.x); unit < units; unit += kThreads) {
    const Unit<kWidth> u = load_unit<kWidth>(x, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) {
      const auto value = static_cast<double>(u.v[i]);
      sums[i] += args.squares ? value * value : value;
    }
  }
#pragma unroll
  for (int i = 1; i < kWidth; ++i) sums[0] += sums[i];
  const double total = block_sum(sums[0]);
  if (threadIdx.x == 0) args.partial[blockIdx.x] = total;
}

__global__ void __launch_bounds__(kThreads) sum_finish_kernel(SumArgs args, int chunks) {
  double sum = 0;
  for (int c = static_cast<int>(threadIdx.x); c < chunks; c += kThreads) sum += args.partial[c];
  const double total = block_sum(sum);
  if (threadIdx.x == 0) *args.y = (args.accumulate ? *args.y : 0.0) + total;
}

}  // namespace

Status sum(const SumArgs& args, Stream stream) {
  const int64_t chunks = args.chunks();
  const bool wide = args.count % 4 == 0 && four_wide(args.x, 0);
  const Status status = launch("sum_chunk", wide ? sum_chunk_kernel<4> : sum_chunk_kernel<1>,
                               {chunks}, kThreads, 0, stream, args);
  if (status != 0) return status;
  return launch("sum_finish", sum_finish_kernel, {1}, kThreads, 0, stream, args,
                static_cast<int>(chunks));
}

}  // namespace gatun::cuda

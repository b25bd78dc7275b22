// SPDX-License-Identifier: Apache-2.0
// y = softmax(x / temperature) or its logarithm. A block of threads takes kSoftmaxBlock columns:
// one launch leaves the maximum and the sum of each, a second merges those of a row in ascending
// order. Cut as the CPU cuts it, and wide rows keep a whole device busy however few they are.
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/softmax.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kPerThread = static_cast<int>(kSoftmaxBlock) / kThreads;

struct LargestNumber {  // a NaN is passed over here: it reaches the result through the sum
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

__device__ __forceinline__ float negative_infinity() {
  return -__builtin_huge_valf();
}

__global__ void __launch_bounds__(kThreads) softmax_partial_kernel(SoftmaxArgs args) {
  const int64_t row = blockIdx.y, first = blockIdx.x * kSoftmaxBlock;
  const float* x = args.x + row * args.x_stride;
  float values[kPerThread];
  float largest = negative_infinity();
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    const int64_t v = first + threadIdx.x + i * kThreads;
    values[i] = v < args.columns ? x[v] : negative_infinity();
    largest = fmaxf(largest, values[i]);
  }
  largest = block_reduce(largest, 0, LargestNumber{});
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    if (values[i] != negative_infinity()) sum += expf((values[i] - largest) / args.temperature);
  }
  sum = block_reduce(sum, 1, Sum{});
  if (threadIdx.x == 0) args.partials[row * gridDim.x + blockIdx.x] = {largest, sum};
}

__global__ void __launch_bounds__(kThreads) softmax_finish_kernel(SoftmaxArgs args) {
  const int64_t row = blockIdx.y, first = blockIdx.x * kSoftmaxBlock;
  const SoftmaxPartial* partials = args.partials + row * gridDim.x;
  const int blocks = static_cast<int>(gridDim.x);
  float largest = negative_infinity();
  for (int b = 0; b < blocks; ++b) largest = fmaxf(largest, partials[b].max);
  float total = 0;
  for (int b = 0; b < blocks; ++b) {
    // A block without weight adds nothing, unless a NaN is why.
    const float scale = partials[b].max == negative_infinity()
                            ? 1.0f
                            : expf((partials[b].max - largest) / args.temperature);
    total = fmaf(partials[b].sum, scale, total);
  }
  const float log_total = logf(total), inverse = 1.0f / total;
  const float* x = args.x + row * args.x_stride;
  float* y = args.y + row * args.y_stride;
  for (int64_t v = first + threadIdx.x; v < first + kSoftmaxBlock && v < args.columns;
       v += kThreads) {
    const float shifted = (x[v] - largest) / args.temperature;
    y[v] = args.log != 0 ? shifted - log_total : expf(shifted) * inverse;
  }
}

}  // namespace

Status softmax(const SoftmaxArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  const Grid grid{(args.columns + kSoftmaxBlock - 1) / kSoftmaxBlock, args.rows};
  const Status status =
      launch("softmax_partial", softmax_partial_kernel, grid, kThreads, 0, stream, args);
  if (status != 0) return status;
  return launch("softmax_finish", softmax_finish_kernel, grid, kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

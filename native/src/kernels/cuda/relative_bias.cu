// SPDX-License-Identifier: Apache-2.0
// A thread takes a distance of one head.
#include "kernels/cuda/relative_bias.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;

__global__ void __launch_bounds__(kThreads)
    relative_bias_kernel(RelativeBiasArgs args, float logarithm) {
  const int i = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
  const int head = static_cast<int>(blockIdx.y), span = 2 * args.limit + 1;
  if (i >= span) return;
  const int bucket = bucket_of(args.bias, logarithm, i - args.limit);
  args.y[int64_t{head} * span + i] = args.bias.table[bucket * args.bias.stride + head];
}

}  // namespace

Status relative_bias(const RelativeBiasArgs& args, Stream stream) {
  const int64_t span = 2 * int64_t{args.limit} + 1;
  return launch("relative_bias", relative_bias_kernel,
                {(span + kThreads - 1) / kThreads, args.heads}, kThreads, 0, stream, args,
                bucket_logarithm(args.bias));
}

}  // namespace gatun::cuda

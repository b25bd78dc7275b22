// SPDX-License-Identifier: Apache-2.0
// A block takes a sequence, a thread every 256th column; tokens are added in ascending order.
#include "kernels/cuda/pooled_tokens.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads) pooling_kernel(PoolingArgs args) {
  const int sequence = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  const TokenRange tokens = pooled_tokens(args, sequence);
  float* y = args.y + sequence * args.y_stride;
  float squares = 0;
  for (int column = thread; column < args.columns; column += kThreads) {
    const float value = pooled(args, tokens, column);
    y[column] = value;
    squares = fmaf(value, value, squares);
  }
  if (args.normalize == 0) return;
  const float length = sqrtf(block_reduce(squares, 0, Sum{}));
  const float divisor = length < 1e-12f ? 1e-12f : length;  // NaN stays
  for (int column = thread; column < args.columns; column += kThreads) y[column] /= divisor;
}

}  // namespace

Status pooling(const PoolingArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  return launch("pooling", pooling_kernel, {args.sequences}, kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

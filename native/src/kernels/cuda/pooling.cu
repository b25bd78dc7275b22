// SPDX-License-Identifier: Apache-2.0
// A block takes a sequence, a thread every 256th column; tokens are added in ascending order.
#include "gatun/ops.h"
#include "kernels/cuda/pooling.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

__device__ float pooled(const PoolingArgs& args, int begin, int end, int column) {
  if (begin == end) return 0;
  const auto x = [&](int token) { return args.x[token * args.x_stride + column]; };
  if (args.mode == GATUN_POOLING_CLS) return x(begin);
  if (args.mode == GATUN_POOLING_LAST) return x(end - 1);
  float result = x(begin);
  for (int token = begin + 1; token < end; ++token) {
    const float value = x(token);
    if (args.mode == GATUN_POOLING_MEAN) {
      result += value;
    } else if (value > result || value != value) {  // a NaN stays, since nothing is greater
      result = value;
    }
  }
  return args.mode == GATUN_POOLING_MEAN ? result / static_cast<float>(end - begin) : result;
}

__global__ void __launch_bounds__(kThreads) pooling_kernel(PoolingArgs args) {
  const int sequence = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  int begin = args.cu_seqlens[sequence], end = args.cu_seqlens[sequence + 1];
  if (begin < 0 || begin > end || end > args.tokens) {
    if (thread == 0)
      report_fault(args.fault, FaultSource::kPoolingSequences, sequence, end, args.tokens + 1);
    begin = end = 0;
  }
  float* y = args.y + sequence * args.y_stride;
  float squares = 0;
  for (int column = thread; column < args.columns; column += kThreads) {
    const float value = pooled(args, begin, end, column);
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

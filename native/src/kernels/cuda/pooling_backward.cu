// SPDX-License-Identifier: Apache-2.0
// A block takes a sequence, a thread every 256th column. Without accumulate a first launch zeroes
// dx: tokens of no sequence have no gradient.
#include "kernels/cuda/pooled_tokens.h"
#include "kernels/cuda/pooling_backward.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr float kSmallest = 1e-12f;  // length that is divided by

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) pooling_clear_kernel(PoolingBackwardArgs args) {
  for_each_unit<kWidth>(args.pooling.columns, [&](int64_t row, int unit) {
    store_unit(args.dx + row * args.dx_stride, unit, Unit<kWidth>{});
  });
}

__global__ void __launch_bounds__(kThreads) pooling_backward_kernel(PoolingBackwardArgs args) {
  const PoolingArgs& pooling = args.pooling;
  const int sequence = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  const TokenRange tokens = pooled_tokens(pooling, sequence);
  if (tokens.begin == tokens.end) return;
  const float* dy = args.dy + sequence * args.dy_stride;
  float along = 0, norm = 1;  // dp = (dy - p along) / norm
  if (pooling.normalize != 0) {
    float squares = 0, product = 0;
    for (int column = thread; column < pooling.columns; column += kThreads) {
      const float p = pooled(pooling, tokens, column);
      squares = fmaf(p, p, squares);
      product = fmaf(p, dy[column], product);
    }
    squares = block_reduce(squares, 0, Sum{});
    product = block_reduce(product, 1, Sum{});
    const float length = sqrtf(squares);
    norm = length < kSmallest ? kSmallest : length;
    along = length < kSmallest ? 0.0f : product / squares;
  }
  for (int column = thread; column < pooling.columns; column += kThreads) {
    float dp = dy[column];
    if (pooling.normalize != 0)
      dp = (along != 0 ? dp - pooled(pooling, tokens, column) * along : dp) / norm;
    const auto add = [&](int token, float value) {
      float& dx = args.dx[token * args.dx_stride + column];
      dx = args.accumulate != 0 ? dx + value : value;
    };
    switch (pooling.mode) {
      case GATUN_POOLING_CLS:
        add(tokens.begin, dp);
        break;
      case GATUN_POOLING_LAST:
        add(tokens.end - 1, dp);
        break;
      case GATUN_POOLING_MAX:
        add(largest_token(pooling, tokens, column).token, dp);
        break;
      default:
        dp /= static_cast<float>(tokens.end - tokens.begin);
        for (int token = tokens.begin; token < tokens.end; ++token) add(token, dp);
    }
  }
}

}  // namespace

Status pooling_backward(const PoolingBackwardArgs& args, Stream stream) {
  const PoolingArgs& pooling = args.pooling;
  if (pooling.columns == 0) return 0;
  if (args.accumulate == 0) {
    const Status status = launch_parts("pooling_clear", pooling_clear_kernel<4>,
                                       pooling_clear_kernel<1>, four_wide(args.dx, args.dx_stride),
                                       pooling.tokens, pooling.columns, args, stream);
    if (status != 0) return status;
  }
  return launch("pooling_backward", pooling_backward_kernel, {pooling.sequences}, kThreads, 0,
                stream, args);
}

}  // namespace gatun::cuda

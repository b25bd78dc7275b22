// SPDX-License-Identifier: Apache-2.0
#include "kernels/pooling_backward.h"

#include <algorithm>
#include <cmath>

#include "gatun/ops.h"

namespace gatun::reference {
namespace {

// The token whose x[n, e] is the largest, the first of equals; a NaN is larger than everything.
int64_t first_largest(const PoolingArgs& args, TokenRange tokens, int64_t e) {
  int64_t best = tokens.begin;
  for (int64_t n = tokens.begin + 1; n < tokens.end; ++n) {
    const float largest = args.x[best * args.x_stride + e], value = args.x[n * args.x_stride + e];
    if (std::isnan(largest)) break;
    if (value > largest || std::isnan(value)) best = n;
  }
  return best;
}

double pooled(const PoolingArgs& args, TokenRange tokens, int64_t e) {
  const auto x = [&](int64_t n) { return double{args.x[n * args.x_stride + e]}; };
  switch (args.mode) {
    case GATUN_POOLING_CLS:
      return x(tokens.begin);
    case GATUN_POOLING_LAST:
      return x(tokens.end - 1);
    case GATUN_POOLING_MAX:
      return x(first_largest(args, tokens, e));
    default: {
      double sum = 0;
      for (int64_t n = tokens.begin; n < tokens.end; ++n) sum += x(n);
      return sum / static_cast<double>(tokens.end - tokens.begin);
    }
  }
}

// dp [E] of one sequence.
void before_normalisation(const PoolingBackwardArgs& args,
                          TokenRange tokens,
                          const float* dy,
                          double* dp) {
  constexpr double kSmallest = 1e-12;
  const int64_t columns = args.pooling.columns;
  std::copy_n(dy, columns, dp);
  if (args.pooling.normalize == 0) return;
  double squares = 0, product = 0;
  for (int64_t e = 0; e < columns; ++e) {
    const double p = pooled(args.pooling, tokens, e);
    squares += p * p;
    product += p * dp[e];
  }
  const double length = std::sqrt(squares);
  const double norm = length < kSmallest ? kSmallest : length;
  for (int64_t e = 0; e < columns; ++e) {
    const double along =
        length < kSmallest ? 0.0 : pooled(args.pooling, tokens, e) * product / squares;
    dp[e] = (dp[e] - along) / norm;
  }
}

}  // namespace

int64_t pooling_backward_scratch_bytes(const PoolingBackwardArgs& args, int members) {
  return members * args.pooling.columns * static_cast<int64_t>(sizeof(double));
}

void pooling_backward(const PoolingBackwardArgs& args, const Team& team) {
  const PoolingArgs& pooling = args.pooling;
  const int64_t columns = pooling.columns;
  double* dp = reinterpret_cast<double*>(args.scratch) + team.index() * columns;  // [E]
  if (!args.accumulate) {
    const auto [begin, end] = team.share(pooling.tokens);
    for (int64_t n = begin; n < end; ++n) std::fill_n(args.dx + n * args.dx_stride, columns, 0.0f);
    team.barrier();
  }
  const auto [begin, end] = team.share(pooling.sequences);
  for (int64_t b = begin; b < end; ++b) {
    const TokenRange tokens = pooled_tokens(pooling, b);
    if (tokens.begin == tokens.end) continue;
    before_normalisation(args, tokens, args.dy + b * args.dy_stride, dp);
    const auto add = [&](int64_t n, int64_t e, double value) {
      float& dx = args.dx[n * args.dx_stride + e];
      dx = static_cast<float>(double{dx} + value);
    };
    for (int64_t e = 0; e < columns; ++e) {
      switch (pooling.mode) {
        case GATUN_POOLING_CLS:
          add(tokens.begin, e, dp[e]);
          break;
        case GATUN_POOLING_LAST:
          add(tokens.end - 1, e, dp[e]);
          break;
        case GATUN_POOLING_MAX:
          add(first_largest(pooling, tokens, e), e, dp[e]);
          break;
        default:
          for (int64_t n = tokens.begin; n < tokens.end; ++n)
            add(n, e, dp[e] / static_cast<double>(tokens.end - tokens.begin));
      }
    }
  }
}

}  // namespace gatun::reference

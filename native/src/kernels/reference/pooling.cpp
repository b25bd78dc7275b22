// SPDX-License-Identifier: Apache-2.0
#include "kernels/pooling.h"

#include <cmath>

#include "gatun/ops.h"

namespace gatun::reference {
namespace {

double pooled(const PoolingArgs& args, TokenRange tokens, int64_t e) {
  const auto x = [&](int64_t n) { return double{args.x[n * args.x_stride + e]}; };
  if (tokens.begin == tokens.end) return 0;
  if (args.mode == GATUN_POOLING_CLS) return x(tokens.begin);
  if (args.mode == GATUN_POOLING_LAST) return x(tokens.end - 1);
  double result = x(tokens.begin);
  for (int64_t n = tokens.begin + 1; n < tokens.end; ++n) {
    if (args.mode == GATUN_POOLING_MEAN) {
      result += x(n);
    } else if (x(n) > result ||
               std::isnan(x(n))) {  // the largest; a NaN stays, since nothing is greater
      result = x(n);
    }
  }
  return args.mode == GATUN_POOLING_MEAN ? result / static_cast<double>(tokens.end - tokens.begin)
                                         : result;
}

}  // namespace

void pooling(const PoolingArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.sequences);
  for (int64_t b = begin; b < end; ++b) {
    const TokenRange tokens = pooled_tokens(args, b);
    float* y = args.y + b * args.y_stride;
    double squares = 0;
    for (int64_t e = 0; e < args.columns; ++e) {
      const double value = pooled(args, tokens, e);
      squares += value * value;
      y[e] = static_cast<float>(value);
    }
    if (args.normalize == 0) continue;
    const double length = std::sqrt(squares);
    const double norm = length < 1e-12 ? 1e-12 : length;  // NaN stays
    for (int64_t e = 0; e < args.columns; ++e)
      y[e] = static_cast<float>(pooled(args, tokens, e) / norm);
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/layer_norm.h"

#include <cmath>

namespace gatun::reference {

void layer_norm(const LayerNormArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  const auto count = static_cast<double>(args.columns);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* residual =
        args.residual == nullptr ? nullptr : args.residual + n * args.residual_stride;
    float* y = args.y + n * args.y_stride;
    // s rounds to f32: it is what the next layer adds to.
    const auto s = [&](int64_t e) { return residual == nullptr ? x[e] : x[e] + residual[e]; };
    double mean = 0;
    for (int64_t e = 0; e < args.columns; ++e) mean += double{s(e)};
    mean /= count;
    double variance = 0;
    for (int64_t e = 0; e < args.columns; ++e) variance += (s(e) - mean) * (s(e) - mean);
    const double inverse = 1 / std::sqrt(variance / count + double{args.eps});
    for (int64_t e = 0; e < args.columns; ++e) {
      const float value = s(e);
      double result = (value - mean) * inverse * double{args.weight[e]};
      if (args.bias != nullptr) result += double{args.bias[e]};
      if (args.sum != nullptr) args.sum[n * args.sum_stride + e] = value;
      y[e] = static_cast<float>(result);
    }
  }
}

}  // namespace gatun::reference

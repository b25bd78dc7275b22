// SPDX-License-Identifier: Apache-2.0
#include "kernels/rms_norm.h"

#include <cmath>

namespace gatun::reference {

void rms_norm(const RmsNormArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* residual =
        args.residual == nullptr ? nullptr : args.residual + n * args.residual_stride;
    const float* y_residual =
        args.y_residual == nullptr ? nullptr : args.y_residual + n * args.y_residual_stride;
    float* y = args.y + n * args.y_stride;
    // s rounds to f32: it is what the next layer adds to.
    const auto s = [&](int64_t e) { return residual == nullptr ? x[e] : x[e] + residual[e]; };
    double squares = 0;
    for (int64_t e = 0; e < args.columns; ++e) squares += double{s(e)} * double{s(e)};
    const double inverse =
        1 / std::sqrt(squares / static_cast<double>(args.columns) + double{args.eps});
    for (int64_t e = 0; e < args.columns; ++e) {
      const float value = s(e);
      double result = value * inverse * (double{args.weight_offset} + double{args.weight[e]});
      if (y_residual != nullptr) result += double{y_residual[e]};
      if (args.sum != nullptr) args.sum[n * args.sum_stride + e] = value;
      y[e] = static_cast<float>(result);
    }
  }
}

}  // namespace gatun::reference

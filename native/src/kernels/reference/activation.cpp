// SPDX-License-Identifier: Apache-2.0
#include "kernels/activation.h"

#include "kernels/reference/activation_functions.h"

namespace gatun::reference {

void activation(const ActivationArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    for (int64_t f = 0; f < args.columns; ++f) {
      double value = activate(args.activation, double{args.x[n * args.x_stride + f]});
      if (args.up != nullptr) value *= double{args.up[n * args.up_stride + f]};
      args.y[n * args.y_stride + f] = static_cast<float>(value);
    }
  }
}

void activation_backward(const ActivationBackwardArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    for (int64_t f = 0; f < args.columns; ++f) {
      const double x{args.x[n * args.x_stride + f]};
      const double up = args.up == nullptr ? 1.0 : double{args.up[n * args.up_stride + f]};
      const double dy{args.dy[n * args.dy_stride + f]};
      float& dx = args.dx[n * args.dx_stride + f];
      const double slope = dy * up * activation_slope(args.activation, x);
      dx = static_cast<float>(slope + (args.accumulate_dx ? double{dx} : 0.0));
      if (args.dup == nullptr) continue;
      float& dup = args.dup[n * args.dup_stride + f];
      const double value = dy * activate(args.activation, x);
      dup = static_cast<float>(value + (args.accumulate_dup ? double{dup} : 0.0));
    }
  }
}

}  // namespace gatun::reference

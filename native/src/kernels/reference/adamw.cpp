// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.h"

#include <cmath>

namespace gatun::reference {

void adamw(const AdamwArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count);
  for (int64_t i = begin; i < end; ++i) {
    const double g = args.gradient_scale * double{args.gradient[i]};
    const double m = double{args.m[i]} + (1 - args.beta1) * (g - double{args.m[i]});
    const double v = args.beta2 * double{args.v[i]} + (1 - args.beta2) * g * g;
    const double step = args.step_size * m / (std::sqrt(v) / args.correction + args.eps);
    args.m[i] = static_cast<float>(m);
    args.v[i] = static_cast<float>(v);
    args.parameter[i] = static_cast<float>(double{args.parameter[i]} * args.decay - step);
    if (args.zero_gradient) args.gradient[i] = 0;
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/elementwise_loss.h"

#include <algorithm>
#include <cmath>

namespace gatun::reference {

void elementwise_loss(const ElementwiseLossArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    for (int64_t c = 0; c < args.columns; ++c) {
      const double x{args.x[n * args.x_stride + c]};
      const double target{args.target[n * args.target_stride + c]};
      const double difference = x - target;
      double loss = difference * difference, slope = 2 * difference;
      if (args.kind == GATUN_LOSS_BCE) {
        // log(1 + e^x) without overflow
        loss = std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))) - x * target;
        slope = 1 / (1 + std::exp(-x)) - target;
      }
      args.loss[n * args.loss_stride + c] = static_cast<float>(loss);
      if (args.dx != nullptr)
        args.dx[n * args.dx_stride + c] = static_cast<float>(double{args.scale} * slope);
    }
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/softmax.h"

#include <cmath>
#include <limits>

namespace gatun::reference {

void softmax(const SoftmaxArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    float* y = args.y + n * args.y_stride;
    double max = -std::numeric_limits<double>::infinity();
    for (int64_t v = 0; v < args.columns; ++v) max = std::fmax(max, double{x[v]});
    double sum = 0;
    for (int64_t v = 0; v < args.columns; ++v)
      sum += std::exp((x[v] - max) / double{args.temperature});
    for (int64_t v = 0; v < args.columns; ++v) {
      const double shifted = (x[v] - max) / double{args.temperature};
      y[v] = static_cast<float>(args.log != 0 ? shifted - std::log(sum) : std::exp(shifted) / sum);
    }
  }
}

}  // namespace gatun::reference

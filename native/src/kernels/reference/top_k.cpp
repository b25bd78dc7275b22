// SPDX-License-Identifier: Apache-2.0
#include "kernels/top_k.h"

#include <cmath>
#include <limits>

namespace gatun::reference {

void top_k(const TopKArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    TopKEntry last{0, -1};  // the pick before; the first has none
    for (int64_t i = 0; i < args.k; ++i) {
      TopKEntry best{0, -1};  // of those that rank after `last`
      for (int64_t v = 0; v < args.columns; ++v) {
        const TopKEntry entry{x[v], static_cast<int32_t>(v)};
        if (i > 0 && !RanksBefore{}(last, entry)) continue;
        if (best.index < 0 || RanksBefore{}(entry, best)) best = entry;
      }
      last = best;
      if (args.values != nullptr) args.values[n * args.values_stride + i] = best.value;
      args.indices[n * args.indices_stride + i] = best.index;
    }
    if (args.log_sum_exp == nullptr) continue;
    double max = -std::numeric_limits<double>::infinity();
    for (int64_t v = 0; v < args.columns; ++v) max = std::fmax(max, double{x[v]});
    double sum = 0;
    for (int64_t v = 0; v < args.columns; ++v) sum += std::exp(x[v] - max);
    args.log_sum_exp[n] = static_cast<float>(max + std::log(sum));
  }
}

}  // namespace gatun::reference

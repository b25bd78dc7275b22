// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding.h"

#include "kernels/layer_norm.h"

namespace gatun::reference {

void embedding(const EmbeddingArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  float* term = args.scratch + team.index() * args.columns;  // [E]
  for (int64_t n = begin; n < end; ++n) {
    float* y = args.y + n * args.y_stride;
    look_up(args, args.lookups[0], n, y);
    for (int64_t e = 0; e < args.columns; ++e) y[e] *= args.scale;
    for (int i = 1; i < 3; ++i) {
      if (args.lookups[i].table == nullptr) continue;
      look_up(args, args.lookups[i], n, term);
      for (int64_t e = 0; e < args.columns; ++e) y[e] += term[e];
    }
    if (args.norm_weight == nullptr) continue;
    layer_norm({.x = y,
                .residual = nullptr,
                .weight = args.norm_weight,
                .bias = args.norm_bias,
                .y = y,
                .sum = nullptr,
                .x_stride = 0,
                .residual_stride = 0,
                .y_stride = 0,
                .sum_stride = 0,
                .rows = 1,
                .columns = args.columns,
                .eps = args.eps},
               Team(0, 1, nullptr));
  }
}

}  // namespace gatun::reference

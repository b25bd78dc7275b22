// SPDX-License-Identifier: Apache-2.0
// Embedding over a vector type S: rows are widened by the table's own format, then added and
// normalised in vectors.
#pragma once

#include "kernels/cpu/layer_norm_row.h"
#include "kernels/cpu/row_loops.h"
#include "kernels/embedding.h"

namespace gatun::cpu {
namespace {

template <typename S>
void embedding_rows(const EmbeddingArgs& args, const Team& team) {
  const int64_t columns = args.columns;
  const auto scale = S::set(args.scale);
  float* term = args.scratch + team.index() * columns;  // [E]
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    float* y = args.y + n * args.y_stride;
    look_up(args, args.lookups[0], n, y);
    if (args.scale != 1.0f) {
      for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
        S::store(y + e, S::mul(S::load(y + e, lanes), scale), lanes);
      });
    }
    for (int i = 1; i < 3; ++i) {
      if (args.lookups[i].table == nullptr) continue;
      look_up(args, args.lookups[i], n, term);
      for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
        S::store(y + e, S::add(S::load(y + e, lanes), S::load(term + e, lanes)), lanes);
      });
    }
    if (args.norm_weight != nullptr) {
      layer_norm_row<S>(y, nullptr, args.norm_weight, args.norm_bias, y, nullptr, columns,
                        args.eps);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

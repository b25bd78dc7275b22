// SPDX-License-Identifier: Apache-2.0
// Additions of vectors over a vector type S.
#pragma once

#include "kernels/axpby.h"
#include "kernels/cpu/row_loops.h"
#include "kernels/gather_rows_backward.h"

namespace gatun::cpu {
namespace {

template <typename S>
void axpby_vectors(const AxpbyArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count, S::kWidth);
  const float* x = args.x + begin;
  float* y = args.y + begin;
  const auto alpha = S::set(args.alpha), beta = S::set(args.beta);
  if (args.beta == 0) {
    for_each_vector<S>(end - begin, [&](int64_t i, auto lanes) {
      S::store(y + i, S::mul(alpha, S::load(x + i, lanes)), lanes);
    });
    return;
  }
  for_each_vector<S>(end - begin, [&](int64_t i, auto lanes) {
    const auto scaled = S::mul(beta, S::load(y + i, lanes));
    S::store(y + i, S::fma(alpha, S::load(x + i, lanes), scaled), lanes);
  });
}

template <typename S>
void gather_rows_backward_columns(const GatherRowsBackwardArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.columns, S::kWidth);
  for (int64_t r = 0; r < args.dy_rows; ++r) {
    if (!has_row(args, r)) continue;
    const float* dy = args.dy + r * args.dy_stride + begin;
    float* dx = args.dx + args.rows[r] * args.dx_stride + begin;
    for_each_vector<S>(end - begin, [&](int64_t e, auto lanes) {
      S::store(dx + e, S::add(S::load(dx + e, lanes), S::load(dy + e, lanes)), lanes);
    });
  }
}

}  // namespace
}  // namespace gatun::cpu

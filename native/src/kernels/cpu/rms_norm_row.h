// SPDX-License-Identifier: Apache-2.0
// RMS norm over a vector type S. Sums of squares in f32, in a fixed order.
#pragma once

#include <cmath>

#include "kernels/cpu/row_loops.h"
#include "kernels/rms_norm.h"

namespace gatun::cpu {
namespace {

template <typename S>
void rms_norm_rows(const RmsNormArgs& args, const Team& team) {
  using F32 = typename S::F32;
  const int64_t columns = args.columns;
  const float* weight = args.weight;  // [E]
  const F32 offset = S::set(args.weight_offset);
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* residual =
        args.residual == nullptr ? nullptr : args.residual + n * args.residual_stride;
    const float* y_residual =
        args.y_residual == nullptr ? nullptr : args.y_residual + n * args.y_residual_stride;
    float* y = args.y + n * args.y_stride;
    float* sum = args.sum == nullptr ? nullptr : args.sum + n * args.sum_stride;

    const float squares = sum_vectors<S>(columns, [&](int64_t e, auto lanes) {
      F32 s = S::load(x + e, lanes);
      if (residual != nullptr) s = S::add(s, S::load(residual + e, lanes));
      if (sum != nullptr) S::store(sum + e, s, lanes);
      return S::mul(s, s);
    });
    // s is formed again where it was not stored: reading two rows from L1 is cheaper than writing
    // one more.
    const float* stored = sum != nullptr ? sum : x;
    const float* added = sum != nullptr ? nullptr : residual;
    const F32 inverse = S::set(1.0f / std::sqrt(squares / static_cast<float>(columns) + args.eps));
    for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
      F32 s = S::load(stored + e, lanes);
      if (added != nullptr) s = S::add(s, S::load(added + e, lanes));
      F32 result = S::mul(S::mul(s, inverse), S::add(offset, S::load(weight + e, lanes)));
      if (y_residual != nullptr) result = S::add(result, S::load(y_residual + e, lanes));
      S::store(y + e, result, lanes);
    });
  }
}

}  // namespace
}  // namespace gatun::cpu

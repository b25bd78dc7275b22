// SPDX-License-Identifier: Apache-2.0
// LayerNorm over a vector type S: mean first, then the variance around it (one pass would cancel).
// Sums in f32, in a fixed order.
#pragma once

#include <cmath>

#include "kernels/cpu/row_loops.h"
#include "kernels/layer_norm.h"

namespace gatun::cpu {
namespace {

// One row; `residual`, `bias` and `sum` may be null.
template <typename S>
void layer_norm_row(const float* x,
                    const float* residual,
                    const float* weight,
                    const float* bias,
                    float* y,
                    float* sum,
                    int64_t columns,
                    float eps) {
  using F32 = typename S::F32;
  const auto count = static_cast<float>(columns);
  const float total = sum_vectors<S>(columns, [&](int64_t e, auto lanes) {
    F32 s = S::load(x + e, lanes);
    if (residual != nullptr) s = S::add(s, S::load(residual + e, lanes));
    if (sum != nullptr) S::store(sum + e, s, lanes);
    return s;
  });
  // s is formed again where it was not stored: reading two rows from L1 is cheaper than writing one
  // more.
  const float* stored = sum != nullptr ? sum : x;
  const float* added = sum != nullptr ? nullptr : residual;
  const F32 mean = S::set(total / count);
  const auto centred = [&](int64_t e, auto lanes) {
    F32 s = S::load(stored + e, lanes);
    if (added != nullptr) s = S::add(s, S::load(added + e, lanes));
    return S::sub(s, mean);
  };
  const float squares = sum_vectors<S>(columns, [&](int64_t e, auto lanes) {
    const F32 d = S::keep(centred(e, lanes), lanes);
    return S::mul(d, d);
  });
  const F32 inverse = S::set(1.0f / std::sqrt(squares / count + eps));
  for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
    F32 result = S::mul(S::mul(centred(e, lanes), inverse), S::load(weight + e, lanes));
    if (bias != nullptr) result = S::add(result, S::load(bias + e, lanes));
    S::store(y + e, result, lanes);
  });
}

template <typename S>
void layer_norm_rows(const LayerNormArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    layer_norm_row<S>(args.x + n * args.x_stride,
                      args.residual == nullptr ? nullptr : args.residual + n * args.residual_stride,
                      args.weight, args.bias, args.y + n * args.y_stride,
                      args.sum == nullptr ? nullptr : args.sum + n * args.sum_stride, args.columns,
                      args.eps);
  }
}

}  // namespace
}  // namespace gatun::cpu

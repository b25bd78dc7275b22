// SPDX-License-Identifier: Apache-2.0
// Activations and their backward over a vector type S.
#pragma once

#include "kernels/activation.h"
#include "kernels/cpu/activation_lanes.h"
#include "kernels/cpu/row_loops.h"

namespace gatun::cpu {
namespace {

template <typename S, int32_t kActivation>
void activation_rows_of(const ActivationArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* up = args.up == nullptr ? nullptr : args.up + n * args.up_stride;
    float* y = args.y + n * args.y_stride;
    for_each_vector<S>(args.columns, [&](int64_t f, auto lanes) {
      auto value = activate<S, kActivation>(S::load(x + f, lanes));
      if (up != nullptr) value = S::mul(value, S::load(up + f, lanes));
      S::store(y + f, value, lanes);
    });
  }
}

template <typename S, int32_t kActivation>
void activation_backward_rows_of(const ActivationBackwardArgs& args, const Team& team) {
  using F32 = typename S::F32;
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* up = args.up == nullptr ? nullptr : args.up + n * args.up_stride;
    const float* dy = args.dy + n * args.dy_stride;
    float* dx = args.dx + n * args.dx_stride;
    float* dup = args.dup == nullptr ? nullptr : args.dup + n * args.dup_stride;
    for_each_vector<S>(args.columns, [&](int64_t f, auto lanes) {
      const auto [value, slope] = activate_with_slope<S, kActivation>(S::load(x + f, lanes));
      const F32 slope_of_y = S::load(dy + f, lanes);
      F32 result = S::mul(slope_of_y, slope);
      if (up != nullptr) result = S::mul(result, S::load(up + f, lanes));
      if (args.accumulate_dx) result = S::add(S::load(dx + f, lanes), result);
      if (dup != nullptr) {
        F32 product = S::mul(slope_of_y, value);
        if (args.accumulate_dup) product = S::add(S::load(dup + f, lanes), product);
        S::store(dup + f, product, lanes);
      }
      S::store(dx + f, result, lanes);
    });
  }
}

template <typename S>
void activation_rows(const ActivationArgs& args, const Team& team) {
  with_activation(args.activation,
                  [&]<int32_t kActivation>() { activation_rows_of<S, kActivation>(args, team); });
}

template <typename S>
void activation_backward_rows(const ActivationBackwardArgs& args, const Team& team) {
  with_activation(args.activation, [&]<int32_t kActivation>() {
    activation_backward_rows_of<S, kActivation>(args, team);
  });
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Element-wise losses over a vector type S. log(1 + e^-|x|) is taken per lane in double: these
// losses are of a few values per sequence.
#pragma once

#include <cmath>

#include "kernels/cpu/row_loops.h"
#include "kernels/cpu/vector_math.h"
#include "kernels/elementwise_loss.h"

namespace gatun::cpu {
namespace {

template <typename S>
typename S::F32 softplus_of_negative_magnitude(typename S::F32 x) {
  float values[S::kWidth];
  S::store(values, S::abs(x));
  for (float& value : values) value = static_cast<float>(std::log1p(std::exp(-double{value})));
  return S::load(values);
}

template <typename S>
void elementwise_loss_rows(const ElementwiseLossArgs& args, const Team& team) {
  using F32 = typename S::F32;
  const F32 scale = S::set(args.scale);
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const float* x = args.x + n * args.x_stride;
    const float* target = args.target + n * args.target_stride;
    float* loss = args.loss + n * args.loss_stride;
    float* dx = args.dx == nullptr ? nullptr : args.dx + n * args.dx_stride;
    for_each_vector<S>(args.columns, [&](int64_t c, auto lanes) {
      const F32 value = S::load(x + c, lanes), aim = S::load(target + c, lanes);
      F32 result, slope;
      if (args.kind == GATUN_LOSS_MSE) {
        const F32 difference = S::sub(value, aim);
        result = S::mul(difference, difference);
        slope = S::add(difference, difference);
      } else {
        result = S::fnma(value, aim, S::max(S::zero(), value));
        result = S::add(result, softplus_of_negative_magnitude<S>(value));
        slope = S::sub(VectorMath<S>::sigmoid(value), aim);
      }
      S::store(loss + c, result, lanes);
      if (dx != nullptr) S::store(dx + c, S::mul(slope, scale), lanes);
    });
  }
}

}  // namespace
}  // namespace gatun::cpu

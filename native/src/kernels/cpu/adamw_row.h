// SPDX-License-Identifier: Apache-2.0
// AdamW over a vector type S: one pass over the four vectors, bound by memory. The factor
// 1 / sqrt(1 - beta2^t) is multiplied with rather than divided by, which saves a division per
// element.
#pragma once

#include "kernels/adamw.h"
#include "kernels/cpu/row_loops.h"

namespace gatun::cpu {
namespace {

template <typename S, bool kZeroGradient>
void adamw_share(const AdamwArgs& args, int64_t begin, int64_t end) {
  using F32 = typename S::F32;
  const auto set = [](double value) { return S::set(static_cast<float>(value)); };
  const F32 scale = set(args.gradient_scale);
  const F32 rest1 = set(1 - args.beta1), beta2 = set(args.beta2), rest2 = set(1 - args.beta2);
  const F32 eps = set(args.eps), decay = set(args.decay), step_size = set(args.step_size);
  const F32 correction = set(1 / args.correction);
  float* parameter = args.parameter + begin;
  float* gradient = args.gradient + begin;
  float* first = args.m + begin;
  float* second = args.v + begin;
  for_each_vector<S>(end - begin, [&](int64_t i, auto lanes) {
    const F32 g = S::mul(scale, S::load(gradient + i, lanes));
    F32 m = S::load(first + i, lanes);
    m = S::fma(rest1, S::sub(g, m), m);
    const F32 v = S::fma(S::mul(rest2, g), g, S::mul(beta2, S::load(second + i, lanes)));
    const F32 denominator = S::fma(S::sqrt(v), correction, eps);
    const F32 step = S::mul(step_size, S::div(m, denominator));
    S::store(first + i, m, lanes);
    S::store(second + i, v, lanes);
    S::store(parameter + i, S::sub(S::mul(S::load(parameter + i, lanes), decay), step), lanes);
    if constexpr (kZeroGradient) S::store(gradient + i, S::zero(), lanes);
  });
}

template <typename S>
void adamw_vectors(const AdamwArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count, S::kWidth);
  if (args.zero_gradient) {
    adamw_share<S, true>(args, begin, end);
  } else {
    adamw_share<S, false>(args, begin, end);
  }
}

}  // namespace
}  // namespace gatun::cpu

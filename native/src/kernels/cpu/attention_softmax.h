// SPDX-License-Identifier: Apache-2.0
// The softmax of one row of one block of keys, in powers of two, over Simd of simd_avx2.h or
// simd_avx512.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/cpu/vector_math.h"

namespace gatun::cpu {
namespace {

inline constexpr float kLog2E = 1.44269504088896340736f;
inline constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// 2^x for x <= 0 (also right up to 127): 2^round(x) times a polynomial of the rest, 2e-7 relative.
// 2^0 is exactly 1, a NaN stays one, -inf and all below -160 give exactly 0.
template <class V>
inline typename V::F32 exp2_lanes(typename V::F32 x) {
  x = V::max(V::set(-160.0f), x);  // the second operand wins over a NaN
  const auto n = V::round(x);
  const auto r = V::sub(x, n);
  auto p = V::set(1.535336188319500e-4f);
  p = V::fma(p, r, V::set(1.339887440266574e-3f));
  p = V::fma(p, r, V::set(9.618437357674640e-3f));
  p = V::fma(p, r, V::set(5.550332471162809e-2f));
  p = V::fma(p, r, V::set(2.402264791363012e-1f));
  p = V::fma(p, r, V::set(6.931472028550421e-1f));
  p = V::fma(p, r, V::set(1.0f));
  return V::scale(p, n);
}

template <class V>
inline float exp2_scalar(float x) {
  float lanes[V::kWidth];
  V::store(lanes, exp2_lanes<V>(V::set(x)));
  return lanes[0];
}

// Lanes in [begin, end) of x, -inf elsewhere.
template <class V>
inline typename V::F32 keep_range(typename V::F32 x, int begin, int end) {
  const auto hidden = V::set(kMinusInfinity);
  x = V::select(V::first(std::clamp(end, 0, V::kWidth)), x, hidden);
  return V::select(V::first(std::clamp(begin, 0, V::kWidth)), hidden, x);
}

// How raw scores become exponents of two.
struct ScoreScale {
  float scale;    // of the products; softcap: already divided by the cap
  float softcap;  // times log2(e); 0: none, and log2(e) is in `scale`
};

inline ScoreScale score_scale(float scale, float softcap) {
  if (softcap != 0.0f) return {scale / softcap, softcap * kLog2E};
  return {scale * kLog2E, 0.0f};
}

// Raw scores [16 c0, 16 c1) of s into exponents of two; bias, times log2(e), is null for none.
template <class V>
inline void scale_row(float* s, int c0, int c1, const ScoreScale& scale, const float* bias) {
  using F32 = typename V::F32;
  const F32 factor = V::set(scale.scale);
  for (int j = 16 * c0; j < 16 * c1; j += V::kWidth) {
    F32 x = V::load(s + j);
    if (scale.softcap != 0.0f) {
      x = V::mul(VectorMath<V>::tanh(V::mul(x, factor)), V::set(scale.softcap));
      if (bias != nullptr) x = V::add(x, V::load(bias + j));
    } else {
      x = bias != nullptr ? V::fma(x, factor, V::load(bias + j)) : V::mul(x, factor);
    }
    V::store(s + j, x);
  }
}

// s [16 c0, 16 c1) of raw scores in, probabilities relative to the row's maximum out; only keys in
// [begin, end) are seen.
template <class V>
inline void softmax_row(float* s,
                        int c0,
                        int c1,
                        int begin,
                        int end,
                        const ScoreScale& scale,
                        const float* bias,
                        float* maximum,
                        float* sum) {
  using F32 = typename V::F32;
  constexpr int kLanes = V::kWidth;
  float factor = scale.scale;
  if (scale.softcap != 0.0f || bias != nullptr ||
      factor <= 0.0f) {  // the maximum of the products is not that of the scores
    scale_row<V>(s, c0, c1, scale, bias);
    factor = 1.0f;
  }
  F32 highest = V::set(kMinusInfinity);
  for (int j = 16 * c0; j < 16 * c1; j += kLanes) {
    F32 x = V::load(s + j);
    if (j < begin || j + kLanes > end) {
      x = keep_range<V>(x, begin - j, end - j);
      V::store(s + j, x);
    }
    highest = V::max(x, highest);  // ignores a NaN; its own probability will be one
  }
  const float m = V::largest(highest) * factor;
  // A row that sees nothing must not subtract -inf from -inf.
  const F32 minus_shift = V::set(m == kMinusInfinity ? 0.0f : -m);
  const F32 scaling = V::set(factor);
  F32 total = V::zero();
  for (int j = 16 * c0; j < 16 * c1; j += kLanes) {
    const F32 p = exp2_lanes<V>(V::fma(V::load(s + j), scaling, minus_shift));
    total = V::add(total, p);
    V::store(s + j, p);
  }
  *maximum = m;
  *sum = V::sum(total);
}

// (m, l, o) of a block joins the running (m, l, o) of a row: both are rescaled to the larger
// maximum.
template <class V>
inline void merge_row(float* running_m,
                      float* running_l,
                      float* running_o,
                      float m,
                      float l,
                      const float* o,
                      int64_t width) {  // a multiple of 16
  const float highest = m > *running_m ? m : *running_m;
  const float shift = highest == kMinusInfinity ? 0.0f : highest;
  const float a = exp2_scalar<V>(*running_m - shift);
  const float b = exp2_scalar<V>(m - shift);
  *running_m = highest;
  *running_l = *running_l * a + l * b;
  for (int64_t d = 0; d < width; d += V::kWidth) {
    const auto scaled = V::mul(V::load(running_o + d), V::set(a));
    V::store(running_o + d, V::fma(V::load(o + d), V::set(b), scaled));
  }
}

// y = o / l; + 0 makes a zero positive, so that what a masked key left of its sign cannot be seen.
template <class V>
inline void finish_row(const float* o, float l, int64_t size, float* y) {
  const auto inverse = V::set(l == 0.0f ? 0.0f : 1.0f / l);
  for (int64_t d = 0; d < size; d += V::kWidth) {
    const auto value = l == 0.0f ? V::zero() : V::add(V::mul(V::load(o + d), inverse), V::zero());
    if (size - d >= V::kWidth) {
      V::store(y + d, value);
    } else {
      V::store(y + d, value, V::first(size - d));
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

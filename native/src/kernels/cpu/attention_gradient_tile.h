// SPDX-License-Identifier: Apache-2.0
// The product that the gradients of q, k and v have in common, in register tiles of
// kGradientTileRows rows: o[r, d] += sum_i w[r, i] x[i, d] over `count` rows of x, one chain of
// fused multiply-adds per output. The strides of w make it dS k or dS^T q.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/kv_cache.h"

namespace gatun::cpu {
namespace {

inline constexpr int kGradientTileRows = 6;

struct GradientProduct {
  const float* w;
  int64_t w_row, w_step;  // from one r, one i to the next
  const float* x;         // [count, width], rows x_stride apart
  int64_t x_stride;
  int64_t count;
  float* o;       // [rows, width]
  int64_t width;  // a multiple of 16; also from one row of o to the next
};

template <class V, int kR, int kC>  // kC times 16 columns
inline void gradient_tile(const GradientProduct& a, int64_t d) {
  using F32 = typename V::F32;
  constexpr int kN = kC * kKeyGroup / V::kWidth;
  F32 sum[kR][kN];
  for (int r = 0; r < kR; ++r) {
    for (int n = 0; n < kN; ++n) sum[r][n] = V::load(a.o + r * a.width + d + n * V::kWidth);
  }
  const float* w = a.w;
  const float* x = a.x + d;
  for (int64_t i = 0; i < a.count; ++i, w += a.w_step, x += a.x_stride) {
    F32 values[kN];
    for (int n = 0; n < kN; ++n) values[n] = V::load(x + n * V::kWidth);
    for (int r = 0; r < kR; ++r) {
      const F32 weight = V::set(w[r * a.w_row]);
      for (int n = 0; n < kN; ++n) sum[r][n] = V::fma(weight, values[n], sum[r][n]);
    }
  }
  for (int r = 0; r < kR; ++r) {
    for (int n = 0; n < kN; ++n) V::store(a.o + r * a.width + d + n * V::kWidth, sum[r][n]);
  }
}

template <class V, int kC>
inline void gradient_columns(const GradientProduct& a, int rows, int64_t d) {
  switch (rows) {
    case 1:
      return gradient_tile<V, 1, kC>(a, d);
    case 2:
      return gradient_tile<V, 2, kC>(a, d);
    case 3:
      return gradient_tile<V, 3, kC>(a, d);
    case 4:
      return gradient_tile<V, 4, kC>(a, d);
    case 5:
      return gradient_tile<V, 5, kC>(a, d);
    default:
      return gradient_tile<V, 6, kC>(a, d);
  }
}

// Up to kGradientTileRows rows.
template <class V>
inline void gradient_product(const GradientProduct& a, int rows) {
  int64_t d = 0;
  if constexpr (V::kWidth == 16) {
    for (; d + 64 <= a.width; d += 64) gradient_columns<V, 4>(a, rows, d);
    if (d + 32 <= a.width) {
      gradient_columns<V, 2>(a, rows, d);
      d += 32;
    }
  }
  for (; d < a.width; d += 16) gradient_columns<V, 1>(a, rows, d);
}

}  // namespace
}  // namespace gatun::cpu

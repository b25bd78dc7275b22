// SPDX-License-Identifier: Apache-2.0
// What the f32 attention tile needs of AVX-512 beyond Simd: keys into page order, and the halves of
// bf16 pairs.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/kv_cache.h"

namespace gatun::cpu {
namespace {

inline __m512 low_half(__m512 pairs) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(pairs), 16));
}
inline __m512 high_half(__m512 pairs) {
  const __m512i mask = _mm512_set1_epi32(static_cast<int32_t>(0xffff0000u));
  return _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(pairs), mask));
}

// Row j < count of `from` becomes lane j of the vectors of `to` [width][16]; other lanes are zero.
// 16 x 16 at a time: pairs of rows, pairs of pairs, then 4 x 4 blocks twice.
inline void transpose_group(
    const float* from, int64_t stride, int count, int64_t width, float* to) {
  for (int64_t d = 0; d < width; d += 16) {
    const int64_t columns = width - d < 16 ? width - d : 16;
    const auto lanes = static_cast<__mmask16>((1u << columns) - 1u);
    __m512 a[16], b[16];
    for (int j = 0; j < 16; ++j) {
      a[j] = j < count ? _mm512_maskz_loadu_ps(lanes, from + j * stride + d) : _mm512_setzero_ps();
    }
    for (int j = 0; j < 16; j += 2) {
      b[j] = _mm512_unpacklo_ps(a[j], a[j + 1]);
      b[j + 1] = _mm512_unpackhi_ps(a[j], a[j + 1]);
    }
    // a[4 i + c]: column 4 x + c of rows 4 i to 4 i + 3 in its 128-bit part x
    for (int i = 0; i < 16; i += 4) {
      const auto low = [&](__m512 x, __m512 y) {
        return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
      };
      const auto high = [&](__m512 x, __m512 y) {
        return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
      };
      a[i] = low(b[i], b[i + 2]);
      a[i + 1] = high(b[i], b[i + 2]);
      a[i + 2] = low(b[i + 1], b[i + 3]);
      a[i + 3] = high(b[i + 1], b[i + 3]);
    }
    for (int c = 0; c < 4; ++c) {
      const __m512 even_top =
          _mm512_shuffle_f32x4(a[c], a[4 + c], 0x88);  // parts 0, 2 of rows 0-3 and 4-7
      const __m512 even_bottom = _mm512_shuffle_f32x4(a[8 + c], a[12 + c], 0x88);
      const __m512 odd_top = _mm512_shuffle_f32x4(a[c], a[4 + c], 0xdd);  // parts 1, 3
      const __m512 odd_bottom = _mm512_shuffle_f32x4(a[8 + c], a[12 + c], 0xdd);
      b[c] = _mm512_shuffle_f32x4(even_top, even_bottom, 0x88);
      b[8 + c] = _mm512_shuffle_f32x4(even_top, even_bottom, 0xdd);
      b[4 + c] = _mm512_shuffle_f32x4(odd_top, odd_bottom, 0x88);
      b[12 + c] = _mm512_shuffle_f32x4(odd_top, odd_bottom, 0xdd);
    }
    for (int64_t c = 0; c < columns; ++c) _mm512_storeu_ps(to + (d + c) * kKeyGroup, b[c]);
  }
}

}  // namespace
}  // namespace gatun::cpu

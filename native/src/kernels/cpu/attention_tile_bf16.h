// SPDX-License-Identifier: Apache-2.0
// Products of attention in bf16 pairs (vdpbf16ps) with f32 sums: every score is one chain over
// pairs of dimensions, every output one chain over pairs of keys at even absolute positions. A pair
// that a range cuts keeps only its inner half.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "kernels/cpu/simd_avx512.h"
#include "kernels/kv_cache.h"

namespace gatun::cpu {
namespace {

struct Bf16Tile {
  using V = avx512::Simd;
  using F32 = __m512;
  using Storage = uint16_t;
  static constexpr int kRows = 6;
  static constexpr int kChunks = 4;
  static constexpr gatun_dtype kCacheDtype = GATUN_DTYPE_BF16;
  static constexpr bool kReadsBf16 = false;  // no other cache comes here

  static int64_t key_width(int64_t head_size) { return (head_size + 1) / 2 * 2; }

  // Sixteen values, or the first `count`, rounded to nearest even; the rest is zero.
  static __m256i round16(const float* from, int64_t count) {
    const __m512 x = V::load(from, V::first(count < 16 ? count : 16));
    return reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
  }

  static void load_query(const float* q, int64_t head_size, uint16_t* to) {
    const int64_t width = key_width(head_size);
    for (int64_t d = 0; d < width; d += 16) {
      const __m256i x = round16(q + d, head_size - d);
      _mm256_mask_storeu_epi16(to + d, V::first(width - d < 16 ? width - d : 16), x);
    }
  }

  static __m512bh pair(const uint16_t* p) {
    int32_t both;
    std::memcpy(&both, p, sizeof both);
    return reinterpret_cast<__m512bh>(_mm512_set1_epi32(both));
  }
  static __m512bh load_pairs(const uint16_t* p) {
    return reinterpret_cast<__m512bh>(_mm512_loadu_si512(p));
  }

  template <int kR, int kC>
  static void scores(const uint16_t* q,
                     int64_t q_stride,
                     const uint16_t* const* k,
                     int64_t width,
                     float* s,
                     int64_t s_stride) {
    F32 sum[kR][kC];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kC; ++n) sum[r][n] = V::zero();
    }
    for (int64_t d = 0; d < width; d += 2) {
      __m512bh keys[kC];
      for (int n = 0; n < kC; ++n) keys[n] = load_pairs(k[n] + d * kKeyGroup);
      for (int r = 0; r < kR; ++r) {
        const __m512bh x = pair(q + r * q_stride + d);
        for (int n = 0; n < kC; ++n) sum[r][n] = _mm512_dpbf16_ps(sum[r][n], x, keys[n]);
      }
    }
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kC; ++n) V::store(s + r * s_stride + n * 16, sum[r][n]);
    }
  }

  static const uint16_t* probabilities(
      const float* s, uint16_t* p, int rows, int first_group, int last_group, int64_t stride) {
    for (int r = 0; r < rows; ++r) {
      for (int64_t j = r * stride + first_group * kKeyGroup;
           j < r * stride + last_group * kKeyGroup; j += 16) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + j), round16(s + j, 16));
      }
    }
    return p;
  }

  template <int kR, int kC>
  static void outputs(const uint16_t* p,
                      int64_t p_stride,
                      const uint16_t* const* v,
                      int64_t,
                      int64_t d,
                      int begin,
                      int end,
                      float* o,
                      int64_t width) {
    F32 sum[kR][kC];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kC; ++n) sum[r][n] = V::load(o + r * width + n * 16);
    }
    const auto add = [&](int j, uint32_t halves) {  // keys j and j + 1, j even
      const uint16_t* values = v[j / kKeyGroup] + (j % kKeyGroup * width + 2 * d);
      const __m512i keep = _mm512_set1_epi32(static_cast<int32_t>(halves));
      __m512bh x[kC];
      for (int n = 0; n < kC; ++n) {
        x[n] =
            reinterpret_cast<__m512bh>(_mm512_and_si512(_mm512_loadu_si512(values + n * 32), keep));
      }
      for (int r = 0; r < kR; ++r) {
        const __m512bh weight = pair(p + r * p_stride + j);
        for (int n = 0; n < kC; ++n) sum[r][n] = _mm512_dpbf16_ps(sum[r][n], weight, x[n]);
      }
    };
    int j = begin;
    if (j % 2 != 0) {
      add(j - 1, 0xffff0000u);
      ++j;
    }
    for (; j + 1 < end;) {
      const uint16_t* values = v[j / kKeyGroup] + (j % kKeyGroup * width + 2 * d);
      const int stop = j / kKeyGroup * kKeyGroup + kKeyGroup;
      for (const int last = stop < end ? stop : end; j + 1 < last; j += 2, values += 2 * width) {
        __m512bh x[kC];
        for (int n = 0; n < kC; ++n) x[n] = load_pairs(values + n * 32);
        for (int r = 0; r < kR; ++r) {
          const __m512bh weight = pair(p + r * p_stride + j);
          for (int n = 0; n < kC; ++n) sum[r][n] = _mm512_dpbf16_ps(sum[r][n], weight, x[n]);
        }
      }
    }
    if (j < end) add(j, 0x0000ffffu);
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kC; ++n) V::store(o + r * width + n * 16, sum[r][n]);
    }
  }

  static bool values_finite(const uint16_t* const* v, int64_t, int begin, int end, int64_t width) {
    const __m512i exponent = _mm512_set1_epi16(0x7f80);
    for (int j = begin / 2 * 2; j < end; j += 2) {
      const uint16_t* values = v[j / kKeyGroup] + j % kKeyGroup * width;
      const uint32_t seen = (j >= begin ? 0x55555555u : 0u) | (j + 1 < end ? 0xaaaaaaaau : 0u);
      for (int64_t d = 0; d < 2 * width; d += 32) {
        const __m512i bits = _mm512_and_si512(_mm512_loadu_si512(values + d), exponent);
        if ((_mm512_cmpeq_epi16_mask(bits, exponent) & seen) != 0) return false;
      }
    }
    return true;
  }

  static bool values_in_place(int64_t) { return false; }

  static void pack_group(const float* k,
                         int64_t k_stride,
                         const float* v,
                         int64_t v_stride,
                         int count,
                         int64_t head_size,
                         uint16_t* keys,
                         uint16_t* values) {
    const int64_t key_pairs = key_width(head_size) / 2, width = kv_value_width(head_size);
    for (int64_t d = 0; d < head_size; d += 16) {
      alignas(32) uint16_t row[16];
      const int64_t pairs = key_pairs - d / 2 < 8 ? key_pairs - d / 2 : 8;
      for (int j = 0; j < kKeyGroup; ++j) {
        const __m256i x =
            j < count ? round16(k + j * k_stride + d, head_size - d) : _mm256_setzero_si256();
        _mm256_store_si256(reinterpret_cast<__m256i*>(row), x);
        for (int64_t i = 0; i < pairs; ++i) {
          std::memcpy(keys + ((d / 2 + i) * kKeyGroup + j) * 2, row + 2 * i, 2 * sizeof(uint16_t));
        }
      }
      for (int j = 0; j < kKeyGroup; j += 2) {
        const __m256i zero = _mm256_setzero_si256();
        const __m256i even = j < count ? round16(v + j * v_stride + d, head_size - d) : zero;
        const __m256i odd =
            j + 1 < count ? round16(v + (j + 1) * v_stride + d, head_size - d) : zero;
        const __m512i both = _mm512_or_si512(_mm512_cvtepu16_epi32(even),
                                             _mm512_slli_epi32(_mm512_cvtepu16_epi32(odd), 16));
        _mm512_storeu_si512(values + j * width + 2 * d, both);
      }
    }
  }
};

}  // namespace
}  // namespace gatun::cpu

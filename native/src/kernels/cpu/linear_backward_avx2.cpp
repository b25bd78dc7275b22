// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/linear_backward.h"
#include "kernels/cpu/linear_backward_blocks.h"

namespace gatun::cpu {
namespace {

struct Pair {
  __m256 low, high;
};

struct Vector256 {
  using Type = Pair;
  static constexpr int kMaxRows = 6;
  static constexpr int kRegisters = 16;
  static constexpr int kVectorRegisters = 2;

  static Type zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
  static Type set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
  static __m256 broadcast(const float* p) { return _mm256_broadcast_ss(p); }
  static Type load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
  static Type load(const float* p, int64_t count) {
    if (count >= 16) return load(p);
    if (count <= 8) return {_mm256_maskload_ps(p, lanes(count)), _mm256_setzero_ps()};
    return {_mm256_loadu_ps(p), _mm256_maskload_ps(p + 8, lanes(count - 8))};
  }
  static void store(float* p, Type v) {
    _mm256_storeu_ps(p, v.low);
    _mm256_storeu_ps(p + 8, v.high);
  }
  static void store(float* p, Type v, int64_t count) {
    _mm256_maskstore_ps(p, lanes(count), v.low);
    if (count > 8) _mm256_maskstore_ps(p + 8, lanes(count - 8), v.high);
  }
  static Type add(Type a, Type b) {
    return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
  }
  static Type mul(Type a, Type b) {
    return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
  }
  static Type fma(__m256 a, Type b, Type c) {
    return {_mm256_fmadd_ps(a, b.low, c.low), _mm256_fmadd_ps(a, b.high, c.high)};
  }
  static constexpr bool kFoldsBroadcast = false;
  static Type from_half(const uint16_t* p) {
    const auto* halves = reinterpret_cast<const __m128i*>(p);
    return {_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_cvtph_ps(_mm_loadu_si128(halves + 1))};
  }
  static Type from_pairs(const uint32_t* p, bool odd) {
    const auto* pairs = reinterpret_cast<const __m256i*>(p);
    return {widened(_mm256_loadu_si256(pairs), odd), widened(_mm256_loadu_si256(pairs + 1), odd)};
  }

  static void transpose(const Type (&rows)[16], float* to) {
    __m256 part[8];
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      for (int i = 0; i < 8; ++i) part[i] = rows[8 * half + i].low;
      transpose_8(part, to + 8 * half);
      for (int i = 0; i < 8; ++i) part[i] = rows[8 * half + i].high;
      transpose_8(part, to + 8 * 16 + 8 * half);
    }
  }

 private:
  static __m256i lanes(int64_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int32_t>(count)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static __m256 widened(__m256i pairs, bool odd) {
    return _mm256_castsi256_ps(odd ? _mm256_and_si256(pairs, _mm256_set1_epi32(-0x10000))
                                   : _mm256_slli_epi32(pairs, 16));
  }
  // Eight rows of eight to eight rows, 16 floats apart.
  static void transpose_8(const __m256 (&r)[8], float* to) {
    __m256 column[8];  // [4 i + j]: columns j and j + 4 of rows 4 i ... 4 i + 3
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      const __m256 ab_low = _mm256_unpacklo_ps(r[4 * i], r[4 * i + 1]);
      const __m256 ab_high = _mm256_unpackhi_ps(r[4 * i], r[4 * i + 1]);
      const __m256 cd_low = _mm256_unpacklo_ps(r[4 * i + 2], r[4 * i + 3]);
      const __m256 cd_high = _mm256_unpackhi_ps(r[4 * i + 2], r[4 * i + 3]);
      column[4 * i] = _mm256_shuffle_ps(ab_low, cd_low, 0x44);
      column[4 * i + 1] = _mm256_shuffle_ps(ab_low, cd_low, 0xee);
      column[4 * i + 2] = _mm256_shuffle_ps(ab_high, cd_high, 0x44);
      column[4 * i + 3] = _mm256_shuffle_ps(ab_high, cd_high, 0xee);
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      _mm256_storeu_ps(to + 16 * j, _mm256_permute2f128_ps(column[j], column[4 + j], 0x20));
      _mm256_storeu_ps(to + 16 * (4 + j), _mm256_permute2f128_ps(column[j], column[4 + j], 0x31));
    }
  }
};

}  // namespace

namespace avx2 {

void linear_backward(const LinearBackwardArgs& args, const Team& team) {
  LinearBackward<Vector256>(args, team).run();
}

}  // namespace avx2
}  // namespace gatun::cpu

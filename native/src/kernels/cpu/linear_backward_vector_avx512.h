// SPDX-License-Identifier: Apache-2.0
// The vectors of linear_backward on AVX-512: the policy of linear_backward_blocks.h.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gatun::cpu {
namespace {

struct Vector512 {
  using Type = __m512;
  static constexpr int kMaxRows = 14;
  static constexpr int kRegisters = 32;
  static constexpr int kVectorRegisters = 1;

  static Type zero() { return _mm512_setzero_ps(); }
  static Type set(float x) { return _mm512_set1_ps(x); }
  static Type broadcast(const float* p) { return _mm512_set1_ps(*p); }
  static Type load(const float* p) { return _mm512_loadu_ps(p); }
  static Type load(const float* p, int64_t count) { return _mm512_maskz_loadu_ps(lanes(count), p); }
  static void store(float* p, Type v) { _mm512_storeu_ps(p, v); }
  static void store(float* p, Type v, int64_t count) { _mm512_mask_storeu_ps(p, lanes(count), v); }
  static Type add(Type a, Type b) { return _mm512_add_ps(a, b); }
  static Type mul(Type a, Type b) { return _mm512_mul_ps(a, b); }
  static Type fma(Type a, Type b, Type c) { return _mm512_fmadd_ps(a, b, c); }
  static constexpr bool kFoldsBroadcast = true;
  // As fma(); intrinsics would load the value into a register for both panels.
  static void fma_broadcast(const float* p, Type b, Type& c) {
    asm("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(c) : "v"(b), "m"(*p));
  }
  static Type from_half(const uint16_t* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static Type from_pairs(const uint32_t* p, bool odd) {
    const __m512i pairs = _mm512_loadu_si512(p);
    return _mm512_castsi512_ps(odd ? _mm512_and_si512(pairs, _mm512_set1_epi32(-0x10000))
                                   : _mm512_slli_epi32(pairs, 16));
  }

  // Quarters of 4 x 4 are transposed inside lanes, then the lanes of four vectors.
  static void transpose(const Type (&rows)[16], float* to) {
    Type quarter[16];  // [4 i + j]: column j of rows 4 i ... 4 i + 3, one quarter per lane
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const Type* r = rows + 4 * i;
      const Type ab_low = _mm512_unpacklo_ps(r[0], r[1]), ab_high = _mm512_unpackhi_ps(r[0], r[1]);
      const Type cd_low = _mm512_unpacklo_ps(r[2], r[3]), cd_high = _mm512_unpackhi_ps(r[2], r[3]);
      quarter[4 * i] = _mm512_shuffle_ps(ab_low, cd_low, 0x44);
      quarter[4 * i + 1] = _mm512_shuffle_ps(ab_low, cd_low, 0xee);
      quarter[4 * i + 2] = _mm512_shuffle_ps(ab_high, cd_high, 0x44);
      quarter[4 * i + 3] = _mm512_shuffle_ps(ab_high, cd_high, 0xee);
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const Type even01 = _mm512_shuffle_f32x4(quarter[j], quarter[4 + j], 0x88);
      const Type odd01 = _mm512_shuffle_f32x4(quarter[j], quarter[4 + j], 0xdd);
      const Type even23 = _mm512_shuffle_f32x4(quarter[8 + j], quarter[12 + j], 0x88);
      const Type odd23 = _mm512_shuffle_f32x4(quarter[8 + j], quarter[12 + j], 0xdd);
      store(to + 16 * j, _mm512_shuffle_f32x4(even01, even23, 0x88));
      store(to + 16 * (4 + j), _mm512_shuffle_f32x4(odd01, odd23, 0x88));
      store(to + 16 * (8 + j), _mm512_shuffle_f32x4(even01, even23, 0xdd));
      store(to + 16 * (12 + j), _mm512_shuffle_f32x4(odd01, odd23, 0xdd));
    }
  }

 private:
  static __mmask16 lanes(int64_t count) { return static_cast<__mmask16>((1U << count) - 1U); }
};

}  // namespace
}  // namespace gatun::cpu

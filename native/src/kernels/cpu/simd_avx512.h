// SPDX-License-Identifier: Apache-2.0
// Sixteen f32 lanes: the vector type that the row kernels of this folder are written over
// (simd_avx2.h is its twin). Only for sources compiled for AVX-512; everything is in an anonymous
// namespace, so each such source has its own copy.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gatun::cpu::avx512 {
namespace {

struct Simd {
  using F32 = __m512;
  using I32 = __m512i;
  using Mask = __mmask16;
  struct All {};  // in place of a mask: every lane
  static constexpr int kWidth = 16;

  static F32 set(float x) { return _mm512_set1_ps(x); }
  static F32 zero() { return _mm512_setzero_ps(); }
  static F32 load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F32 x) { _mm512_storeu_ps(p, x); }
  // The first `count` lanes, 0 <= count <= kWidth; memory of the others is not touched, and they
  // read as `rest`.
  static Mask first(int64_t count) { return static_cast<Mask>((1u << count) - 1u); }
  static F32 load(const float* p, Mask lanes) { return _mm512_maskz_loadu_ps(lanes, p); }
  static F32 load(const float* p, Mask lanes, F32 rest) {
    return _mm512_mask_loadu_ps(rest, lanes, p);
  }
  static F32 load(const float* p, All) { return load(p); }
  static F32 load(const float* p, All, F32) { return load(p); }
  static void store(float* p, F32 x, All) { store(p, x); }
  static void store(float* p, F32 x, Mask lanes) { _mm512_mask_storeu_ps(p, lanes, x); }

  static F32 add(F32 a, F32 b) { return _mm512_add_ps(a, b); }
  static F32 sub(F32 a, F32 b) { return _mm512_sub_ps(a, b); }
  static F32 mul(F32 a, F32 b) { return _mm512_mul_ps(a, b); }
  static F32 div(F32 a, F32 b) { return _mm512_div_ps(a, b); }
  static F32 sqrt(F32 x) { return _mm512_sqrt_ps(x); }
  static F32 fma(F32 a, F32 b, F32 c) { return _mm512_fmadd_ps(a, b, c); }    // a b + c
  static F32 fnma(F32 a, F32 b, F32 c) { return _mm512_fnmadd_ps(a, b, c); }  // c - a b
  // Where either is NaN, the result is b.
  static F32 min(F32 a, F32 b) { return _mm512_min_ps(a, b); }
  static F32 max(F32 a, F32 b) { return _mm512_max_ps(a, b); }
  static F32 abs(F32 x) { return _mm512_abs_ps(x); }
  static F32 copysign(F32 magnitude, F32 sign) {
    const I32 bit = _mm512_set1_epi32(INT32_MIN);
    // 0xca: from the third operand's bits choose between the first two: sign where `bit` is set,
    // else magnitude
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(bit, _mm512_castps_si512(sign),
                                                         _mm512_castps_si512(magnitude), 0xca));
  }
  static F32 round(F32 x) {
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  // x 2^n for integral n; overflows to infinity and underflows to zero as the product would.
  static F32 scale(F32 x, F32 n) { return _mm512_scalef_ps(x, n); }
  static Mask less(F32 a, F32 b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
  static Mask equal(F32 a, F32 b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
  static Mask greater(F32 a, F32 b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
  static Mask is_nan(F32 x) { return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q); }
  static F32 select(Mask lanes, F32 yes, F32 no) { return _mm512_mask_blend_ps(lanes, no, yes); }
  // x in the lanes, zero elsewhere.
  static F32 keep(F32 x, Mask lanes) { return select(lanes, x, zero()); }
  static F32 keep(F32 x, All) { return x; }
  static bool any(Mask lanes) { return lanes != 0; }
  static uint32_t bits(Mask lanes) { return lanes; }
  static Mask from_bits(uint32_t bits) { return static_cast<Mask>(bits); }

  // A fixed tree: halves are added until one lane is left.
  static float sum(F32 x) {
    const __m256 y = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 z = _mm_add_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps(y, 1));
    z = _mm_add_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_add_ss(z, _mm_movehdup_ps(z)));
  }
  static float largest(F32 x) { return _mm512_reduce_max_ps(x); }
};

}  // namespace
}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
// Eight f32 lanes: the vector type that the row kernels of this folder are written over
// (simd_avx512.h is its twin). Only for sources compiled for AVX2; everything is in an anonymous
// namespace, so each such source has its own copy.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gatun::cpu::avx2 {
namespace {

struct Simd {
  using F32 = __m256;
  using I32 = __m256i;
  using Mask = __m256;  // all bits of a lane set or clear
  struct All {};        // in place of a mask: every lane
  static constexpr int kWidth = 8;

  static F32 set(float x) { return _mm256_set1_ps(x); }
  static F32 zero() { return _mm256_setzero_ps(); }
  static F32 load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, F32 x) { _mm256_storeu_ps(p, x); }
  // The first `count` lanes, 0 <= count <= kWidth; memory of the others is not touched, and they
  // read as `rest`.
  static Mask first(int64_t count) {
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int32_t>(count)),
                                                  _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
  }
  static F32 load(const float* p, Mask lanes) {
    return _mm256_maskload_ps(p, _mm256_castps_si256(lanes));
  }
  static F32 load(const float* p, Mask lanes, F32 rest) {
    return select(lanes, load(p, lanes), rest);
  }
  static F32 load(const float* p, All) { return load(p); }
  static F32 load(const float* p, All, F32) { return load(p); }
  static void store(float* p, F32 x, All) { store(p, x); }
  static void store(float* p, F32 x, Mask lanes) {
    _mm256_maskstore_ps(p, _mm256_castps_si256(lanes), x);
  }

  static F32 add(F32 a, F32 b) { return _mm256_add_ps(a, b); }
  static F32 sub(F32 a, F32 b) { return _mm256_sub_ps(a, b); }
  static F32 mul(F32 a, F32 b) { return _mm256_mul_ps(a, b); }
  static F32 div(F32 a, F32 b) { return _mm256_div_ps(a, b); }
  static F32 sqrt(F32 x) { return _mm256_sqrt_ps(x); }
  static F32 fma(F32 a, F32 b, F32 c) { return _mm256_fmadd_ps(a, b, c); }    // a b + c
  static F32 fnma(F32 a, F32 b, F32 c) { return _mm256_fnmadd_ps(a, b, c); }  // c - a b
  // Where either is NaN, the result is b.
  static F32 min(F32 a, F32 b) { return _mm256_min_ps(a, b); }
  static F32 max(F32 a, F32 b) { return _mm256_max_ps(a, b); }
  static F32 abs(F32 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
  static F32 copysign(F32 magnitude, F32 sign) {
    const F32 bit = _mm256_set1_ps(-0.0f);
    return _mm256_or_ps(_mm256_and_ps(bit, sign), _mm256_andnot_ps(bit, magnitude));
  }
  static F32 round(F32 x) {
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  // x 2^n for integral |n| <= 252; overflows to infinity and underflows to zero as the product
  // would. Two factors, since 2^n itself may lie outside the range of f32.
  static F32 scale(F32 x, F32 n) {
    const I32 whole = _mm256_cvtps_epi32(n);
    const I32 half = _mm256_srai_epi32(whole, 1);
    return _mm256_mul_ps(_mm256_mul_ps(x, power_of_two(half)),
                         power_of_two(_mm256_sub_epi32(whole, half)));
  }
  static Mask less(F32 a, F32 b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
  static Mask equal(F32 a, F32 b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
  static Mask greater(F32 a, F32 b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
  static Mask is_nan(F32 x) { return _mm256_cmp_ps(x, x, _CMP_UNORD_Q); }
  static F32 select(Mask lanes, F32 yes, F32 no) { return _mm256_blendv_ps(no, yes, lanes); }
  // x in the lanes, zero elsewhere.
  static F32 keep(F32 x, Mask lanes) { return select(lanes, x, zero()); }
  static F32 keep(F32 x, All) { return x; }
  static bool any(Mask lanes) { return _mm256_movemask_ps(lanes) != 0; }
  static uint32_t bits(Mask lanes) { return static_cast<uint32_t>(_mm256_movemask_ps(lanes)); }
  static Mask from_bits(uint32_t bits) {
    const I32 each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const I32 all = _mm256_set1_epi32(static_cast<int32_t>(bits));
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(all, each), each));
  }

  // A fixed tree: halves are added until one lane is left.
  static float sum(F32 x) {
    __m128 z = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    z = _mm_add_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_add_ss(z, _mm_movehdup_ps(z)));
  }
  static float largest(F32 x) {
    __m128 z = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    z = _mm_max_ps(z, _mm_movehl_ps(z, z));
    return _mm_cvtss_f32(_mm_max_ss(z, _mm_movehdup_ps(z)));
  }

 private:
  static F32 power_of_two(I32 n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
  }
};

}  // namespace
}  // namespace gatun::cpu::avx2

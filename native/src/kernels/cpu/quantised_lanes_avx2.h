// SPDX-License-Identifier: Apache-2.0
// Sixteen lanes as two 256-bit halves, for the tiles of quantised_tiles.h. quantised_lanes_avx512.h
// is its twin.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gatun::cpu::avx2 {
namespace {

struct Lanes {
  struct F32 {
    __m256 low, high;
  };
  struct I32 {
    __m256i low, high;
  };
  using Bytes = I32;

  static F32 zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
  static F32 set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
  static F32 load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
  static void store(float* p, F32 x) {
    _mm256_storeu_ps(p, x.low);
    _mm256_storeu_ps(p + 8, x.high);
  }
  static F32 mul(F32 a, F32 b) {
    return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
  }
  static F32 add(F32 a, F32 b) {
    return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
  }
  static F32 fma(F32 a, F32 b, F32 c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  static __m128i load16(const uint8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  static F32 from_half(const uint8_t* p) {
    return {_mm256_cvtph_ps(load16(p)), _mm256_cvtph_ps(load16(p + 16))};
  }
  static F32 from_u8(const uint8_t* p) {
    const __m128i v = load16(p);
    return {_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(v)),
            _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_srli_si128(v, 8)))};
  }
  static F32 from_i8(const uint8_t* p) {
    const __m128i v = load16(p);
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(v)),
            _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(v, 8)))};
  }

  static I32 zero_i32() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
  static I32 set_i32(int32_t x) { return {_mm256_set1_epi32(x), _mm256_set1_epi32(x)}; }
  static F32 to_f32(I32 x) { return {_mm256_cvtepi32_ps(x.low), _mm256_cvtepi32_ps(x.high)}; }

  static Bytes load_bytes(const uint8_t* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)),
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32))};
  }
  static void store_bytes(uint8_t* p, Bytes x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x.low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + 32), x.high);
  }
  static Bytes broadcast4(const int8_t* p) {
    int32_t word;
    __builtin_memcpy(&word, p, 4);
    const __m256i v = _mm256_set1_epi32(word);
    return {v, v};
  }
  template <int kShift>
  static Bytes nibble(Bytes x) {
    return shifted_field<kShift, 15>(x);
  }
  template <int kShift, int kMask>
  static Bytes shifted_field(Bytes x) {
    constexpr int kRight = kShift >= 0 ? kShift : 0;
    constexpr int kLeft = kShift < 0 ? -kShift : 0;
    const __m256i mask = _mm256_set1_epi8(kMask);
    if constexpr (kShift >= 0) {
      return {_mm256_and_si256(_mm256_srli_epi16(x.low, kRight), mask),
              _mm256_and_si256(_mm256_srli_epi16(x.high, kRight), mask)};
    } else {
      return {_mm256_and_si256(_mm256_slli_epi16(x.low, kLeft), mask),
              _mm256_and_si256(_mm256_slli_epi16(x.high, kLeft), mask)};
    }
  }
  static Bytes bit_or(Bytes a, Bytes b) {
    return {_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
  }
  static __m256i dot_small(__m256i sum, __m256i codes, __m256i x) {
    const __m256i pairs = _mm256_maddubs_epi16(codes, x);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  static __m256i dot_8_bits(__m256i sum, __m256i codes, __m256i x) {
    // A pair of products of 8-bit codes overflows 16 bits: 127 * 127 * 2 does not, so the top bit
    // goes by itself.
    const __m256i low = _mm256_maddubs_epi16(_mm256_and_si256(codes, _mm256_set1_epi8(127)), x);
    const __m256i top =
        _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(codes, 7), _mm256_set1_epi8(1)), x);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(low, _mm256_set1_epi16(1)));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(top, _mm256_set1_epi16(128)));
  }
  template <int kBits>
  static I32 dot(I32 sum, Bytes codes, Bytes x) {
    if constexpr (kBits == 8) {
      return {dot_8_bits(sum.low, codes.low, x.low), dot_8_bits(sum.high, codes.high, x.high)};
    } else {
      return {dot_small(sum.low, codes.low, x.low), dot_small(sum.high, codes.high, x.high)};
    }
  }
  // -offset * the sum of 32 codes of x, or of each half of them.
  template <int kSums>
  static void offset_sums(const int8_t* codes, int offset, int32_t* sums) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
    const __m256i quads = dot_small(_mm256_setzero_si256(), _mm256_set1_epi8(1), x);
    __m128i pairs =
        _mm_hadd_epi32(_mm256_castsi256_si128(quads), _mm256_extracti128_si256(quads, 1));
    pairs = _mm_hadd_epi32(pairs, pairs);
    if constexpr (kSums == 1) pairs = _mm_hadd_epi32(pairs, pairs);
    pairs = _mm_mullo_epi32(pairs, _mm_set1_epi32(-offset));
    sums[0] = _mm_cvtsi128_si32(pairs);
    if constexpr (kSums == 2) sums[1] = _mm_extract_epi32(pairs, 1);
  }
  template <int kByte>
  static __m256 half_byte_to_f32(__m256i x, int offset) {
    const __m256i code = _mm256_and_si256(_mm256_srli_epi32(x, 8 * kByte), _mm256_set1_epi32(255));
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(code, _mm256_set1_epi32(offset)));
  }
  template <int kByte>
  static F32 byte_to_f32(Bytes x, int offset) {
    return {half_byte_to_f32<kByte>(x.low, offset), half_byte_to_f32<kByte>(x.high, offset)};
  }
  static void prefetch(const uint8_t* p) {
    _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0);
  }

  // Up to here codes are read from the panels, beyond from an unpacked strip.
  static constexpr int kFewRows = 4;
  static constexpr int kF32Rows = 6, kF32Panels = 1;
  static constexpr int kInt8Rows = 4, kInt8Panels = 1;
  static constexpr int direct_panels(int) { return 1; }
};

}  // namespace
}  // namespace gatun::cpu::avx2

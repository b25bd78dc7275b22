// SPDX-License-Identifier: Apache-2.0
// Sixteen lanes, one per row of a panel, for the tiles of quantised_tiles.h. quantised_lanes_avx2.h
// is its twin.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace gatun::cpu::avx512 {
namespace {

struct Lanes {
  using F32 = __m512;     // 16 x f32
  using I32 = __m512i;    // 16 x i32
  using Bytes = __m512i;  // 16 x 4 bytes

  static F32 zero() { return _mm512_setzero_ps(); }
  static F32 set(float x) { return _mm512_set1_ps(x); }
  static F32 load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F32 x) { _mm512_storeu_ps(p, x); }
  static F32 mul(F32 a, F32 b) { return _mm512_mul_ps(a, b); }
  static F32 add(F32 a, F32 b) { return _mm512_add_ps(a, b); }
  static F32 fma(F32 a, F32 b, F32 c) { return _mm512_fmadd_ps(a, b, c); }
  static F32 from_half(const uint8_t* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static F32 from_u8(const uint8_t* p) {
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }
  static F32 from_i8(const uint8_t* p) {
    return _mm512_cvtepi32_ps(
        _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }

  static I32 zero_i32() { return _mm512_setzero_si512(); }
  static I32 set_i32(int32_t x) { return _mm512_set1_epi32(x); }
  static F32 to_f32(I32 x) { return _mm512_cvtepi32_ps(x); }

  static Bytes load_bytes(const uint8_t* p) { return _mm512_loadu_si512(p); }
  static void store_bytes(uint8_t* p, Bytes x) { _mm512_storeu_si512(p, x); }
  // The four bytes at p, in every lane.
  static Bytes broadcast4(const int8_t* p) {
    int32_t word;
    __builtin_memcpy(&word, p, 4);
    return _mm512_set1_epi32(word);
  }
  template <int kShift>
  static Bytes nibble(Bytes x) {
    return _mm512_and_si512(_mm512_srli_epi16(x, kShift), _mm512_set1_epi8(15));
  }
  // (x >> kShift, or << -kShift) & kMask in each byte, where kMask lets nothing of a neighbour
  // through.
  template <int kShift, int kMask>
  static Bytes shifted_field(Bytes x) {
    const Bytes moved = kShift >= 0 ? _mm512_srli_epi16(x, kShift >= 0 ? kShift : 0)
                                    : _mm512_slli_epi16(x, kShift < 0 ? -kShift : 0);
    return _mm512_and_si512(moved, _mm512_set1_epi8(kMask));
  }
  static Bytes bit_or(Bytes a, Bytes b) { return _mm512_or_si512(a, b); }
  // sum + the four products per lane of unsigned codes below 2^kBits and signed x.
  template <int kBits>
  static I32 dot(I32 sum, Bytes codes, Bytes x) {
    return _mm512_dpbusd_epi32(sum, codes, x);
  }
  // -offset * the sum of 32 codes of x, or of each half of them.
  template <int kSums>
  static void offset_sums(const int8_t* codes, int offset, int32_t* sums) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
    const __m256i quads = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_set1_epi8(1), x);
    __m128i pairs =
        _mm_hadd_epi32(_mm256_castsi256_si128(quads), _mm256_extracti128_si256(quads, 1));
    pairs = _mm_hadd_epi32(pairs, pairs);
    if constexpr (kSums == 1) pairs = _mm_hadd_epi32(pairs, pairs);
    pairs = _mm_mullo_epi32(pairs, _mm_set1_epi32(-offset));
    sums[0] = _mm_cvtsi128_si32(pairs);
    if constexpr (kSums == 2) sums[1] = _mm_extract_epi32(pairs, 1);
  }
  // Byte i of each lane as f32.
  template <int kByte>
  static F32 byte_to_f32(Bytes x, int offset) {
    const __m512i code = _mm512_and_si512(_mm512_srli_epi32(x, 8 * kByte), _mm512_set1_epi32(255));
    return _mm512_cvtepi32_ps(_mm512_sub_epi32(code, _mm512_set1_epi32(offset)));
  }
  static void prefetch(const uint8_t* p) {
    _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0);
  }

  // Register tiles: rows x panels of f32 products, and of integer products over unpacked codes.
  static constexpr int kF32Rows = 6, kF32Panels = 4;
  static constexpr int kInt8Rows = 12, kInt8Panels = 2;
  // Up to here codes are read from the panels, beyond from an unpacked strip.
  static constexpr int kFewRows = 8;
  // Panels in flight when few rows read codes straight from the panel.
  static constexpr int direct_panels(int rows) { return rows <= 2 ? 4 : rows <= 4 ? 2 : 1; }
};

}  // namespace
}  // namespace gatun::cpu::avx512

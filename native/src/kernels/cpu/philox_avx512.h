// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 in sixteen lanes.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/philox.h"

namespace gatun::cpu {
namespace {

struct PhiloxLanes {
  __m512i word[4];
};

inline PhiloxLanes philox_lanes(PhiloxLanes counter, uint64_t seed) {
  auto key0 = static_cast<uint32_t>(seed), key1 = static_cast<uint32_t>(seed >> 32);
  __m512i(&c)[4] = counter.word;
  const auto set = [](uint32_t x) { return _mm512_set1_epi32(static_cast<int32_t>(x)); };
  const __m512i multiplier0 = set(kPhiloxMultiplier[0]), multiplier1 = set(kPhiloxMultiplier[1]);
  constexpr __mmask16 kOdd = 0xaaaa;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const __m512i even0 = _mm512_mul_epu32(c[0], multiplier0);
    const __m512i odd0 = _mm512_mul_epu32(_mm512_srli_epi64(c[0], 32), multiplier0);
    const __m512i even1 = _mm512_mul_epu32(c[2], multiplier1);
    const __m512i odd1 = _mm512_mul_epu32(_mm512_srli_epi64(c[2], 32), multiplier1);
    const __m512i high0 = _mm512_mask_blend_epi32(kOdd, _mm512_srli_epi64(even0, 32), odd0);
    const __m512i high1 = _mm512_mask_blend_epi32(kOdd, _mm512_srli_epi64(even1, 32), odd1);
    const __m512i low0 = _mm512_mask_blend_epi32(kOdd, even0, _mm512_slli_epi64(odd0, 32));
    const __m512i low1 = _mm512_mask_blend_epi32(kOdd, even1, _mm512_slli_epi64(odd1, 32));
    c[0] = _mm512_ternarylogic_epi32(high1, c[1], set(key0), 0x96);  // exclusive or of three
    c[1] = low1;
    c[2] = _mm512_ternarylogic_epi32(high0, c[3], set(key1), 0x96);
    c[3] = low0;
    key0 += kPhiloxStep[0];
    key1 += kPhiloxStep[1];
  }
  return counter;
}

// Counters 0 to 15 in the order that makes philox_in_order's shuffles come out ascending.
inline __m512i philox_counter_lanes() {
  return _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

// words.word[i]: the words of counters 4 i to 4 i + 3, one counter's words beside each other.
inline PhiloxLanes philox_in_order(const PhiloxLanes& words) {
  const __m512i a = _mm512_unpacklo_epi32(words.word[0], words.word[1]);
  const __m512i b = _mm512_unpackhi_epi32(words.word[0], words.word[1]);
  const __m512i c = _mm512_unpacklo_epi32(words.word[2], words.word[3]);
  const __m512i d = _mm512_unpackhi_epi32(words.word[2], words.word[3]);
  return {{_mm512_unpacklo_epi64(a, c), _mm512_unpackhi_epi64(a, c), _mm512_unpacklo_epi64(b, d),
           _mm512_unpackhi_epi64(b, d)}};
}

}  // namespace
}  // namespace gatun::cpu

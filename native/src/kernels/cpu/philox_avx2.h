// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 in eight lanes.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/philox.h"

namespace gatun::cpu {
namespace {

struct PhiloxLanes {
  __m256i word[4];
};

inline PhiloxLanes philox_lanes(PhiloxLanes counter, uint64_t seed) {
  auto key0 = static_cast<uint32_t>(seed), key1 = static_cast<uint32_t>(seed >> 32);
  __m256i(&c)[4] = counter.word;
  const auto set = [](uint32_t x) { return _mm256_set1_epi32(static_cast<int32_t>(x)); };
  const __m256i multiplier0 = set(kPhiloxMultiplier[0]), multiplier1 = set(kPhiloxMultiplier[1]);
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const __m256i even0 = _mm256_mul_epu32(c[0], multiplier0);
    const __m256i odd0 = _mm256_mul_epu32(_mm256_srli_epi64(c[0], 32), multiplier0);
    const __m256i even1 = _mm256_mul_epu32(c[2], multiplier1);
    const __m256i odd1 = _mm256_mul_epu32(_mm256_srli_epi64(c[2], 32), multiplier1);
    const __m256i high0 = _mm256_blend_epi32(_mm256_srli_epi64(even0, 32), odd0, 0xaa);
    const __m256i high1 = _mm256_blend_epi32(_mm256_srli_epi64(even1, 32), odd1, 0xaa);
    const __m256i low0 = _mm256_blend_epi32(even0, _mm256_slli_epi64(odd0, 32), 0xaa);
    const __m256i low1 = _mm256_blend_epi32(even1, _mm256_slli_epi64(odd1, 32), 0xaa);
    c[0] = _mm256_xor_si256(_mm256_xor_si256(high1, c[1]), set(key0));
    c[1] = low1;
    c[2] = _mm256_xor_si256(_mm256_xor_si256(high0, c[3]), set(key1));
    c[3] = low0;
    key0 += kPhiloxStep[0];
    key1 += kPhiloxStep[1];
  }
  return counter;
}

// Counters 0 to 7 in the order that makes philox_in_order's shuffles come out ascending.
inline __m256i philox_counter_lanes() {
  return _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
}

// words.word[i]: the words of counters 2 i and 2 i + 1, one counter's words beside each other.
inline PhiloxLanes philox_in_order(const PhiloxLanes& words) {
  const __m256i a = _mm256_unpacklo_epi32(words.word[0], words.word[1]);
  const __m256i b = _mm256_unpackhi_epi32(words.word[0], words.word[1]);
  const __m256i c = _mm256_unpacklo_epi32(words.word[2], words.word[3]);
  const __m256i d = _mm256_unpackhi_epi32(words.word[2], words.word[3]);
  return {{_mm256_unpacklo_epi64(a, c), _mm256_unpackhi_epi64(a, c), _mm256_unpacklo_epi64(b, d),
           _mm256_unpackhi_epi64(b, d)}};
}

}  // namespace
}  // namespace gatun::cpu

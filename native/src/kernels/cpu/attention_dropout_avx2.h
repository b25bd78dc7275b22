// SPDX-License-Identifier: Apache-2.0
// Dropout of a row of probabilities, 32 words at a time.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/cpu/philox_avx2.h"

namespace gatun::cpu {
namespace {

// Elements [16 c0, 16 c1) of p, whose first one is column `first` (a multiple of 32) of `row`: 0 or
// times the scale. Others of the same 32 may change as well.
inline void dropout_row(
    const AttentionDropout& dropout, int64_t row, int64_t first, float* p, int c0, int c1) {
  const auto set = [](uint32_t x) { return _mm256_set1_epi32(static_cast<int32_t>(x)); };
  const __m256i threshold = set(dropout.threshold);
  const __m256 scale = _mm256_set1_ps(dropout.scale);
  for (int j = c0 / 2 * 32; j < 16 * c1; j += 32) {
    const __m256i counter =
        _mm256_add_epi32(set(static_cast<uint32_t>((first + j) / 4)), philox_counter_lanes());
    const PhiloxLanes words =
        philox_in_order(philox_lanes({{counter, set(static_cast<uint32_t>(row)),
                                       set(dropout.sequence[0]), set(dropout.sequence[1])}},
                                     dropout.seed));
    for (int i = 0; i < 4; ++i) {
      const __m256i largest = _mm256_max_epu32(words.word[i], threshold);
      const __m256 keep = _mm256_castsi256_ps(_mm256_cmpeq_epi32(largest, words.word[i]));
      float* to = p + j + 8 * i;
      _mm256_storeu_ps(to, _mm256_and_ps(keep, _mm256_mul_ps(_mm256_loadu_ps(to), scale)));
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Dropout of a row of probabilities, 64 words at a time.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/cpu/philox_avx512.h"

namespace gatun::cpu {
namespace {

// Elements [16 c0, 16 c1) of p, whose first one is column `first` (a multiple of 64) of `row`: 0 or
// times the scale. Others of the same 64 may change as well.
inline void dropout_row(
    const AttentionDropout& dropout, int64_t row, int64_t first, float* p, int c0, int c1) {
  const auto set = [](uint32_t x) { return _mm512_set1_epi32(static_cast<int32_t>(x)); };
  const __m512i threshold = set(dropout.threshold);
  const __m512 scale = _mm512_set1_ps(dropout.scale);
  for (int j = c0 / 4 * 64; j < 16 * c1; j += 64) {
    const __m512i counter =
        _mm512_add_epi32(set(static_cast<uint32_t>((first + j) / 4)), philox_counter_lanes());
    const PhiloxLanes words =
        philox_in_order(philox_lanes({{counter, set(static_cast<uint32_t>(row)),
                                       set(dropout.sequence[0]), set(dropout.sequence[1])}},
                                     dropout.seed));
    for (int i = 0; i < 4; ++i) {
      const __mmask16 keep = _mm512_cmpge_epu32_mask(words.word[i], threshold);
      float* to = p + j + 16 * i;
      _mm512_storeu_ps(to, _mm512_maskz_mul_ps(keep, _mm512_loadu_ps(to), scale));
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// What the f32 attention tile needs of AVX2 beyond Simd: keys into page order, and the halves of
// bf16 pairs.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/kv_cache.h"

namespace gatun::cpu {
namespace {

inline __m256 low_half(__m256 pairs) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(pairs), 16));
}
inline __m256 high_half(__m256 pairs) {
  return _mm256_and_ps(pairs,
                       _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int32_t>(0xffff0000u))));
}

// Row j < count of `from` becomes lane j of the vectors of `to` [width][16]; other lanes are zero.
inline void transpose_group(
    const float* from, int64_t stride, int count, int64_t width, float* to) {
  for (int j = 0; j < count; ++j) {
    for (int64_t d = 0; d < width; ++d) to[d * kKeyGroup + j] = from[j * stride + d];
  }
  for (int j = count; j < kKeyGroup; ++j) {
    for (int64_t d = 0; d < width; ++d) to[d * kKeyGroup + j] = 0.0f;
  }
}

}  // namespace
}  // namespace gatun::cpu

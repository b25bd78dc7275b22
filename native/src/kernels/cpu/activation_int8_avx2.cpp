// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/activation_int8.h"

namespace gatun::cpu::avx2 {
namespace {

int32_t reduce_max(__m256i v) {
  __m128i m = _mm_max_epu32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0x4e));
  m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0xb1));
  return _mm_cvtsi128_si32(m);
}

int32_t reduce_add(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
  return _mm_cvtsi128_si32(s);
}

}  // namespace

void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const int64_t blocks = (columns + 31) / 32;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t count = columns - b * 32;
    alignas(32) float padded[32];
    const float* source = x + b * 32;
    if (count < 32) {
      for (int64_t i = 0; i < 32; ++i) padded[i] = i < count ? source[i] : 0.0f;
      source = padded;
    }
    __m256 v[4];
    __m256i tops = _mm256_setzero_si256();
    for (int i = 0; i < 4; ++i) {
      v[i] = _mm256_loadu_ps(source + 8 * i);
      tops = _mm256_max_epu32(tops, _mm256_and_si256(_mm256_castps_si256(v[i]), magnitude));
    }
    const int32_t top = reduce_max(tops);
    const float max = _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(top)));
    const bool finite = top < 0x7f800000;
    const bool usable = finite && max >= 0x1p-118f;
    const __m256 inverse = _mm256_set1_ps(usable ? 127.0f / max : 0.0f);
    const __m256i keep = _mm256_set1_epi32(usable ? -1 : 0);
    __m256i q[4];
    for (int i = 0; i < 4; ++i) {
      q[i] = _mm256_and_si256(_mm256_cvtps_epi32(_mm256_mul_ps(v[i], inverse)), keep);
    }
    const int32_t sum =
        reduce_add(_mm256_add_epi32(_mm256_add_epi32(q[0], q[1]), _mm256_add_epi32(q[2], q[3])));
    const __m256i packed =
        _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + b * 32),
                        _mm256_permutevar8x32_epi32(packed, in_order));
    scales[b] = usable ? max / 127.0f : finite ? 0.0f : __builtin_nanf("");
    sums[b] = scales[b] * static_cast<float>(sum);
  }
}

}  // namespace gatun::cpu::avx2

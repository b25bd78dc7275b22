// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/activation_int8.h"

namespace gatun::cpu::avx512 {

void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  const int64_t blocks = (columns + 31) / 32;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t count = columns - b * 32;
    const auto mask = count >= 32 ? 0xffffffffu : (1u << count) - 1;
    const __m512 low = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), x + b * 32);
    const __m512 high = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), x + b * 32 + 16);
    const __m512i tops = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                          _mm512_and_si512(_mm512_castps_si512(high), magnitude));
    const auto top = static_cast<int32_t>(_mm512_reduce_max_epu32(tops));
    const float max = _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(top)));
    const bool finite = top < 0x7f800000;
    const bool usable = finite && max >= 0x1p-118f;
    const __m512 inverse = _mm512_set1_ps(usable ? 127.0f / max : 0.0f);
    const __mmask16 keep = usable ? 0xffff : 0;
    const __m512i q_low = _mm512_maskz_cvtps_epi32(keep, _mm512_mul_ps(low, inverse));
    const __m512i q_high = _mm512_maskz_cvtps_epi32(keep, _mm512_mul_ps(high, inverse));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + b * 32), _mm512_cvtepi32_epi8(q_low));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + b * 32 + 16), _mm512_cvtepi32_epi8(q_high));
    const auto sum = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(q_low, q_high)));
    scales[b] = usable ? max / 127.0f : finite ? 0.0f : __builtin_nanf("");
    sums[b] = scales[b] * sum;
  }
}

}  // namespace gatun::cpu::avx512

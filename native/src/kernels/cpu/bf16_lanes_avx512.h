// SPDX-License-Identifier: Apache-2.0
// Rounding to bf16 in lanes, for sources compiled for AVX-512.
#pragma once

#include <immintrin.h>

namespace gatun::cpu {
namespace {

// f32 to bf16 in the low halves, to nearest even by integer steps: as vcvtneps2bf16 does it except
// that denormals are kept. A NaN stays one.
inline __m512i bf16_bits(__m512i bits) {
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  const __m512 value = _mm512_castsi512_ps(bits);
  const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
  const __m512i quiet = _mm512_or_si512(bits, _mm512_set1_epi32(0x400000));
  return _mm512_srli_epi32(_mm512_mask_mov_epi32(rounded, nan, quiet), 16);
}

}  // namespace
}  // namespace gatun::cpu

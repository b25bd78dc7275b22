// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/linear_driver.h"
#include "kernels/cpu/linear_epilogue.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {
namespace {

// Integer rounding, as vcvtneps2bf16 does it except that denormals are kept.
__m256i round_lanes(__m512i bits) {
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  const __m512 value = _mm512_castsi512_ps(bits);
  const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
  const __m512i quiet = _mm512_or_si512(bits, _mm512_set1_epi32(0x400000));
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(_mm512_mask_mov_epi32(rounded, nan, quiet), 16));
}

void round_to_bf16(const float* x, int64_t columns, uint16_t* out) {
  const int64_t padded = (columns + 31) / 32 * 32;
  int64_t k = 0;
  for (; k + 16 <= columns; k += 16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k),
                        round_lanes(_mm512_loadu_si512(x + k)));
  }
  for (; k < padded; k += 16) {
    const int64_t left = columns > k ? columns - k : 0;
    const auto lanes = static_cast<__mmask16>((1U << left) - 1U);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k),
                        round_lanes(_mm512_maskz_loadu_epi32(lanes, x + k)));
  }
}

constexpr LinearSteps kSteps{round_to_bf16, prepare_int8, finish_tile<Simd>};

}  // namespace

void linear(const LinearArgs& args, const Team& team) {
  run_linear(args, team, kSteps);
}

}  // namespace gatun::cpu::avx512

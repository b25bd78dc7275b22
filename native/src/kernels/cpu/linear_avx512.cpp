// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/bf16_lanes_avx512.h"
#include "kernels/cpu/linear_driver.h"
#include "kernels/cpu/linear_epilogue.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {
namespace {

void round_to_bf16(const float* x, int64_t columns, uint16_t* out) {
  const int64_t padded = (columns + 31) / 32 * 32;
  int64_t k = 0;
  for (; k + 16 <= columns; k += 16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k),
                        _mm512_cvtepi32_epi16(bf16_bits(_mm512_loadu_si512(x + k))));
  }
  for (; k < padded; k += 16) {
    const int64_t left = columns > k ? columns - k : 0;
    const auto lanes = static_cast<__mmask16>((1U << left) - 1U);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k),
                        _mm512_cvtepi32_epi16(bf16_bits(_mm512_maskz_loadu_epi32(lanes, x + k))));
  }
}

constexpr LinearSteps kSteps{round_to_bf16, prepare_int8, finish_tile<Simd>};

}  // namespace

void linear(const LinearArgs& args, const Team& team) {
  run_linear(args, team, kSteps);
}

}  // namespace gatun::cpu::avx512

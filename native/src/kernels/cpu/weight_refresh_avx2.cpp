// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/weight_refresh.h"

namespace gatun::cpu::avx2 {
namespace {

// The bf16 nearest to each value, to even, in the upper half of its lane.
__m256i rounded(__m256 values) {
  const __m256i bits = _mm256_castps_si256(values);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
  const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(values, values, _CMP_UNORD_Q));
  return _mm256_blendv_epi8(sum, _mm256_or_si256(bits, _mm256_set1_epi32(0x400000)), nan);
}

void refresh(const float* panel, int64_t columns, uint32_t* pairs) {
  const __m256i upper = _mm256_set1_epi32(-0x10000);
  for (int64_t k = 0; k < columns; k += 2) {
    for (int64_t row = 0; row < kPanelRows; row += 8) {
      const __m256i even = rounded(_mm256_loadu_ps(panel + k * kPanelRows + row));
      const __m256i odd = k + 1 < columns
                              ? rounded(_mm256_loadu_ps(panel + (k + 1) * kPanelRows + row))
                              : _mm256_setzero_si256();
      _mm256_storeu_si256(
          reinterpret_cast<__m256i*>(pairs + k / 2 * kPanelRows + row),
          _mm256_or_si256(_mm256_srli_epi32(even, 16), _mm256_and_si256(odd, upper)));
    }
  }
}

}  // namespace

void weight_refresh(const WeightRefreshArgs& args, const Team& team) {
  const PackedWeight& weight = args.weight;
  const auto [begin, end] = team.share(weight.panels());
  for (int64_t p = begin; p < end; ++p) {
    refresh(weight.master + p * weight.columns * kPanelRows, weight.columns,
            reinterpret_cast<uint32_t*>(weight.data + p * weight.panel_bytes));
  }
}

}  // namespace gatun::cpu::avx2

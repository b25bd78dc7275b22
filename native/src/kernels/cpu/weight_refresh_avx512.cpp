// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/weight_refresh.h"

namespace gatun::cpu::avx512 {
namespace {

// The bf16 nearest to each value, to even, in the upper half of its lane. Integer rounding:
// vcvtneps2bf16 would flush denormals.
__m512i rounded(__m512 values) {
  const __m512i bits = _mm512_castps_si512(values);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i sum = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  const __mmask16 nan = _mm512_cmp_ps_mask(values, values, _CMP_UNORD_Q);
  return _mm512_mask_mov_epi32(sum, nan, _mm512_or_si512(bits, _mm512_set1_epi32(0x400000)));
}

void refresh(const float* panel, int64_t columns, uint32_t* pairs) {
  const __m512i upper = _mm512_set1_epi32(-0x10000);
  for (int64_t k = 0; k < columns; k += 2) {
    const __m512i even = rounded(_mm512_loadu_ps(panel + k * kPanelRows));
    const __m512i odd = k + 1 < columns ? rounded(_mm512_loadu_ps(panel + (k + 1) * kPanelRows))
                                        : _mm512_setzero_si512();
    _mm512_storeu_si512(pairs + k / 2 * kPanelRows,
                        _mm512_or_si512(_mm512_srli_epi32(even, 16), _mm512_and_si512(odd, upper)));
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

}  // namespace gatun::cpu::avx512

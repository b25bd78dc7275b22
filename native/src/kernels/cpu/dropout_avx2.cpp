// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dropout_row.h"
#include "kernels/cpu/philox_avx2.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {
namespace {

__m256i all(uint32_t value) {
  return _mm256_set1_epi32(static_cast<int32_t>(value));
}

struct Random {
  static constexpr int64_t kWords = 32;

  // The counter's high half stays the same: elements are fewer than 2^34 (ops/dropout.cpp).
  static uint32_t keep(uint64_t first, const DropoutArgs& args) {
    const __m256i low = _mm256_add_epi32(all(static_cast<uint32_t>(first)), philox_counter_lanes());
    const PhiloxLanes words = philox_in_order(philox_lanes(
        {{low, all(static_cast<uint32_t>(first >> 32)), all(static_cast<uint32_t>(args.sequence)),
          all(static_cast<uint32_t>(args.sequence >> 32))}},
        args.seed));
    const __m256i threshold = all(args.threshold);
    uint32_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      const __m256i word = words.word[i];
      const __m256i kept = _mm256_cmpeq_epi32(_mm256_max_epu32(word, threshold), word);
      bits |= static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(kept))) << (8 * i);
    }
    return bits;
  }
};

}  // namespace

void dropout(const DropoutArgs& args, const Team& team) {
  dropout_rows<Simd, Random>(args, team);
}

}  // namespace gatun::cpu::avx2

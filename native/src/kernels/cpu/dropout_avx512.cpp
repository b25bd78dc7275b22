// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dropout_row.h"
#include "kernels/cpu/philox_avx512.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {
namespace {

__m512i all(uint32_t value) {
  return _mm512_set1_epi32(static_cast<int32_t>(value));
}

struct Random {
  static constexpr int64_t kWords = 64;

  // The counter's high half stays the same: elements are fewer than 2^34 (ops/dropout.cpp).
  static uint64_t keep(uint64_t first, const DropoutArgs& args) {
    const __m512i low = _mm512_add_epi32(all(static_cast<uint32_t>(first)), philox_counter_lanes());
    const PhiloxLanes words = philox_in_order(philox_lanes(
        {{low, all(static_cast<uint32_t>(first >> 32)), all(static_cast<uint32_t>(args.sequence)),
          all(static_cast<uint32_t>(args.sequence >> 32))}},
        args.seed));
    uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      const __mmask16 kept = _mm512_cmpge_epu32_mask(words.word[i], all(args.threshold));
      bits |= uint64_t{kept} << (16 * i);
    }
    return bits;
  }
};

}  // namespace

void dropout(const DropoutArgs& args, const Team& team) {
  dropout_rows<Simd, Random>(args, team);
}

}  // namespace gatun::cpu::avx512

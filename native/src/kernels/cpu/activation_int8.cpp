// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/activation_int8.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace gatun::cpu {

namespace generic {

void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums) {
  const int64_t blocks = (columns + 31) / 32;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t first = b * 32;
    const int64_t count = std::min<int64_t>(32, columns - first);
    // Magnitudes order like their bits, with NaN above infinity, so one maximum finds both.
    uint32_t top = 0;
    for (int64_t i = 0; i < count; ++i) {
      top = std::max(top, std::bit_cast<uint32_t>(x[first + i]) & 0x7fffffffu);
    }
    const float max = std::bit_cast<float>(top);
    const bool finite = top < 0x7f800000u;
    const bool usable = finite && max >= 0x1p-118f;
    const float inverse = usable ? 127.0f / max : 0.0f;
    int32_t sum = 0;
    for (int64_t i = 0; i < 32; ++i) {
      const float scaled = usable && i < count ? x[first + i] * inverse : 0.0f;
      const auto q = static_cast<int32_t>(std::nearbyint(scaled));
      codes[first + i] = static_cast<int8_t>(q);
      sum += q;
    }
    scales[b] = usable ? max / 127.0f : finite ? 0.0f : std::numeric_limits<float>::quiet_NaN();
    sums[b] = scales[b] * static_cast<float>(sum);
  }
}

}  // namespace generic

PrepareInt8Function prepare_int8(IsaTier tier) {
  if (tier >= IsaTier::kAvx512) return avx512::prepare_int8;
  if (tier >= IsaTier::kAvx2) return avx2::prepare_int8;
  return generic::prepare_int8;
}

}  // namespace gatun::cpu

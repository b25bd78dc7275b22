// SPDX-License-Identifier: Apache-2.0
// The generic tier: scalar, double accumulation; the oracle of the other tiers.
#include "kernels/cpu/quantised_products.h"

#include "kernels/cpu/quantised_pack.h"

namespace gatun::cpu::generic {
namespace {

// acc[r, o] = sum_k x[r, k] value[o, k]
template <BlockFormat kFormat>
void f32_product(const Tile& t) {
  constexpr bool kHasMin =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  for (int o = 0; o < t.panels * kPanelRows; ++o) {
    double sums[kMaxTileRows] = {};
    for (int64_t b = 0; b < t.columns / 32; ++b) {
      const PanelBlock block = quantised_panel_block<kFormat>(
          t.panel + o / kPanelRows * t.panel_bytes, o % kPanelRows, t.columns, b);
      for (int i = 0; i < 32; ++i) {
        const float product =
            block.scale[i / 16] * static_cast<float>(block.codes[i] - kFormat.offset);
        const double value = kHasMin ? product + block.min : product;
        for (int r = 0; r < t.rows; ++r)
          sums[r] += value * t.x.f32[(t.first_row + r) * t.x.f32_stride + 32 * b + i];
      }
    }
    for (int r = 0; r < t.rows; ++r) t.acc[r * t.acc_stride + o] = static_cast<float>(sums[r]);
  }
}

// acc[r, o] = sum over blocks of dx (s isum + min sum of q), isum = sum of (code - offset) q
template <BlockFormat kFormat>
void int8_product(const Tile& t) {
  for (int o = 0; o < t.panels * kPanelRows; ++o) {
    double sums[kMaxTileRows] = {};
    for (int64_t b = 0; b < t.columns / 32; ++b) {
      const PanelBlock block = quantised_panel_block<kFormat>(
          t.panel + o / kPanelRows * t.panel_bytes, o % kPanelRows, t.columns, b);
      for (int r = 0; r < t.rows; ++r) {
        const int8_t* q = t.x.int8 + (t.first_row + r) * t.x.int8_stride + 32 * b;
        int32_t isum[2] = {0, 0};
        for (int i = 0; i < 32; ++i) isum[i / 16] += (block.codes[i] - kFormat.offset) * q[i];
        const double product = static_cast<double>(block.scale[0]) * isum[0] +
                               static_cast<double>(block.scale[1]) * isum[1];
        const int64_t at = (t.first_row + r) * t.x.block_stride + b;
        sums[r] += product * t.x.scales[at] + static_cast<double>(block.min) * t.x.sums[at];
      }
    }
    for (int r = 0; r < t.rows; ++r) t.acc[r * t.acc_stride + o] = static_cast<float>(sums[r]);
  }
}

template <BlockFormat kFormat>
constexpr QuantisedProducts kProducts{f32_product<kFormat>, int8_product<kFormat>};

}  // namespace

QuantisedProducts quantised_products(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_Q4_0:
      return kProducts<kQ4_0>;
    case GATUN_DTYPE_Q4_1:
      return kProducts<kQ4_1>;
    case GATUN_DTYPE_Q5_0:
      return kProducts<kQ5_0>;
    case GATUN_DTYPE_Q5_1:
      return kProducts<kQ5_1>;
    case GATUN_DTYPE_Q8_0:
      return kProducts<kQ8_0>;
    case GATUN_DTYPE_Q4_K:
      return kProducts<kQ4_K>;
    case GATUN_DTYPE_Q5_K:
      return kProducts<kQ5_K>;
    default:
      return kProducts<kQ6_K>;
  }
}

}  // namespace gatun::cpu::generic

// SPDX-License-Identifier: Apache-2.0
// The generic tier: scalar, double accumulation; the oracle of the other tiers.
#include "kernels/cpu/quantised_products.h"

#include "kernels/cpu/quantised_pack.h"

namespace gatun::cpu::generic {
namespace {

// acc[r, o] = sum_k x[r, k] value[o, k]
template <BlockFormat kFormat>
void f32_product(const PreparedRows& x,
                 int64_t first_row,
                 int rows,
                 const std::byte* panel,
                 int64_t panel_bytes,
                 int panels,
                 int64_t columns,
                 float* acc,
                 int64_t acc_stride) {
  constexpr bool kHasMin =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  for (int o = 0; o < panels * kPanelRows; ++o) {
    double sums[kMaxTileRows] = {};
    for (int64_t b = 0; b < columns / 32; ++b) {
      const PanelBlock block = quantised_panel_block<kFormat>(panel + o / kPanelRows * panel_bytes,
                                                              o % kPanelRows, columns, b);
      for (int i = 0; i < 32; ++i) {
        const float product =
            block.scale[i / 16] * static_cast<float>(block.codes[i] - kFormat.offset);
        const double value = kHasMin ? product + block.min : product;
        for (int r = 0; r < rows; ++r)
          sums[r] += value * x.f32[(first_row + r) * x.f32_stride + 32 * b + i];
      }
    }
    for (int r = 0; r < rows; ++r) acc[r * acc_stride + o] = static_cast<float>(sums[r]);
  }
}

// acc[r, o] = sum over blocks of dx (s isum + min sum of q), isum = sum of (code - offset) q
template <BlockFormat kFormat>
void int8_product(const PreparedRows& x,
                  int64_t first_row,
                  int rows,
                  const std::byte* panel,
                  int64_t panel_bytes,
                  int panels,
                  int64_t columns,
                  float* acc,
                  int64_t acc_stride) {
  for (int o = 0; o < panels * kPanelRows; ++o) {
    double sums[kMaxTileRows] = {};
    for (int64_t b = 0; b < columns / 32; ++b) {
      const PanelBlock block = quantised_panel_block<kFormat>(panel + o / kPanelRows * panel_bytes,
                                                              o % kPanelRows, columns, b);
      for (int r = 0; r < rows; ++r) {
        const int8_t* q = x.int8 + (first_row + r) * x.int8_stride + 32 * b;
        int32_t isum[2] = {0, 0};
        for (int i = 0; i < 32; ++i) isum[i / 16] += (block.codes[i] - kFormat.offset) * q[i];
        const double product = static_cast<double>(block.scale[0]) * isum[0] +
                               static_cast<double>(block.scale[1]) * isum[1];
        const int64_t at = (first_row + r) * x.block_stride + b;
        sums[r] += product * x.scales[at] + static_cast<double>(block.min) * x.sums[at];
      }
    }
    for (int r = 0; r < rows; ++r) acc[r * acc_stride + o] = static_cast<float>(sums[r]);
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

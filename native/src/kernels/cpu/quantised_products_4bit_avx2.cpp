// SPDX-License-Identifier: Apache-2.0
// Q4_0, Q4_1 and Q4_K on AVX2.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/cpu/quantised_lanes_avx2.h"
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cpu/quantised_products.h"

namespace gatun::cpu::avx2 {
namespace {

#include "kernels/cpu/quantised_panel_reader.h"
#include "kernels/cpu/quantised_tiles.h"

template <BlockFormat kFormat>
constexpr QuantisedProducts kProducts{f32_product<kFormat>, int8_product<kFormat>};

}  // namespace

QuantisedProducts quantised_products_4bit(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_Q4_0:
      return kProducts<kQ4_0>;
    case GATUN_DTYPE_Q4_1:
      return kProducts<kQ4_1>;
    default:
      return kProducts<kQ4_K>;
  }
}

}  // namespace gatun::cpu::avx2

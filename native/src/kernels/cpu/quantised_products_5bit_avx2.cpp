// SPDX-License-Identifier: Apache-2.0
// Q5_0, Q5_1 and Q5_K on AVX2.
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

QuantisedProducts quantised_products_5bit(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_Q5_0:
      return kProducts<kQ5_0>;
    case GATUN_DTYPE_Q5_1:
      return kProducts<kQ5_1>;
    default:
      return kProducts<kQ5_K>;
  }
}

}  // namespace gatun::cpu::avx2

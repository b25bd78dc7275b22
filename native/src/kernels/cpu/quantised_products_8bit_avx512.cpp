// SPDX-License-Identifier: Apache-2.0
// Q8_0 and Q6_K on AVX-512 VNNI.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/cpu/quantised_lanes_avx512.h"
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cpu/quantised_products.h"

namespace gatun::cpu::avx512 {
namespace {

#include "kernels/cpu/quantised_panel_reader.h"
#include "kernels/cpu/quantised_tiles.h"

template <BlockFormat kFormat>
constexpr QuantisedProducts kProducts{f32_product<kFormat>, int8_product<kFormat>};

}  // namespace

QuantisedProducts quantised_products_8bit(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_Q8_0:
      return kProducts<kQ8_0>;
    default:
      return kProducts<kQ6_K>;
  }
}

}  // namespace gatun::cpu::avx512

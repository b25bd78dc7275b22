// SPDX-License-Identifier: Apache-2.0
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

}  // namespace gatun::cpu::avx512

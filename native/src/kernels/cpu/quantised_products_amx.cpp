// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/quantised_products.h"
#include "kernels/cpu/quantised_tile_amx.h"

namespace gatun::cpu::amx {

TileFunction quantised_bf16_product(gatun_dtype dtype) {
  return avx512::bf16_product_of<HardwareTiles>(dtype);
}

}  // namespace gatun::cpu::amx

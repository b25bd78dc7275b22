// SPDX-License-Identifier: Apache-2.0
// The tile kernels on the software twin: the oracle of the hardware's bits, and the way to run them
// without it.
#include "kernels/cpu/quantised_products.h"
#include "kernels/cpu/quantised_tile_amx.h"

namespace gatun::cpu::amx {

TileFunction quantised_bf16_product_twin(gatun_dtype dtype) {
  return avx512::bf16_product_of<SoftwareTiles>(dtype);
}

}  // namespace gatun::cpu::amx

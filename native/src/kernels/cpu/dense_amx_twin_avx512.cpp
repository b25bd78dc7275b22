// SPDX-License-Identifier: Apache-2.0
// The tile kernel on the software twin: the oracle of the hardware's bits, and the way to run it
// without the hardware.
#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile_amx.h"

namespace gatun::cpu::amx {

void bf16_tile_twin(const Tile& tile) {
  SoftwareTiles tiles;
  dense_tile_amx(tiles, tile);
}

}  // namespace gatun::cpu::amx

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile_amx.h"

namespace gatun::cpu::amx {

void bf16_tile(const Tile& tile) {
  HardwareTiles tiles;
  dense_tile_amx(tiles, tile);
}

}  // namespace gatun::cpu::amx

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile_amx.h"

namespace gatun::cpu::amx {

void bf16_tile(const PreparedRows& x,
               int64_t first_row,
               int rows,
               const std::byte* panel,
               int64_t panel_bytes,
               int panels,
               int64_t columns,
               float* acc,
               int64_t acc_stride) {
  HardwareTiles tiles;
  dense_tile_amx(tiles, x, first_row, rows, panel, panel_bytes, panels, columns, acc, acc_stride);
}

}  // namespace gatun::cpu::amx

// SPDX-License-Identifier: Apache-2.0
// Between panel order [ceil(O / 16)][K][16] and rows [O, K]: a block takes 64 columns of a panel,
// which are consecutive in both orders, and turns them in shared memory.
#pragma once

#include "kernels/cuda/reduce.h"

namespace gatun::cuda {

inline constexpr int kPanelTileColumns = 64;
inline constexpr int kPanelTileRows = 16;  // those of a panel
inline constexpr int kPanelTileThreads = 256;

struct PanelTile {
  int64_t row;     // the first
  int64_t column;  // the first
  int columns;     // that there are
  int64_t offset;  // of its elements in panel order
};

// Of the block.
__device__ __forceinline__ PanelTile panel_tile(int64_t columns) {
  const int64_t tiles = (columns + kPanelTileColumns - 1) / kPanelTileColumns;
  const int64_t panel = blockIdx.x / tiles, column = blockIdx.x % tiles * kPanelTileColumns;
  const int64_t left = columns - column;
  return {panel * kPanelTileRows, column,
          static_cast<int>(left < kPanelTileColumns ? left : kPanelTileColumns),
          (panel * columns + column) * kPanelTileRows};
}
inline int64_t panel_tiles(int64_t rows, int64_t columns) {
  return (rows + kPanelTileRows - 1) / kPanelTileRows *
         ((columns + kPanelTileColumns - 1) / kPanelTileColumns);
}

namespace {

// The tile's element of a row and a column, at multiples of 8 bytes for even columns. The pitch
// spreads a panel's order over the banks.
__device__ __forceinline__ float& panel_tile_element(int row, int column) {
  alignas(8) __shared__ float tile[kPanelTileRows * (kPanelTileColumns + 2)];
  return tile[row * (kPanelTileColumns + 2) + column];
}

}  // namespace
}  // namespace gatun::cuda

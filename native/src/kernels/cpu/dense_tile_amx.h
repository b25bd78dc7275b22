// SPDX-License-Identifier: Apache-2.0
// Tile of a product with bf16 panels on tile registers; a template over the backend of tile.h.
//
// A panel's 16 units of 64 bytes are one B tile as they stand in memory: 32 k of 16 outputs. Four
// accumulators (32 rows by two panels), two A tiles straight from the prepared rows, two B tiles.
// Bits: per 32 k one tile product, in ascending order, whatever the number of rows; between blocks
// of k the sums rest in acc.
//
// Blocking: 256 k of two panels (16 KiB) stay in L1 while the rows stream over them.
#pragma once

#include <algorithm>

#include "kernels/cpu/matmul_format.h"
#include "kernels/cpu/tile.h"

namespace gatun::cpu {
namespace {

inline constexpr int64_t kTileDepth = 32;    // k per tile product
inline constexpr int64_t kDepthBlock = 256;  // k per pass over the rows
inline constexpr int64_t kPanelTileBytes = kTileRows * kTileRowBytes;

// rows <= 32 (16 where kRowTiles is 1) by kPanels panels, `steps` tile products deep. acc of the
// second panel is acc_panel floats behind that of the first.
template <class Tiles, int kRowTiles, int kPanels>
void multiply_tiles(Tiles& tiles,
                    const uint16_t* x,
                    int64_t x_stride,
                    const std::byte* panel,
                    int64_t panel_bytes,
                    int64_t steps,
                    bool first,
                    float* acc,
                    int64_t acc_stride,
                    int64_t acc_panel = kPanelRows) {
  const int64_t acc_bytes = acc_stride * 4;
  const int64_t x_bytes = x_stride * 2;
  float* low = acc + kTileRows * acc_stride;  // rows 16 to 31
  if (first) {
    tiles.template zero<0>();
    if constexpr (kPanels == 2) tiles.template zero<1>();
    if constexpr (kRowTiles == 2) tiles.template zero<2>();
    if constexpr (kRowTiles == 2 && kPanels == 2) tiles.template zero<3>();
  } else {
    tiles.template load<0>(acc, acc_bytes);
    if constexpr (kPanels == 2) tiles.template load<1>(acc + acc_panel, acc_bytes);
    if constexpr (kRowTiles == 2) tiles.template load<2>(low, acc_bytes);
    if constexpr (kRowTiles == 2 && kPanels == 2)
      tiles.template load<3>(low + acc_panel, acc_bytes);
  }
  for (int64_t s = 0; s < steps; ++s) {
    const uint16_t* a = x + s * kTileDepth;
    const std::byte* b = panel + s * kPanelTileBytes;
    tiles.template load<6>(b, kTileRowBytes);
    tiles.template load<4>(a, x_bytes);
    tiles.template dot_bf16<0, 4, 6>();
    if constexpr (kPanels == 2) {
      tiles.template load<7>(b + panel_bytes, kTileRowBytes);
      tiles.template dot_bf16<1, 4, 7>();
    }
    if constexpr (kRowTiles == 2) {
      tiles.template load<5>(a + kTileRows * x_stride, x_bytes);
      tiles.template dot_bf16<2, 5, 6>();
      if constexpr (kPanels == 2) tiles.template dot_bf16<3, 5, 7>();
    }
  }
  tiles.template store<0>(acc, acc_bytes);
  if constexpr (kPanels == 2) tiles.template store<1>(acc + acc_panel, acc_bytes);
  if constexpr (kRowTiles == 2) tiles.template store<2>(low, acc_bytes);
  if constexpr (kRowTiles == 2 && kPanels == 2) tiles.template store<3>(low + acc_panel, acc_bytes);
}

// Rows [0, rows) in strips of `strip` rows; the tiles are configured for that.
template <class Tiles, int kRowTiles>
void multiply_strips(Tiles& tiles,
                     const uint16_t* x,
                     int64_t x_stride,
                     int rows,
                     int strip,
                     const std::byte* panel,
                     int64_t panel_bytes,
                     int panels,
                     int64_t columns,
                     float* acc,
                     int64_t acc_stride) {
  for (int64_t k = 0; k < columns; k += kDepthBlock) {
    const int64_t steps = (std::min(kDepthBlock, columns - k) + kTileDepth - 1) / kTileDepth;
    const std::byte* block = panel + k / kTileDepth * kPanelTileBytes;
    for (int p = 0; p < panels; p += 2) {
      for (int r = 0; r < rows; r += strip) {
        const uint16_t* a = x + r * x_stride + k;
        float* sums = acc + r * acc_stride + p * kPanelRows;
        if (p + 1 < panels) {
          multiply_tiles<Tiles, kRowTiles, 2>(tiles, a, x_stride, block + p * panel_bytes,
                                              panel_bytes, steps, k == 0, sums, acc_stride);
        } else {
          multiply_tiles<Tiles, kRowTiles, 1>(tiles, a, x_stride, block + p * panel_bytes,
                                              panel_bytes, steps, k == 0, sums, acc_stride);
        }
      }
    }
  }
}

inline TileConfiguration product_configuration(int rows) {
  TileConfiguration configuration;
  const int high = std::min(rows, kTileRows);
  for (const int tile : {0, 1, 4}) configuration.shape(tile, high);
  if (rows > kTileRows) {
    for (const int tile : {2, 3, 5}) configuration.shape(tile, rows - kTileRows);
  }
  for (const int tile : {6, 7}) configuration.shape(tile, kTileRows);
  return configuration;
}

// A TileFunction but for the backend.
template <class Tiles>
void dense_tile_amx(Tiles& tiles, const Tile& tile) {
  constexpr int kStrip = 2 * kTileRows;
  const uint16_t* a = tile.x.bf16 + tile.first_row * tile.x.bf16_stride;
  const int64_t stride = tile.x.bf16_stride;
  float* acc = tile.acc;
  const int whole = tile.rows / kStrip * kStrip;
  if (whole > 0) {
    tiles.configure(product_configuration(kStrip));
    multiply_strips<Tiles, 2>(tiles, a, stride, whole, kStrip, tile.panel, tile.panel_bytes,
                              tile.panels, tile.columns, acc, tile.acc_stride);
  }
  const int rest = tile.rows - whole;
  if (rest > 0) {
    tiles.configure(product_configuration(rest));
    a += whole * stride;
    acc += whole * tile.acc_stride;
    if (rest > kTileRows) {
      multiply_strips<Tiles, 2>(tiles, a, stride, rest, kStrip, tile.panel, tile.panel_bytes,
                                tile.panels, tile.columns, acc, tile.acc_stride);
    } else {
      multiply_strips<Tiles, 1>(tiles, a, stride, rest, kStrip, tile.panel, tile.panel_bytes,
                                tile.panels, tile.columns, acc, tile.acc_stride);
    }
  }
  tiles.release();
}

}  // namespace
}  // namespace gatun::cpu

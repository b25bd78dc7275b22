// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/panel_tile.h"
#include "kernels/cuda/weight_layout.h"

namespace gatun::cuda {
namespace {

__global__ void __launch_bounds__(kPanelTileThreads) weight_layout_kernel(WeightLayoutArgs args) {
  const PanelTile tile = panel_tile(args.columns);
  constexpr int kElements = kPanelTileRows * kPanelTileColumns;
  float* panel = args.panels + tile.offset;
  const auto for_each_in_rows = [&](auto visit) {
    for (int i = static_cast<int>(threadIdx.x); i < kElements; i += kPanelTileThreads) {
      const int row = i / kPanelTileColumns, column = i % kPanelTileColumns;
      if (column >= tile.columns) continue;
      const bool exists = tile.row + row < args.row_count;
      visit(row, column, exists,
            args.rows + (tile.row + row) * args.row_stride + tile.column + column);
    }
  };
  const auto for_each_in_panel = [&](auto visit) {
    for (int i = static_cast<int>(threadIdx.x); i < tile.columns * kPanelTileRows;
         i += kPanelTileThreads)
      visit(i, panel_tile_element(i % kPanelTileRows, i / kPanelTileRows));
  };
  if (args.to_rows) {
    for_each_in_panel([&](int i, float& element) { element = panel[i]; });
    __syncthreads();
    for_each_in_rows([&](int row, int column, bool exists, float* value) {
      if (exists) *value = panel_tile_element(row, column);
    });
  } else {
    for_each_in_rows([&](int row, int column, bool exists, const float* value) {
      panel_tile_element(row, column) = exists ? *value : 0.0f;
    });
    __syncthreads();
    for_each_in_panel([&](int i, const float& element) { panel[i] = element; });
  }
}

}  // namespace

Status weight_layout(const WeightLayoutArgs& args, Stream stream) {
  return launch("weight_layout", weight_layout_kernel, {panel_tiles(args.row_count, args.columns)},
                kPanelTileThreads, 0, stream, args);
}

}  // namespace gatun::cuda

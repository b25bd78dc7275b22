// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/panel_tile.h"
#include "kernels/cuda/weight_refresh.h"

namespace gatun::cuda {
namespace {

__global__ void __launch_bounds__(kPanelTileThreads) weight_refresh_kernel(WeightRefreshArgs args) {
  const PanelTile tile = panel_tile(args.columns);
  const float* panel = args.master + tile.offset;
  for (int i = static_cast<int>(threadIdx.x); i < tile.columns * kPanelTileRows;
       i += kPanelTileThreads)
    panel_tile_element(i % kPanelTileRows, i / kPanelTileRows) = panel[i];
  __syncthreads();
  constexpr int kPairs = kPanelTileColumns / 2;
  const int64_t padded = args.stride - tile.column;  // the last tile writes the zeros too
  for (int i = static_cast<int>(threadIdx.x); i < kPanelTileRows * kPairs; i += kPanelTileThreads) {
    const int row = i / kPairs, column = i % kPairs * 2;
    if (tile.row + row >= args.row_count || column >= padded) continue;
    Float2 values{};
    if (column + 1 < tile.columns) {
      values = load_vector(reinterpret_cast<const Float2*>(&panel_tile_element(row, column)));
    } else if (column < tile.columns) {
      values.v[0] = panel_tile_element(row, column);
    }
    const uint32_t pair = pack_bf16(values.v[0], values.v[1]);
    uint16_t* target = args.rows + (tile.row + row) * args.stride + tile.column + column;
    *reinterpret_cast<uint32_t*>(target) = pair;
  }
}

}  // namespace

Status weight_refresh(const WeightRefreshArgs& args, Stream stream) {
  return launch("weight_refresh", weight_refresh_kernel,
                {panel_tiles(args.row_count, args.columns)}, kPanelTileThreads, 0, stream, args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/packed_weight.h"

#include <algorithm>

#include "kernels/cpu/dense_panel.h"

namespace gatun::cpu {
namespace {

std::byte* master_panel(const PackedWeight& weight, int64_t panel) {
  return reinterpret_cast<std::byte*>(weight.master + panel * weight.columns * kPanelRows);
}

void pack_master(const PackedWeight& weight,
                 const std::byte* source,
                 int64_t row_bytes,
                 int rows_here,
                 int64_t panel) {
  const auto pack = weight.dtype == GATUN_DTYPE_F32   ? pack_f32_f32
                    : weight.dtype == GATUN_DTYPE_F16 ? pack_f16_f32
                                                      : pack_bf16_f32;
  pack(source, row_bytes, rows_here, weight.columns, master_panel(weight, panel));
}

}  // namespace

void refresh_panel(const PackedWeight& weight, int64_t panel) {
  round_panel_to_bf16(weight.master + panel * weight.columns * kPanelRows, weight.columns,
                      reinterpret_cast<uint16_t*>(weight.data + panel * weight.panel_bytes));
}

void pack_weight(const PackedWeight& weight,
                 const std::byte* source,
                 int64_t row_bytes,
                 const Team& team) {
  const Team::Range mine = team.share(weight.panels());
  for (int64_t p = mine.begin; p < mine.end; ++p) {
    const int64_t row = p * kPanelRows;
    const int rows_here = static_cast<int>(std::min<int64_t>(kPanelRows, weight.rows - row));
    if (weight.trainable) {
      pack_master(weight, source + row * row_bytes, row_bytes, rows_here, p);
      if (weight.arithmetic == GATUN_ARITHMETIC_FAST) refresh_panel(weight, p);
    } else {
      weight.format->pack(source + row * row_bytes, row_bytes, rows_here, weight.columns,
                          weight.data + p * weight.panel_bytes);
    }
  }
}

void unpack_rows(const PackedWeight& weight,
                 int64_t first_row,
                 int64_t row_count,
                 float* values,
                 const Team& team) {
  const Team::Range mine = team.share(row_count);
  for (int64_t i = mine.begin; i < mine.end; ++i) {
    const int64_t row = first_row + i;
    const int64_t panel = row / kPanelRows;
    const auto unpack = weight.trainable ? unpack_f32_row : weight.format->unpack_row;
    unpack(weight.trainable ? master_panel(weight, panel) : weight.panel(panel),
           static_cast<int>(row % kPanelRows), weight.columns, values + i * weight.columns);
  }
}

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/packed_weight.h"

#include <algorithm>

namespace gatun::cpu {

void pack_weight(const PackedWeight& weight,
                 const std::byte* source,
                 int64_t row_bytes,
                 const Team& team) {
  const Team::Range mine = team.share(weight.panels());
  for (int64_t p = mine.begin; p < mine.end; ++p) {
    const int64_t row = p * kPanelRows;
    const int rows_here = static_cast<int>(std::min<int64_t>(kPanelRows, weight.rows - row));
    weight.format->pack(source + row * row_bytes, row_bytes, rows_here, weight.columns,
                        weight.data + p * weight.panel_bytes);
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
    weight.format->unpack_row(weight.panel(row / kPanelRows), static_cast<int>(row % kPanelRows),
                              weight.columns, values + i * weight.columns);
  }
}

}  // namespace gatun::cpu

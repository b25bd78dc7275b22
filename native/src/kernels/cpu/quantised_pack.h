// SPDX-License-Identifier: Apache-2.0
// Panels of block formats: source blocks in, values out. Instantiated for the eight formats in
// quantised_pack.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/quantised_layout.h"

namespace gatun::cpu {

template <BlockFormat kFormat>
int64_t quantised_panel_bytes(int64_t columns);

// rows_here <= 16 source rows into a zeroed panel. A zero scale makes the missing rows zero.
template <BlockFormat kFormat>
void quantised_pack(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);

// values[k] = scale * (code - offset) [+ min], rounded once: the values of the format's reference,
// bit for bit.
template <BlockFormat kFormat>
void quantised_unpack_row(const std::byte* panel, int row, int64_t columns, float* values);

// One block of 32 columns of one row of a panel, taken apart.
struct PanelBlock {
  uint8_t codes[32];
  float scale[2];  // of the first and last 16 columns
  float min;       // zero where the format has none
};
template <BlockFormat kFormat>
PanelBlock quantised_panel_block(const std::byte* panel, int row, int64_t columns, int64_t block);

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Packed forms of f32, f16 and bf16 weights. A panel holds 16 rows:
//   f32   [K][16]         one float per row and k
//   f16   [K][16]         the stored halves
//   bf16  [K/2][16][2]    pairs along k, columns padded with zeros to a multiple of 32: the operand
//                         of vdpbf16ps, of a bf16 tile instruction (16 units of 64 bytes), and of
//                         plain FMAs after widening
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatun::cpu {

int64_t f32_panel_bytes(int64_t columns);
int64_t f16_panel_bytes(int64_t columns);
int64_t bf16_panel_bytes(int64_t columns);

// Contracts of MatmulFormat::pack and unpack_row. Named pack_<source>_<panel>; f32 and f16 sources
// of a bf16 panel are rounded to nearest even.
void pack_f32_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_f16_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_bf16_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_f16_f16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_f32_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_f16_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
void pack_bf16_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);

// An f32 panel rounded to a bf16 one; an odd last column has a zero beside it.
void round_panel_to_bf16(const float* panel, int64_t columns, uint16_t* rounded);

void unpack_f32_row(const std::byte* panel, int row, int64_t columns, float* values);
void unpack_f16_row(const std::byte* panel, int row, int64_t columns, float* values);
void unpack_bf16_row(const std::byte* panel, int row, int64_t columns, float* values);

}  // namespace gatun::cpu

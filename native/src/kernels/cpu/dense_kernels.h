// SPDX-License-Identifier: Apache-2.0
// TileFunctions of the dense formats, per tier. Panels as in dense_panel.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {

namespace avx2 {  // f32 activations
void f32_tile(const PreparedRows& x,
              int64_t first_row,
              int rows,
              const std::byte* panel,
              int64_t panel_bytes,
              int panels,
              int64_t columns,
              float* acc,
              int64_t acc_stride);
void f16_tile(const PreparedRows& x,
              int64_t first_row,
              int rows,
              const std::byte* panel,
              int64_t panel_bytes,
              int panels,
              int64_t columns,
              float* acc,
              int64_t acc_stride);
void bf16_tile(const PreparedRows& x,
               int64_t first_row,
               int rows,
               const std::byte* panel,
               int64_t panel_bytes,
               int panels,
               int64_t columns,
               float* acc,
               int64_t acc_stride);
void f32_tile_finishing(const PreparedRows& x,
                        int64_t first_row,
                        int rows,
                        const std::byte* panel,
                        int64_t panel_bytes,
                        int panels,
                        int64_t columns,
                        float* acc,
                        int64_t acc_stride,
                        const TileEnd& end);
void f16_tile_finishing(const PreparedRows& x,
                        int64_t first_row,
                        int rows,
                        const std::byte* panel,
                        int64_t panel_bytes,
                        int panels,
                        int64_t columns,
                        float* acc,
                        int64_t acc_stride,
                        const TileEnd& end);
void bf16_tile_finishing(const PreparedRows& x,
                         int64_t first_row,
                         int rows,
                         const std::byte* panel,
                         int64_t panel_bytes,
                         int panels,
                         int64_t columns,
                         float* acc,
                         int64_t acc_stride,
                         const TileEnd& end);
}  // namespace avx2

namespace avx512 {  // f32 activations
void f32_tile(const PreparedRows& x,
              int64_t first_row,
              int rows,
              const std::byte* panel,
              int64_t panel_bytes,
              int panels,
              int64_t columns,
              float* acc,
              int64_t acc_stride);
void f16_tile(const PreparedRows& x,
              int64_t first_row,
              int rows,
              const std::byte* panel,
              int64_t panel_bytes,
              int panels,
              int64_t columns,
              float* acc,
              int64_t acc_stride);
void bf16_tile(const PreparedRows& x,
               int64_t first_row,
               int rows,
               const std::byte* panel,
               int64_t panel_bytes,
               int panels,
               int64_t columns,
               float* acc,
               int64_t acc_stride);
void f32_tile_finishing(const PreparedRows& x,
                        int64_t first_row,
                        int rows,
                        const std::byte* panel,
                        int64_t panel_bytes,
                        int panels,
                        int64_t columns,
                        float* acc,
                        int64_t acc_stride,
                        const TileEnd& end);
void f16_tile_finishing(const PreparedRows& x,
                        int64_t first_row,
                        int rows,
                        const std::byte* panel,
                        int64_t panel_bytes,
                        int panels,
                        int64_t columns,
                        float* acc,
                        int64_t acc_stride,
                        const TileEnd& end);
void bf16_tile_finishing(const PreparedRows& x,
                         int64_t first_row,
                         int rows,
                         const std::byte* panel,
                         int64_t panel_bytes,
                         int panels,
                         int64_t columns,
                         float* acc,
                         int64_t acc_stride,
                         const TileEnd& end);
}  // namespace avx512

namespace avx512_bf16 {  // bf16 activations
void bf16_tile(const PreparedRows& x,
               int64_t first_row,
               int rows,
               const std::byte* panel,
               int64_t panel_bytes,
               int panels,
               int64_t columns,
               float* acc,
               int64_t acc_stride);
void bf16_tile_finishing(const PreparedRows& x,
                         int64_t first_row,
                         int rows,
                         const std::byte* panel,
                         int64_t panel_bytes,
                         int panels,
                         int64_t columns,
                         float* acc,
                         int64_t acc_stride,
                         const TileEnd& end);
}  // namespace avx512_bf16

namespace amx {  // bf16 activations
// The hardware's tiles, and the software twin with the same bits.
void bf16_tile(const PreparedRows& x,
               int64_t first_row,
               int rows,
               const std::byte* panel,
               int64_t panel_bytes,
               int panels,
               int64_t columns,
               float* acc,
               int64_t acc_stride);
void bf16_tile_twin(const PreparedRows& x,
                    int64_t first_row,
                    int rows,
                    const std::byte* panel,
                    int64_t panel_bytes,
                    int panels,
                    int64_t columns,
                    float* acc,
                    int64_t acc_stride);
}  // namespace amx

}  // namespace gatun::cpu

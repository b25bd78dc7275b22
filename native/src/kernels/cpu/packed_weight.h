// SPDX-License-Identifier: Apache-2.0
// A weight as the CPU kernels hold it. Created by ops/weight.cpp, read by linear and embedding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/matmul_format.h"
#include "runtime/team.h"

namespace gatun::cpu {

struct PackedWeight {
  int64_t rows = 0;     // O
  int64_t columns = 0;  // K
  gatun_dtype dtype = GATUN_DTYPE_F32;
  int32_t arithmetic = GATUN_ARITHMETIC_F32;
  bool batch_invariant = false;
  bool trainable = false;
  const MatmulFormat* format = nullptr;
  std::byte* data = nullptr;  // panels, 64-byte aligned
  int64_t panel_bytes = 0;
  float* master = nullptr;  // of a trainable weight: f32 panels (dense_panel.h)

  int64_t panels() const { return (rows + kPanelRows - 1) / kPanelRows; }
  const std::byte* panel(int64_t index) const { return data + index * panel_bytes; }
  int64_t master_count() const { return trainable ? panels() * columns * kPanelRows : 0; }
  // Of a master that is not the panels themselves.
  int64_t separate_master_bytes() const {
    return arithmetic == GATUN_ARITHMETIC_FAST ? master_count() * 4 : 0;
  }
};

// Fills the panels of `weight`, zeroed and allocated, from its rows, row_bytes apart; of a
// trainable one the master, and from it the panels. Run with denormals kept.
void pack_weight(const PackedWeight& weight,
                 const std::byte* source,
                 int64_t row_bytes,
                 const Team& team);

// The bf16 panel of a trainable weight in FAST arithmetic, from its master.
void refresh_panel(const PackedWeight& weight, int64_t panel);

// Rows [first_row, first_row + row_count), widened as the format defines it, or of the master ->
// values [row_count, K].
void unpack_rows(const PackedWeight& weight,
                 int64_t first_row,
                 int64_t row_count,
                 float* values,
                 const Team& team);

}  // namespace gatun::cpu

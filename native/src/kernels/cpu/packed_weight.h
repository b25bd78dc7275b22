// SPDX-License-Identifier: Apache-2.0
// A weight as the CPU kernels hold it. Created by ops/weight.cpp, read by linear and embedding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {

struct PackedWeight {
  int64_t rows = 0;     // O
  int64_t columns = 0;  // K
  gatun_dtype dtype = GATUN_DTYPE_F32;
  int32_t arithmetic = GATUN_ARITHMETIC_F32;
  bool batch_invariant = false;
  const MatmulFormat* format = nullptr;
  std::byte* data = nullptr;  // panels, 64-byte aligned
  int64_t panel_bytes = 0;

  int64_t panels() const { return (rows + kPanelRows - 1) / kPanelRows; }
  const std::byte* panel(int64_t index) const { return data + index * panel_bytes; }
};

}  // namespace gatun::cpu

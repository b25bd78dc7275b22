// SPDX-License-Identifier: Apache-2.0
// Buffers in panel order: [ceil(rows / 16)][columns][16] floats (gatun/train.h).
#pragma once

#include <string>

#include "kernels/cpu/matmul_format.h"
#include "ops/check.h"

namespace gatun {

// Floats of a matrix [rows, columns] in panel order.
inline int64_t panel_order_count(const ArgumentCheck& check,
                                 const char* name,
                                 int64_t rows,
                                 int64_t columns) {
  const int64_t padded = (rows / cpu::kPanelRows + (rows % cpu::kPanelRows != 0 ? 1 : 0));
  int64_t count = 0;
  if (__builtin_mul_overflow(padded, columns, &count) ||
      __builtin_mul_overflow(count, int64_t{cpu::kPanelRows}, &count)) {
    check.fail(std::string(name) + " has too large a matrix " + shape_text({rows, columns}));
  }
  return count;
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// The second phase of sums over rows: adds parts that blocks left in memory.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct ColumnSumsArgs {
  const float* parts;  // [P, C]
  int64_t stride;      // of parts
  float* y;            // [C], added to
  int32_t count;       // P
  int32_t columns;     // C
};

// y[c] += sum_p parts[p, c], in an order that depends on P alone.
Status column_sums(const ColumnSumsArgs& args, Stream stream);

}  // namespace gatun::cuda

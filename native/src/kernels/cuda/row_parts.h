// SPDX-License-Identifier: Apache-2.0
// Operations on the elements of rows, each for itself: a block takes up to kPartUnits units of a
// row. A vector is one long row.
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {

inline constexpr int kPartThreads = 256;  // at most
inline constexpr int kPartUnits = 4 * kPartThreads;

// visit(row, unit) for each unit of the block's part.
template <int kWidth, typename Visit>
__device__ __forceinline__ void for_each_unit(int64_t columns, Visit visit) {
  const int units = static_cast<int>(columns / kWidth);
  const int parts = (units + kPartUnits - 1) / kPartUnits, block = static_cast<int>(blockIdx.x);
  const int64_t row = block / parts;
  const int first = block % parts * kPartUnits, last = min(first + kPartUnits, units);
  for (int unit = first + static_cast<int>(threadIdx.x); unit < last;
       unit += static_cast<int>(blockDim.x))
    visit(row, unit);
}

// Starts kernel(args) of for_each_unit, `wide` in units of four.
template <typename Args>
Status launch_parts(const char* name,
                    void (*wide_kernel)(Args),
                    void (*narrow_kernel)(Args),
                    bool wide,
                    int64_t rows,
                    int64_t columns,
                    const Args& args,
                    Stream stream) {
  if (columns == 0) return 0;
  wide = wide && columns % 4 == 0;
  const int64_t units = columns / (wide ? 4 : 1);
  if (units > kMaxColumns) return kInvalidConfiguration;
  const int64_t parts = (units + kPartUnits - 1) / kPartUnits;
  return launch(name, wide ? wide_kernel : narrow_kernel, {rows * parts}, row_threads(units, 1), 0,
                stream, args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// The end of a tiled product: the block lays its sums into shared memory, from where its threads
// take four neighbouring columns at a time, in rolled loops whatever the tile's size.
#pragma once

#include <cstdint>

#include "kernels/cuda/instructions.h"

namespace gatun::cuda {

// Where element (row, column) of a tile lies: rows four apart share banks, so that the fragments of
// a product and the rows of a warp of threads are written without conflicts.
template <int kColumns>
__device__ __forceinline__ int staged_at(int row, int column) {
  return row * kColumns + (column ^ (row % 4 * 8));
}

// A place in the whole product.
struct TileSpan {
  int first_row, row_end;        // m
  int first_column, column_end;  // n
};

// finish(m, n, count, sums, others) for each four columns of a tile of kRows by kColumns, by thread
// `thread` of kThreads. Paired: the second half of the columns holds the other sums of the first
// half.
template <int kRows, int kColumns, int kThreads, typename Finish>
__device__ __forceinline__ void finish_tile(
    const float* staged, int thread, const TileSpan& span, bool paired, const Finish& finish) {
  const int columns = paired ? kColumns / 2 : kColumns, units = columns / 4;
#pragma unroll 1
  for (int u = thread; u < kRows * units; u += kThreads) {
    const int row = u / units, column = u % units * 4;
    const int m = span.first_row + row, n = span.first_column + column;
    if (m >= span.row_end || n >= span.column_end) continue;
    const Float4 sums =
        load_vector(reinterpret_cast<const Float4*>(staged + staged_at<kColumns>(row, column)));
    Float4 others{};
    if (paired)
      others = load_vector(
          reinterpret_cast<const Float4*>(staged + staged_at<kColumns>(row, column + columns)));
    finish(m, n, min(4, span.column_end - n), sums, others);
  }
}

// Up to four neighbouring values of a row.
__device__ __forceinline__ Float4 load_some(const float* at, int count, bool wide) {
  if (wide && count == 4) return load_vector(reinterpret_cast<const Float4*>(at));
  Float4 values{};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (i < count) values.v[i] = at[i];
  }
  return values;
}
__device__ __forceinline__ void store_some(float* at, int count, bool wide, const Float4& values) {
  if (wide && count == 4) {
    store_vector(reinterpret_cast<Float4*>(at), values);
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (i < count) at[i] = values.v[i];
  }
}

}  // namespace gatun::cuda

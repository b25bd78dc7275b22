// SPDX-License-Identifier: Apache-2.0
// Sums into rows that a list names, some of them more than once: the first place that names a row
// owns it, and adds what all places have for it in ascending order. No sorting, no atomics, and the
// sums of one place after another.
#pragma once

#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {

inline constexpr int kOwnerWarps = 4;  // of a block

// A warp's share: a place of the list and a slice of the columns.
struct OwnerShare {
  int place;
  int unit;  // of the lane
  bool first_slice;
};

template <int kWidth>
__device__ __forceinline__ OwnerShare owner_share(int columns) {
  const int units = columns / kWidth, slices = (units + kWarpSize - 1) / kWarpSize;
  const int64_t warp = int64_t{blockIdx.x} * kOwnerWarps + threadIdx.x / kWarpSize;
  const int slice = static_cast<int>(warp % slices);
  return {static_cast<int>(warp / slices),
          slice * kWarpSize + static_cast<int>(threadIdx.x) % kWarpSize, slice == 0};
}
inline int64_t owner_blocks(int64_t places, int64_t columns, int width) {
  const int64_t slices = (columns / width + kWarpSize - 1) / kWarpSize;
  return (places * slices + kOwnerWarps - 1) / kOwnerWarps;
}

// Whether an earlier place names the same row. For whole warps.
__device__ __forceinline__ bool named_before(const int32_t* rows, int place) {
  constexpr int kReads = 4;  // under way at once
  const int row = rows[place], lane = static_cast<int>(threadIdx.x) % kWarpSize;
  for (int base = 0; base < place; base += kReads * kWarpSize) {
    int same = 0;
#pragma unroll
    for (int i = 0; i < kReads; ++i) {
      const int other = base + i * kWarpSize + lane;
      if (other < place && rows[other] == row) same = 1;
    }
    if (__any_sync(kAllLanes, same) != 0) return true;
  }
  return false;
}

// sum += load(p) for every p from `place` on that names its row, ascending. For whole warps.
template <int kWidth, typename Load>
__device__ __forceinline__ void add_same_rows(
    const int32_t* rows, int count, int place, Unit<kWidth>& sum, Load load) {
  constexpr int kReads = 4;
  const int row = rows[place], lane = static_cast<int>(threadIdx.x) % kWarpSize;
  for (int base = place / kWarpSize * kWarpSize; base < count; base += kWarpSize) {
    const int other = base + lane;
    uint32_t same = __ballot_sync(
        kAllLanes, static_cast<int>(other >= place && other < count && rows[other] == row));
    while (same != 0) {
      Unit<kWidth> values[kReads];
      int found = 0;
#pragma unroll
      for (int i = 0; i < kReads; ++i) {
        if (same == 0) continue;
        values[i] = load(base + lowest_bit(same));
        same &= same - 1;
        found = i + 1;
      }
#pragma unroll
      for (int i = 0; i < kReads; ++i) {
        if (i < found) add_unit(sum, values[i]);
      }
    }
  }
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Values to 8 bits per 32 of them, by lanes that hold one or four consecutive values each.
#pragma once

#include "kernels/cuda/linear.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {

// Columns kWidth unit to kWidth unit + kWidth - 1 of a row. The lanes of a block of 32 values come
// together, those of other blocks may be elsewhere.
template <int kWidth>
__device__ __forceinline__ void store_int8(
    const Int8Rows& out, int64_t row, int columns, int unit, const Unit<kWidth>& x) {
  constexpr int kLanes = kWarpSize / kWidth;  // of a block
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize, block = unit / kLanes;
  const uint32_t mask = kLanes == kWarpSize ? kAllLanes : 0xffu << (lane / kLanes * kLanes);
  // A NaN makes the block's scale one, and so every product of the row.
  const auto larger = [](float a, float b) { return a != a || a > b ? a : b; };
  float largest = 0;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) largest = larger(fabsf(x.v[i]), largest);
#pragma unroll
  for (int distance = kLanes / 2; distance > 0; distance /= 2)
    largest = larger(largest, __shfl_xor_sync(mask, largest, distance));
  const float scale = largest / 127.0f;
  uint32_t codes = 0;
  int sum = 0;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) {
    const float code = scale > 0 ? rintf(x.v[i] / scale) : 0.0f;
    // Where the scale is infinite or no number, the code is 0 and the product no number.
    const int q = code == code ? static_cast<int>(code) : 0;
    codes |= (static_cast<uint32_t>(q) & 255u) << (8 * i);
    sum += q;
  }
#pragma unroll
  for (int distance = kLanes / 4; distance > 0; distance /= 2)
    sum += __shfl_xor_sync(mask, sum, distance);
  const int64_t first = row * columns + int64_t{unit} * kWidth;
  if constexpr (kWidth == 4) {
    *reinterpret_cast<uint32_t*>(out.codes + first) = codes;
  } else {
    out.codes[first] = static_cast<int8_t>(codes);
  }
  if (unit % kLanes == 0) out.scales[row * (columns / kWarpSize) + block] = scale;
  if (unit % (kLanes / 2) == 0)
    out.sums[row * (columns / kUnit) + unit / (kLanes / 2)] = scale * static_cast<float>(sum);
}

}  // namespace gatun::cuda

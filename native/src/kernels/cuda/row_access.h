// SPDX-License-Identifier: Apache-2.0
// Rows of f32 in units of one or four values. A thread takes units t, t + threads, ... of its
// block's row, the same in every pass, so that a row may be overwritten in place.
#pragma once

#include <cstdint>

#include "kernels/cuda/instructions.h"

namespace gatun::cuda {

inline constexpr int64_t kMaxColumns = 1 << 30;  // so that a unit's number is an int

template <int kWidth>
struct Unit {
  float v[kWidth];
};

template <int kWidth>
__device__ __forceinline__ Unit<kWidth> load_unit(const float* row, int unit) {
  Unit<kWidth> u;
  if constexpr (kWidth == 4) {
    const Float4 f = load_vector(reinterpret_cast<const Float4*>(row) + unit);
#pragma unroll
    for (int i = 0; i < 4; ++i) u.v[i] = f.v[i];
  } else {
    u.v[0] = row[unit];
  }
  return u;
}

template <int kWidth>
__device__ __forceinline__ void store_unit(float* row, int unit, const Unit<kWidth>& u) {
  if constexpr (kWidth == 4) {
    Float4 f;
#pragma unroll
    for (int i = 0; i < 4; ++i) f.v[i] = u.v[i];
    store_vector(reinterpret_cast<Float4*>(row) + unit, f);
  } else {
    row[unit] = u.v[0];
  }
}

template <int kWidth>
__device__ __forceinline__ void add_unit(Unit<kWidth>& u, const Unit<kWidth>& v) {
#pragma unroll
  for (int i = 0; i < kWidth; ++i) u.v[i] += v.v[i];
}

// Whether rows of this tensor can be read four values at a time; a missing tensor can.
__host__ __device__ inline bool four_wide(const void* data, int64_t stride) {
  return data == nullptr || (reinterpret_cast<uintptr_t>(data) % 16 == 0 && stride % 4 == 0);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Products of tiles of 16-bit rows in shared memory, for attention on tensor cores. Rows are
// kStride elements apart, 8 more than they hold, so that ldmatrix meets no bank twice.
//
// A warp has 16 rows of a product's result: lane l holds of each 8 columns rows l / 4 and l / 4 +
// 8, columns 2 (l mod 4) and one more (simt/instructions.h).
#pragma once

#include "kernels/cuda/instructions.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {

enum class Element { kBf16, kF16 };

template <Element kElement>
__device__ __forceinline__ uint32_t pack(float low, float high) {
  return kElement == Element::kBf16 ? pack_bf16(low, high) : pack_f16(low, high);
}

template <Element kElement>
__device__ __forceinline__ void multiply(float (&d)[4],
                                         const uint32_t (&a)[4],
                                         const uint32_t (&b)[2]) {
  if constexpr (kElement == Element::kBf16) {
    mma_m16n8k16_bf16(d, a, b);
  } else {
    mma_m16n8k16_f16(d, a, b);
  }
}

// Columns 16 k to 16 k + 15 of the warp's 16 rows.
template <int kStride>
__device__ __forceinline__ void load_rows(uint32_t (&a)[4], const uint16_t* rows, int k, int lane) {
  ldmatrix_x4(a, rows + lane % 16 * kStride + 16 * k + lane / 16 * 8);
}

// sum += a b[:, 16 k ...]^T
template <Element kElement, int kStride, int kTiles>
__device__ __forceinline__ void multiply_rows(
    float (&sum)[kTiles][4], const uint32_t (&a)[4], const uint16_t* b, int k, int lane) {
#pragma unroll
  for (int n = 0; n < kTiles / 2; ++n) {
    uint32_t r[4];
    ldmatrix_x4(r, b + (16 * n + lane / 16 * 8 + lane % 8) * kStride + 16 * k + lane / 8 % 2 * 8);
    multiply<kElement>(sum[2 * n], a, {r[0], r[1]});
    multiply<kElement>(sum[2 * n + 1], a, {r[2], r[3]});
  }
}

// sum += p b, where p is the result of an earlier product.
template <Element kElement, int kStride, int kTiles, int kColumns>
__device__ __forceinline__ void multiply_columns(float (&sum)[kColumns][4],
                                                 const float (&p)[kTiles][4],
                                                 const uint16_t* b,
                                                 int lane) {
#pragma unroll
  for (int k = 0; k < kTiles / 2; ++k) {
    const uint32_t a[4] = {pack<kElement>(p[2 * k][0], p[2 * k][1]),
                           pack<kElement>(p[2 * k][2], p[2 * k][3]),
                           pack<kElement>(p[2 * k + 1][0], p[2 * k + 1][1]),
                           pack<kElement>(p[2 * k + 1][2], p[2 * k + 1][3])};
#pragma unroll
    for (int n = 0; n < kColumns / 2; ++n) {
      uint32_t r[4];
      ldmatrix_x4_transposed(r, b + (16 * k + lane % 16) * kStride + 16 * n + lane / 16 * 8);
      multiply<kElement>(sum[2 * n], a, {r[0], r[1]});
      multiply<kElement>(sum[2 * n + 1], a, {r[2], r[3]});
    }
  }
}

// Four values from `from` on of a row of `size` values, zeros behind its end. Four, so that lanes
// next to each other read next to each other.
template <Element kElement>
__device__ __forceinline__ Int2 four_values(const float* row, int from, int size) {
  float f[4];
  if (from + 4 <= size && reinterpret_cast<uintptr_t>(row + from) % 16 == 0) {
    const Unit<4> u = load_unit<4>(row + from, 0);
#pragma unroll
    for (int i = 0; i < 4; ++i) f[i] = u.v[i];
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i) f[i] = from + i < size ? row[from + i] : 0.0f;
  }
  return {{pack<kElement>(f[0], f[1]), pack<kElement>(f[2], f[3])}};
}

// Rounds `there` rows of f32 into a tile of `rows`; the others, and what a row has behind `size`,
// are zero.
template <Element kElement, int kHeadSize, int kThreads>
__device__ __forceinline__ void stage_rows(uint16_t* tile,
                                           int rows,
                                           const float* source,
                                           int64_t stride,
                                           int there,
                                           int size,
                                           int thread) {
  constexpr int kQuads = kHeadSize / 4, kStride = kHeadSize + 8;
  for (int c = thread; c < rows * kQuads; c += kThreads) {
    const int row = c / kQuads, column = c % kQuads * 4;
    Int2 values{};
    if (row < there) values = four_values<kElement>(source + row * stride, column, size);
    store_vector(reinterpret_cast<Int2*>(tile + row * kStride + column), values);
  }
}

// Columns d and d + 1 of a row of `size` values; `pairs`: the row is aligned for both at once.
__device__ __forceinline__ void store_pair(
    float* row, int d, int size, bool pairs, float low, float high) {
  if (pairs && d + 1 < size) {
    store_vector(reinterpret_cast<Float2*>(row + d), Float2{{low, high}});
  } else {
    if (d < size) row[d] = low;
    if (d + 1 < size) row[d + 1] = high;
  }
}

}  // namespace gatun::cuda

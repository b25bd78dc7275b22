// SPDX-License-Identifier: Apache-2.0
// Tiles of C[m, n] = sum_r A[m, r] B[n, r] in f32: each sum is one chain of fmaf over r in
// ascending order, the same for every size of tile. A block of 256 threads takes kRows by 128 of C,
// a thread kRows / 16 by 8 of them; 16 values of r are in shared memory while the next 16 are
// copied there.
#pragma once

#include <cstdint>

#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {

// Which index is contiguous, in memory and in shared memory.
enum class Order { kReduction, kOutput };

struct F32Operand {
  const float* data;
  int64_t stride;       // between rows: of m or n (kReduction), of r (kOutput)
  int32_t extent;       // of m or n
  const int32_t* rows;  // optional, kReduction: where row m lies in [0, row_limit), else zeros
  int32_t row_limit;
  bool panels;  // panel order: the index of 16 neighbours is the contiguous one
  bool wide;    // 16-byte aligned
};

inline constexpr int kF32Threads = 256;
inline constexpr int kF32Steps = 16;  // of r in a stage
inline constexpr int kF32Stages = 2;
inline constexpr int kF32Columns = 128;  // of a tile

// A thread's share of an operand's copies into a stage.
template <Order kOrder, int kTile>
class F32Loader {
  static constexpr int kChunks = kTile * kF32Steps / 4 / kF32Threads;
  static constexpr int kParts = kOrder == Order::kReduction ? kF32Steps / 4 : kTile / 4;

 public:
  static constexpr int kFloats = kTile * kF32Steps;  // of a stage

  // Rows `first` to first + kTile of `a`; paired, the second half are the first of b.
  __device__ __forceinline__ F32Loader(
      const F32Operand& a, const F32Operand& b, bool paired, int first, int reduction, int thread)
      : any_(a.data), reduction_(reduction), panels_(a.panels), wide_(a.wide), thread_(thread) {
    const bool by_reduction = kOrder == Order::kReduction;
    advance_ = by_reduction ? (a.panels ? int64_t{a.extent} * 16 : kF32Steps)
                            : (a.panels ? 16 : a.stride) * kF32Steps;
#pragma unroll
    for (int q = 0; q < kChunks; ++q) {
      const int c = thread + q * kF32Threads;
      int i = by_reduction ? c / kParts : c % kParts * 4;
      const int r = by_reduction ? c % kParts * 4 : c / kParts;
      const bool second = paired && i >= kTile / 2;
      const float* data = second ? b.data : a.data;
      const int64_t stride = second ? b.stride : a.stride;
      i += first - (second ? kTile / 2 : 0);
      int there = a.extent - i;
      int64_t row = i;
      if (a.rows != nullptr && there > 0) {
        row = a.rows[i];
        if (row < 0 || row >= a.row_limit) there = 0;
      }
      if (by_reduction) {
        base_[q] = data + (a.panels ? row * 16 + r : row * stride + r);
      } else {
        base_[q] =
            data + (a.panels ? (int64_t{i / 16} * reduction + r) * 16 + i % 16 : r * stride + i);
      }
      there_[q] = max(0, min(4, there));
    }
  }

  // Zeros stand behind the last row and the last r.
  __device__ __forceinline__ void fill(float* stage, int step) const {
#pragma unroll
    for (int q = 0; q < kChunks; ++q) {
      const int c = thread_ + q * kF32Threads;
      int count = there_[q];
      float* target;
      if constexpr (kOrder == Order::kReduction) {
        const int i = c / kParts, part = c % kParts;
        const int left = reduction_ - step * kF32Steps - part * 4;
        if (count > 0) count = panels_ ? 4 : max(0, min(4, left));
        target = stage + i * kF32Steps + swizzled(i, part) * 4;
      } else {
        if (step * kF32Steps + c / kParts >= reduction_) count = 0;
        target = stage + c * 4;
      }
      const float* source = count > 0 ? base_[q] + step * advance_ : any_;
      if (wide_) {
        cp_async_16(target, source, 4 * count);
      } else {
#pragma unroll
        for (int j = 0; j < 4; ++j)
          cp_async_4(target + j, j < count ? source + j : any_, j < count ? 4 : 0);
      }
    }
  }

  // The place of a part of row i: eight rows that follow each other have theirs in different banks.
  static __device__ __forceinline__ int swizzled(int i, int part) { return part ^ (i / 2 % 4); }

 private:
  const float* const any_;
  const float* base_[kChunks];
  int there_[kChunks];  // of four neighbours
  int64_t advance_;     // from a stage to the next
  const int reduction_;
  const bool panels_, wide_;
  const int thread_;
};

// The tile of block (x, y) = (m, n). Paired: its columns are 64 of b and the same 64 of b2, which
// differ in data and stride alone.
template <int kRows, Order kOrderA, Order kOrderB, typename Finish>
__device__ __forceinline__ void f32_tile(const F32Operand& a,
                                         const F32Operand& b,
                                         const F32Operand& b2,
                                         bool paired,
                                         int reduction,
                                         unsigned char* shared,
                                         const Finish& finish) {
  static_assert(kOrderA == Order::kReduction || kOrderB == Order::kOutput);
  constexpr int kColumns = kF32Columns, kM = kRows / 16, kN = kColumns / 16;
  using A = F32Loader<kOrderA, kRows>;
  using B = F32Loader<kOrderB, kColumns>;
  constexpr int kStage = A::kFloats + B::kFloats;
  auto* const stages = reinterpret_cast<float*>(shared);
  const int thread = static_cast<int>(threadIdx.x);
  const int warp = thread / kWarpSize, lane = thread % kWarpSize;
  const int x = warp % 2 * 8 + lane % 8, y = warp / 2 * 4 + lane / 8;
  const int first_row = static_cast<int>(blockIdx.x) * kRows;
  const int first_column = static_cast<int>(blockIdx.y) * (paired ? kColumns / 2 : kColumns);
  const A from_a(a, a, false, first_row, reduction, thread);
  const B from_b(b, b2, paired, first_column, reduction, thread);
  const int steps = (reduction + kF32Steps - 1) / kF32Steps;
  const auto fill = [&](int step) {
    float* stage = stages + step % kF32Stages * kStage;
    from_a.fill(stage, step);
    from_b.fill(stage + A::kFloats, step);
  };

  float acc[kM][kN] = {};
  if (steps > 0) fill(0);
  cp_async_commit();
#pragma unroll 1
  for (int step = 0; step < steps; ++step) {
    cp_async_wait<0>();
    __syncthreads();  // the stage is here, and nobody reads the one before it any more
    if (step + 1 < steps) fill(step + 1);
    cp_async_commit();
    const float* at = stages + step % kF32Stages * kStage;
    const float* bt = at + A::kFloats;
#pragma unroll 1
    for (int part = 0; part < kF32Steps / 4; ++part) {
      Float4 av[kM];  // by row (kReduction)
      if constexpr (kOrderA == Order::kReduction) {
#pragma unroll
        for (int i = 0; i < kM; ++i)
          av[i] = load_vector(reinterpret_cast<const Float4*>(at + (y + 16 * i) * kF32Steps +
                                                              A::swizzled(y, part) * 4));
      }
      if constexpr (kOrderB == Order::kReduction) {
#pragma unroll
        for (int j = 0; j < kN; ++j) {
          const Float4 bv = load_vector(reinterpret_cast<const Float4*>(
              bt + (x + 16 * j) * kF32Steps + B::swizzled(x, part) * 4));
#pragma unroll
          for (int i = 0; i < kM; ++i) {
#pragma unroll
            for (int k = 0; k < 4; ++k) acc[i][j] = fmaf(av[i].v[k], bv.v[k], acc[i][j]);
          }
        }
      } else {
#pragma unroll
        for (int k = 0; k < 4; ++k) {
          const int r = 4 * part + k;
          float ak[kM];
#pragma unroll
          for (int h = 0; h < kM / 4; ++h) {
            if constexpr (kOrderA == Order::kOutput) {
              const Float4 four =
                  load_vector(reinterpret_cast<const Float4*>(at + r * kRows + 64 * h + 4 * y));
#pragma unroll
              for (int i = 0; i < 4; ++i) ak[4 * h + i] = four.v[i];
            } else {
#pragma unroll
              for (int i = 0; i < 4; ++i) ak[4 * h + i] = av[4 * h + i].v[k];
            }
          }
#pragma unroll
          for (int h = 0; h < kN / 4; ++h) {
            const Float4 bv =
                load_vector(reinterpret_cast<const Float4*>(bt + r * kColumns + 64 * h + 4 * x));
#pragma unroll
            for (int i = 0; i < kM; ++i) {
#pragma unroll
              for (int j = 0; j < 4; ++j)
                acc[i][4 * h + j] = fmaf(ak[i], bv.v[j], acc[i][4 * h + j]);
            }
          }
        }
      }
    }
  }
  cp_async_wait<0>();

  // 64 rows of the tile at a time go through shared memory: threads' sums 0 to 3, then 4 to 7.
  const int column_end = b.extent;
#pragma unroll 1
  for (int half = 0; half < kM / 4; ++half) {
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int row = kOrderA == Order::kReduction ? y + 16 * i : 4 * y + i;
      float values[kN];
#pragma unroll
      for (int j = 0; j < kN; ++j)
        values[j] = kM == 4 || half == 0 ? acc[i][j] : acc[(kM == 4 ? 0 : 4) + i][j];
      if constexpr (kOrderB == Order::kReduction) {
#pragma unroll
        for (int j = 0; j < kN; ++j) stages[staged_at<kColumns>(row, x + 16 * j)] = values[j];
      } else {
#pragma unroll
        for (int h = 0; h < kN / 4; ++h)
          store_vector(
              reinterpret_cast<Float4*>(stages + staged_at<kColumns>(row, 64 * h + 4 * x)),
              Float4{{values[4 * h], values[4 * h + 1], values[4 * h + 2], values[4 * h + 3]}});
      }
    }
    __syncthreads();
    const TileSpan span{first_row + 64 * half, a.extent, first_column, column_end};
    finish_tile<64, kColumns, kF32Threads>(stages, static_cast<int>(threadIdx.x), span, paired,
                                           finish);
  }
}

template <int kRows>
inline constexpr std::size_t kF32SharedBytes =
    std::size_t{4} * (kRows + kF32Columns) * kF32Steps * kF32Stages > 64 * kF32Columns * 4
        ? std::size_t{4} * (kRows + kF32Columns) * kF32Steps* kF32Stages
        : 64 * kF32Columns * 4;

// Whether tiles have 64 rows: `tile` says so, or there are few rows, or too few tiles for a device.
inline bool small_tiles(int32_t tile, int64_t rows, int64_t columns) {
  if (tile != 0) return tile == 64;
  return rows <= 64 || (rows + 127) / 128 * ((columns + 127) / 128) < 128;
}

}  // namespace gatun::cuda

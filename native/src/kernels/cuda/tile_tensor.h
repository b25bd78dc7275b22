// SPDX-License-Identifier: Apache-2.0
// Tiles of C[m, n] = sum_r A[m, r] B[n, r] on the tensor cores of sm_80: bf16 and f16 with sums in
// f32, 32 bytes of r at a time in ascending order, int8 with exact sums. The order does not depend
// on the tile's size. Four stages of 64 bytes of r are copied asynchronously; fragments come by
// ldmatrix from swizzled rows, transposed where r is not the contiguous index.
#pragma once

#include <cstdint>

#include "kernels/cuda/tile_f32.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {

enum class Tensor { kBf16, kF16, kInt8 };

struct TensorOperand {
  const void* data;      // 16-byte aligned
  int64_t stride_bytes;  // between rows: of m or n (kReduction), of r (kOutput); a multiple of 16,
                         // with zeros behind the last value of a row
  int32_t extent;        // of m or n
};

// A block of kWarpsM by kWarpsN warps, each with 16 kTilesM by 32 of C.
template <int kWarpsM_, int kWarpsN_, int kTilesM_>
struct TensorShape {
  static constexpr int kWarpsM = kWarpsM_, kWarpsN = kWarpsN_, kTilesM = kTilesM_;
  static constexpr int kWarpRows = 16 * kTilesM, kWarpColumns = 32;
  static constexpr int kRows = kWarpsM * kWarpRows, kColumns = kWarpsN * kWarpColumns;
  static constexpr int kThreads = kWarpsM * kWarpsN * kWarpSize;
};
using LargeTensorTile = TensorShape<2, 4, 4>;  // 128 by 128
using SmallTensorTile = TensorShape<2, 2, 2>;  // 64 by 64

inline constexpr int kTensorStages = 4;
inline constexpr int kTensorBytes = 64;  // of r in a stage

template <typename Shape>
inline constexpr std::size_t kTensorSharedBytes =
    std::size_t{Shape::kRows + Shape::kColumns} * kTensorBytes * kTensorStages;
static_assert(kTensorSharedBytes<LargeTensorTile> >= 128 * 128 * 4);
static_assert(kTensorSharedBytes<SmallTensorTile> >= 64 * 64 * 4);

// Where a chunk of 16 bytes lies in an operand's stage: eight chunks that ldmatrix reads together,
// or eight threads write, are in different banks.
template <Order kOrder, int kTile>
__device__ __forceinline__ int chunk_at(int row, int chunk) {
  if constexpr (kOrder == Order::kReduction) {
    return row * kTensorBytes + (chunk ^ (row / 2 % 4)) * 16;
  } else {
    return row * kTile * 2 + (chunk ^ (row % 8)) * 16;
  }
}

// A thread's share of an operand's copies into a stage.
template <Order kOrder, int kTile, int kThreads>
class TensorLoader {
  static constexpr int kChunks = kTile * kTensorBytes / 16 / kThreads;
  static constexpr int kParts = kOrder == Order::kReduction ? kTensorBytes / 16 : kTile / 8;

 public:
  static constexpr int kStageBytes = kTile * kTensorBytes;

  // Rows `first` to first + kTile of `a`; paired, the second half are the first of b.
  // `reduction` is bytes of a row (kReduction) or a number of rows.
  __device__ __forceinline__ TensorLoader(const TensorOperand& a,
                                          const TensorOperand& b,
                                          bool paired,
                                          int first,
                                          int64_t reduction,
                                          int thread)
      : any_(static_cast<const unsigned char*>(a.data)), reduction_(reduction), thread_(thread) {
    constexpr bool kByReduction = kOrder == Order::kReduction;
    advance_ = kByReduction ? kTensorBytes : a.stride_bytes * (kTensorBytes / 2);
#pragma unroll
    for (int q = 0; q < kChunks; ++q) {
      const int c = thread + q * kThreads;
      int i = kByReduction ? c / kParts : c % kParts * 8;
      const bool second = paired && i >= kTile / 2;
      const auto* data = static_cast<const unsigned char*>(second ? b.data : a.data);
      const int64_t stride = second ? b.stride_bytes : a.stride_bytes;
      i += first - (second ? kTile / 2 : 0);
      base_[q] = kByReduction ? data + i * stride + c % kParts * 16
                              : data + c / kParts * stride + int64_t{i} * 2;
      there_[q] = i < a.extent;
    }
  }

  __device__ __forceinline__ void fill(unsigned char* stage, int step) const {
#pragma unroll
    for (int q = 0; q < kChunks; ++q) {
      const int c = thread_ + q * kThreads, row = c / kParts, part = c % kParts;
      const bool there = there_[q] && (kOrder == Order::kReduction
                                           ? int64_t{step} * kTensorBytes + part * 16 < reduction_
                                           : step * (kTensorBytes / 2) + row < reduction_);
      cp_async_16(stage + chunk_at<kOrder, kTile>(row, part),
                  there ? base_[q] + step * advance_ : any_, there ? 16 : 0);
    }
  }

 private:
  const unsigned char* const any_;
  const unsigned char* base_[kChunks];
  bool there_[kChunks];
  int64_t advance_;  // from a stage to the next
  const int64_t reduction_;
  const int thread_;
};

template <Tensor kTensor>
struct TensorSum {
  using Type = float;
};
template <>
struct TensorSum<Tensor::kInt8> {
  using Type = int32_t;
};

template <Tensor kTensor>
__device__ __forceinline__ void tensor_multiply(typename TensorSum<kTensor>::Type (&d)[4],
                                                const uint32_t (&a)[4],
                                                const uint32_t (&b)[2]) {
  if constexpr (kTensor == Tensor::kBf16) {
    mma_m16n8k16_bf16(d, a, b);
  } else if constexpr (kTensor == Tensor::kF16) {
    mma_m16n8k16_f16(d, a, b);
  } else {
    mma_m16n8k32_s8(d, a, b);
  }
}

// The four registers of A's 16 by 32 bytes, or of B's two tiles of 8: matrices of 8 rows that
// follow each other in the order that the fragment has.
template <Order kOrder, int kTile, bool kIsA>
__device__ __forceinline__ void load_fragments(
    uint32_t (&registers)[4], const unsigned char* stage, int first, int half, int lane) {
  const int matrix = lane / 8, row = lane % 8;
  // Of the four matrices: A has its rows first, B its r.
  const int i = kIsA ? matrix % 2 : matrix / 2, r = kIsA ? matrix / 2 : matrix % 2;
  if constexpr (kOrder == Order::kReduction) {
    ldmatrix_x4(registers, stage + chunk_at<kOrder, kTile>(first + 8 * i + row, 2 * half + r));
  } else {
    ldmatrix_x4_transposed(registers,
                           stage + chunk_at<kOrder, kTile>(16 * half + 8 * r + row, first / 8 + i));
  }
}

// The tile of block (x, y) = (m, n). Paired: its columns are some of b and the same of b2, which
// has b's extent. The reductions are bytes of a row, or with kOutput a number of rows.
template <Tensor kTensor, typename Shape, Order kOrderA, Order kOrderB, typename Finish>
__device__ __forceinline__ void tensor_tile(const TensorOperand& a,
                                            const TensorOperand& b,
                                            const TensorOperand& b2,
                                            bool paired,
                                            int64_t reduction_a,
                                            int64_t reduction_b,
                                            unsigned char* shared,
                                            const Finish& finish) {
  constexpr int kRows = Shape::kRows, kColumns = Shape::kColumns, kThreads = Shape::kThreads;
  using A = TensorLoader<kOrderA, kRows, kThreads>;
  using B = TensorLoader<kOrderB, kColumns, kThreads>;
  constexpr int kStage = A::kStageBytes + B::kStageBytes, kPairs = Shape::kWarpColumns / 16;
  const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarpSize;
  const int warp = thread / kWarpSize;
  const int warp_row = warp % Shape::kWarpsM * Shape::kWarpRows;
  const int warp_column = warp / Shape::kWarpsM * Shape::kWarpColumns;
  const int first_row = static_cast<int>(blockIdx.x) * kRows;
  const int first_column = static_cast<int>(blockIdx.y) * (paired ? kColumns / 2 : kColumns);
  const A from_a(a, a, false, first_row, reduction_a, thread);
  const B from_b(b, b2, paired, first_column, reduction_b, thread);
  const int64_t stage_reduction = kOrderB == Order::kReduction ? kTensorBytes : kTensorBytes / 2;
  const int steps = static_cast<int>((reduction_b + stage_reduction - 1) / stage_reduction);
  const auto fill = [&](int step) {
    unsigned char* stage = shared + step % kTensorStages * kStage;
    from_a.fill(stage, step);
    from_b.fill(stage + A::kStageBytes, step);
  };

  typename TensorSum<kTensor>::Type acc[Shape::kTilesM][2 * kPairs][4] = {};
#pragma unroll
  for (int s = 0; s < kTensorStages - 1; ++s) {
    if (s < steps) fill(s);
    cp_async_commit();
  }
#pragma unroll 1
  for (int step = 0; step < steps; ++step) {
    cp_async_wait<kTensorStages - 2>();
    __syncthreads();  // the stage is here, and nobody reads the one before it any more
    if (step + kTensorStages - 1 < steps) fill(step + kTensorStages - 1);
    cp_async_commit();
    const unsigned char* at = shared + step % kTensorStages * kStage;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      uint32_t av[Shape::kTilesM][4], bv[kPairs][4];
#pragma unroll
      for (int m = 0; m < Shape::kTilesM; ++m)
        load_fragments<kOrderA, kRows, true>(av[m], at, warp_row + 16 * m, half, lane);
#pragma unroll
      for (int p = 0; p < kPairs; ++p)
        load_fragments<kOrderB, kColumns, false>(bv[p], at + A::kStageBytes, warp_column + 16 * p,
                                                 half, lane);
#pragma unroll
      for (int m = 0; m < Shape::kTilesM; ++m) {
#pragma unroll
        for (int n = 0; n < 2 * kPairs; ++n)
          tensor_multiply<kTensor>(acc[m][n], av[m],
                                   {bv[n / 2][n % 2 * 2], bv[n / 2][n % 2 * 2 + 1]});
      }
    }
  }
  cp_async_wait<0>();
  __syncthreads();

  auto* staged = reinterpret_cast<float*>(shared);
#pragma unroll
  for (int m = 0; m < Shape::kTilesM; ++m) {
#pragma unroll
    for (int n = 0; n < 2 * kPairs; ++n) {
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const int row = warp_row + 16 * m + 8 * h + lane / 4;
        const int column = warp_column + 8 * n + lane % 4 * 2;
        store_vector(reinterpret_cast<Float2*>(staged + staged_at<kColumns>(row, column)),
                     Float2{{static_cast<float>(acc[m][n][2 * h]),
                             static_cast<float>(acc[m][n][2 * h + 1])}});
      }
    }
  }
  __syncthreads();
  finish_tile<kRows, kColumns, kThreads>(staged, static_cast<int>(threadIdx.x),
                                         {first_row, a.extent, first_column, b.extent}, paired,
                                         finish);
}

}  // namespace gatun::cuda

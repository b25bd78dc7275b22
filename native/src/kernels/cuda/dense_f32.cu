// SPDX-License-Identifier: Apache-2.0
// Products in f32 for any number of tokens: the tiles of tile_f32.h.
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/tile_f32.h"

namespace gatun::cuda {
namespace {

F32Operand weight_operand(const DenseWeight& w) {
  const auto* data = static_cast<const float*>(w.data);
  return {data,
          w.stride,
          w.rows,
          nullptr,
          0,
          w.panels != 0,
          w.panels != 0 || four_wide(data, w.stride)};
}

struct Operands {
  F32Operand x, weight, up;
};

__device__ __forceinline__ void report_rows(const DenseLinearArgs& args, int first, int count) {
  const int token = first + static_cast<int>(threadIdx.x);
  if (blockIdx.y != 0 || args.rows == nullptr || static_cast<int>(threadIdx.x) >= count ||
      token >= args.tokens)
    return;
  const int row = args.rows[token];
  if (row < -1 || row >= args.x_rows)
    report_fault(args.fault, FaultSource::kLinearRows, token, row, args.x_rows);
}

template <int kRows, Order kWeightOrder>
__global__ void __launch_bounds__(kF32Threads)
    dense_f32_kernel(DenseLinearArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  report_rows(args, static_cast<int>(blockIdx.x) * kRows, kRows);
  f32_tile<kRows, Order::kReduction, kWeightOrder>(operands.x, operands.weight, operands.up,
                                                   args.gated != 0, args.weight.columns, shared,
                                                   OutputFinish(args));
}

}  // namespace

Status dense_f32(const DenseLinearArgs& args, Stream stream) {
  if (args.weight.dtype != GATUN_DTYPE_F32) return kInvalidConfiguration;
  const Operands operands{{args.x, args.x_stride, args.tokens, args.rows, args.x_rows, false,
                           four_wide(args.x, args.x_stride)},
                          weight_operand(args.weight),
                          weight_operand(args.up)};
  const int64_t columns = int64_t{args.weight.rows} * (args.gated != 0 ? 2 : 1);
  const bool small = small_tiles(args.tile, args.tokens, columns), panels = args.weight.panels != 0;
  const int rows = small ? 64 : 128;
  const auto kernel =
      panels
          ? (small ? dense_f32_kernel<64, Order::kOutput> : dense_f32_kernel<128, Order::kOutput>)
          : (small ? dense_f32_kernel<64, Order::kReduction>
                   : dense_f32_kernel<128, Order::kReduction>);
  return launch(
      "dense_f32", kernel,
      {(int64_t{args.tokens} + rows - 1) / rows, (columns + kF32Columns - 1) / kF32Columns},
      kF32Threads, small ? kF32SharedBytes<64> : kF32SharedBytes<128>, stream, args, operands);
}

}  // namespace gatun::cuda

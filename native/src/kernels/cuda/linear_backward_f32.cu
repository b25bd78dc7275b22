// SPDX-License-Identifier: Apache-2.0
// Gradients of products in f32: the tiles of tile_f32.h.
#include "kernels/cuda/linear_backward_finish.h"
#include "kernels/cuda/tile_f32.h"

namespace gatun::cuda {
namespace {

struct Operands {
  F32Operand a, b;
  int32_t reduction;
};

template <int kRows, Order kWeightOrder>
__global__ void __launch_bounds__(kF32Threads)
    dx_f32_kernel(DenseBackwardArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  f32_tile<kRows, Order::kReduction, kWeightOrder>(operands.a, operands.b, operands.b, false,
                                                   operands.reduction, shared, DxFinish(args));
}

// Small tiles would else get the registers of three blocks, and spill.
template <int kRows>
__global__ void __launch_bounds__(kF32Threads, kRows == 64 ? 2 : 1)
    dweight_f32_kernel(DenseBackwardArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  f32_tile<kRows, Order::kOutput, Order::kOutput>(operands.a, operands.b, operands.b, false,
                                                  operands.reduction, shared, DweightFinish(args));
}

F32Operand operand(const float* data, int64_t stride, int32_t extent) {
  return {data, stride, extent, nullptr, 0, false, four_wide(data, stride)};
}

template <typename Kernel>
Status start(const char* name,
             Kernel small,
             Kernel large,
             const DenseBackwardArgs& args,
             const Operands& operands,
             Stream stream) {
  const int64_t rows = operands.a.extent, columns = operands.b.extent;
  const bool use_small = small_tiles(args.tile, rows, columns);
  const int tile = use_small ? 64 : 128;
  return launch(name, use_small ? small : large,
                {(rows + tile - 1) / tile, (columns + kF32Columns - 1) / kF32Columns}, kF32Threads,
                use_small ? kF32SharedBytes<64> : kF32SharedBytes<128>, stream, args, operands);
}

Status backward_x(const DenseBackwardArgs& args, Stream stream) {
  const DenseWeight& w = args.weight;
  if (w.dtype != GATUN_DTYPE_F32) return kInvalidConfiguration;
  Operands operands{operand(args.dy, args.dy_stride, args.tokens),
                    operand(static_cast<const float*>(w.data), w.stride, args.columns),
                    args.outputs};
  if (w.panels == 0)
    return start("dx_f32", dx_f32_kernel<64, Order::kOutput>, dx_f32_kernel<128, Order::kOutput>,
                 args, operands, stream);
  operands.b.panels = operands.b.wide = true;
  return start("dx_f32", dx_f32_kernel<64, Order::kReduction>,
               dx_f32_kernel<128, Order::kReduction>, args, operands, stream);
}

}  // namespace

Status linear_backward_f32(const DenseBackwardArgs& args, Stream stream) {
  if (args.dx != nullptr) {
    if (const Status status = backward_x(args, stream); status != 0) return status;
  }
  if (args.dweight != nullptr && args.tokens > 0) {
    const Operands operands{operand(args.x, args.x_stride, args.columns),
                            operand(args.dy, args.dy_stride, args.outputs), args.tokens};
    const Status status = start("dweight_f32", dweight_f32_kernel<64>, dweight_f32_kernel<128>,
                                args, operands, stream);
    if (status != 0) return status;
  }
  return args.dbias != nullptr ? linear_backward_bias(args, stream) : 0;
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Gradients of products of bf16 rows: the tiles of tile_tensor.h.
#include "kernels/cuda/linear_backward_finish.h"
#include "kernels/cuda/tile_tensor.h"

namespace gatun::cuda {
namespace {

struct Operands {
  TensorOperand a, b;
  int64_t reduction_a, reduction_b;
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::kThreads)
    dx_half_kernel(DenseBackwardArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  tensor_tile<Tensor::kBf16, Shape, Order::kReduction, Order::kOutput>(
      operands.a, operands.b, operands.b, false, operands.reduction_a, operands.reduction_b, shared,
      DxFinish(args));
}

template <typename Shape>
__global__ void __launch_bounds__(Shape::kThreads)
    dweight_half_kernel(DenseBackwardArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  tensor_tile<Tensor::kBf16, Shape, Order::kOutput, Order::kOutput>(
      operands.a, operands.b, operands.b, false, operands.reduction_a, operands.reduction_b, shared,
      DweightFinish(args));
}

template <typename Kernel>
Status start(const char* name,
             Kernel small,
             Kernel large,
             const DenseBackwardArgs& args,
             const Operands& operands,
             Stream stream) {
  const int64_t rows = operands.a.extent, columns = operands.b.extent;
  const auto shaped = [&]<typename Shape>(Shape, Kernel kernel) {
    return launch(name, kernel,
                  {(rows + Shape::kRows - 1) / Shape::kRows,
                   (columns + Shape::kColumns - 1) / Shape::kColumns},
                  Shape::kThreads, kTensorSharedBytes<Shape>, stream, args, operands);
  };
  return small_tiles(args.tile, rows, columns) ? shaped(SmallTensorTile{}, small)
                                               : shaped(LargeTensorTile{}, large);
}

}  // namespace

Status linear_backward_half(const DenseBackwardArgs& args, Stream stream) {
  const TensorOperand dy{args.dy16, args.dy16_stride * 2, args.tokens};
  if (args.dx != nullptr) {
    if (args.weight.dtype != GATUN_DTYPE_BF16) return kInvalidConfiguration;
    const Operands operands{dy,
                            {args.weight.data, args.weight.stride * 2, args.columns},
                            (int64_t{args.outputs} + 7) / 8 * 16,
                            args.outputs};
    const Status status = start("dx_half", dx_half_kernel<SmallTensorTile>,
                                dx_half_kernel<LargeTensorTile>, args, operands, stream);
    if (status != 0) return status;
  }
  if (args.dweight != nullptr && args.tokens > 0) {
    const Operands operands{{args.x16, args.x16_stride * 2, args.columns},
                            {dy.data, dy.stride_bytes, args.outputs},
                            args.tokens,
                            args.tokens};
    const Status status = start("dweight_half", dweight_half_kernel<SmallTensorTile>,
                                dweight_half_kernel<LargeTensorTile>, args, operands, stream);
    if (status != 0) return status;
  }
  return args.dbias != nullptr ? linear_backward_bias(args, stream) : 0;
}

}  // namespace gatun::cuda

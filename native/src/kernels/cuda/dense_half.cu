// SPDX-License-Identifier: Apache-2.0
// Products of 16-bit rows for any number of tokens: the tiles of tile_tensor.h.
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/sm90.h"
#include "kernels/cuda/tile_tensor.h"

namespace gatun::cuda {
namespace {

struct Operands {
  TensorOperand x, weight, up;
  int64_t row_bytes;  // of r
};

template <Tensor kTensor, typename Shape>
__global__ void __launch_bounds__(Shape::kThreads)
    dense_half_kernel(DenseLinearArgs args, Operands operands) {
  GATUN_DYNAMIC_SHARED(shared);
  tensor_tile<kTensor, Shape, Order::kReduction, Order::kReduction>(
      operands.x, operands.weight, operands.up, args.gated != 0, operands.row_bytes,
      operands.row_bytes, shared, OutputFinish(args));
}

template <Tensor kTensor, typename Shape>
Status start(const DenseLinearArgs& args, const Operands& operands, Stream stream) {
  const int64_t columns = int64_t{args.weight.rows} * (args.gated != 0 ? 2 : 1);
  return launch("dense_half", dense_half_kernel<kTensor, Shape>,
                {(int64_t{args.tokens} + Shape::kRows - 1) / Shape::kRows,
                 (columns + Shape::kColumns - 1) / Shape::kColumns},
                Shape::kThreads, kTensorSharedBytes<Shape>, stream, args, operands);
}

}  // namespace

Status dense_half(const DenseLinearArgs& args, Stream stream) {
  const bool half = args.weight.dtype == GATUN_DTYPE_F16;
  if ((!half && args.weight.dtype != GATUN_DTYPE_BF16) || args.rows != nullptr)
    return kInvalidConfiguration;
  const auto weight = [](const DenseWeight& w) -> TensorOperand {
    return {w.data, w.stride * 2, w.rows};
  };
  const Operands operands{{args.x16, args.x16_stride * 2, args.tokens},
                          weight(args.weight),
                          weight(args.up),
                          (int64_t{args.weight.columns} + 7) / 8 * 16};
  if (args.tile == 0 && device_is_sm90() && dense_half_sm90_takes(args))
    return dense_half_sm90(args, stream);
  if (small_tiles(args.tile, args.tokens, int64_t{args.weight.rows} * (args.gated != 0 ? 2 : 1)))
    return half ? start<Tensor::kF16, SmallTensorTile>(args, operands, stream)
                : start<Tensor::kBf16, SmallTensorTile>(args, operands, stream);
  return half ? start<Tensor::kF16, LargeTensorTile>(args, operands, stream)
              : start<Tensor::kBf16, LargeTensorTile>(args, operands, stream);
}

}  // namespace gatun::cuda

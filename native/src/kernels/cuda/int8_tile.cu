// SPDX-License-Identifier: Apache-2.0
// Products of int8 rows for any number of tokens: the tiles of tile_tensor.h.
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/linear_int8.h"
#include "kernels/cuda/tile_tensor.h"

namespace gatun::cuda {
namespace {

// Scales the sums of rows and weights.
class Int8Finish {
 public:
  __device__ explicit Int8Finish(const Int8LinearArgs& args)
      : args_(args),
        output_(args),
        wide_(four_wide(args.weight.scales, 0) && four_wide(args.up.scales, 0)) {}

  __device__ __forceinline__ void operator()(
      int64_t token, int row, int count, const Float4& sums, const Float4& up_sums) const {
    const float x = args_.x.scales[token];
    const Float4 w = load_some(args_.weight.scales + row, count, wide_);
    Float4 up{}, scaled, scaled_up;
    if (args_.gated != 0) up = load_some(args_.up.scales + row, count, wide_);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      scaled.v[i] = sums.v[i] * (x * w.v[i]);
      scaled_up.v[i] = up_sums.v[i] * (x * up.v[i]);
    }
    output_(token, row, count, scaled, scaled_up);
  }

 private:
  const Int8LinearArgs& args_;
  const OutputFinish<Int8LinearArgs> output_;
  const bool wide_;
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::kThreads) int8_tile_kernel(Int8LinearArgs args) {
  GATUN_DYNAMIC_SHARED(shared);
  const auto operand = [](const Int8Matrix& m) -> TensorOperand {
    return {m.codes, m.stride, m.rows};
  };
  const int64_t row_bytes = (args.weight.columns + 15) / 16 * 16;
  tensor_tile<Tensor::kInt8, Shape, Order::kReduction, Order::kReduction>(
      operand(args.x), operand(args.weight), operand(args.up), args.gated != 0, row_bytes,
      row_bytes, shared, Int8Finish(args));
}

template <typename Shape>
Status start(const Int8LinearArgs& args, int64_t columns, Stream stream) {
  return launch("int8_tile", int8_tile_kernel<Shape>,
                {(int64_t{args.x.rows} + Shape::kRows - 1) / Shape::kRows,
                 (columns + Shape::kColumns - 1) / Shape::kColumns},
                Shape::kThreads, kTensorSharedBytes<Shape>, stream, args);
}

}  // namespace

Status int8_tile(const Int8LinearArgs& args, Stream stream) {
  if (args.weight.columns > kMaxInt8Columns) return kInvalidConfiguration;
  const int64_t columns = int64_t{args.weight.rows} * (args.gated != 0 ? 2 : 1);
  return small_tiles(args.tile, args.x.rows, columns)
             ? start<SmallTensorTile>(args, columns, stream)
             : start<LargeTensorTile>(args, columns, stream);
}

}  // namespace gatun::cuda

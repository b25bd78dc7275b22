// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/linear_backward.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/unpack_weight.h"
#include "kernels/dequantize.h"
#include "ops/check.h"
#include "ops/cuda_gradients.h"
#include "ops/cuda_linear.h"
#include "ops/cuda_rows.h"
#include "ops/cuda_weight.h"

namespace gatun {
namespace {

constexpr const char* kName = "linear_backward";
constexpr int kTensorCores = 80;        // capability from which there are bf16 products
constexpr int64_t kWidenedRows = 4096;  // of a weight that is no f32 matrix, at once
constexpr int64_t kFloat = sizeof(float);

using Product = LinearBackwardArgs::Product;

// How the products with a weight are made.
enum class Form {
  kF32,      // as it lies there; also without a weight
  kBf16,     // tensor cores
  kWidened,  // a few thousand rows at a time made f32
};

Form form_of(const CudaStream& cuda, const cpu::PackedWeight* weight) {
  if (weight == nullptr) return Form::kF32;
  if (!is_plain(weight->dtype)) return Form::kWidened;
  const gatun_dtype dtype = cuda_dense(*weight).dtype;
  if (dtype == GATUN_DTYPE_F32) return Form::kF32;
  const bool half = dtype == GATUN_DTYPE_BF16 && weight->arithmetic == GATUN_ARITHMETIC_FAST &&
                    cuda.device().capability() >= kTensorCores;
  if (half) return Form::kBf16;
  return weight->trainable ? Form::kF32 : Form::kWidened;
}

// Parts of one scratch memory, sized before it is taken.
class ScratchPlan {
 public:
  // Returns where the part begins.
  int64_t add(int64_t bytes) {
    constexpr int64_t kAlignment = 256;
    const int64_t begin = bytes_;
    bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    return begin;
  }
  int64_t bytes() const { return bytes_; }

 private:
  int64_t bytes_ = 0;
};

class Backward {
 public:
  Backward(Stream& stream, const LinearBackwardArgs& args)
      : stream_(stream),
        cuda_(*stream.cuda()),
        a_(args),
        tokens_(cuda_count(kName, "N", args.row_count)),
        columns_(cuda_count(kName, "K", args.columns)) {}

  void run() {
    take_scratch();
    bool added = a_.accumulate && a_.rows == nullptr;
    for (int i = 0; i < a_.products; ++i) {
      const Product& product = a_.product[i];
      const Form form = form_of(cuda_, product.weight);
      if (a_.dx != nullptr) stream_.device().count_weight_pass();
      cuda::DenseBackwardArgs args = common(product);
      args.accumulate = added ? 1 : 0;
      if (form == Form::kBf16) {
        half(product, args);
      } else if (form == Form::kWidened) {
        widened(product, args);
      } else {
        if (product.weight != nullptr && a_.dx != nullptr)
          args.weight = f32_weight(*product.weight);
        f32(args);
      }
      added = true;
    }
    if (a_.rows != nullptr && a_.dx != nullptr) scatter();
  }

 private:
  static int64_t rounded_stride(int64_t columns) { return (columns + 7) / 8 * 8; }

  void take_scratch() {
    bool f32_x = false, half_x = false;
    int64_t half_outputs = 0, widened = 0;
    for (int i = 0; i < a_.products; ++i) {
      const Product& product = a_.product[i];
      const Form form = form_of(cuda_, product.weight);
      if (product.dweight != nullptr) (form == Form::kBf16 ? half_x : f32_x) = true;
      if (form == Form::kBf16) half_outputs = std::max(half_outputs, product.outputs);
      if (form == Form::kWidened && a_.dx != nullptr) {
        const int64_t values =
            std::min(kWidenedRows, product.outputs) * row_length(*product.weight);
        widened = std::max(widened, values);
      }
    }
    const bool chosen = a_.rows != nullptr;
    const int64_t rows_bytes = a_.row_count * a_.columns * kFloat;
    ScratchPlan plan;
    const int64_t gathered = plan.add(chosen && f32_x ? rows_bytes : 0);
    const int64_t scattered = plan.add(chosen && a_.dx != nullptr ? rows_bytes : 0);
    const int64_t x16 = plan.add(half_x ? a_.row_count * rounded_stride(a_.columns) * 2 : 0);
    const int64_t dy16 = plan.add(a_.row_count * rounded_stride(half_outputs) * 2);
    const int64_t wide = plan.add(widened * kFloat);
    auto* base = static_cast<std::byte*>(stream_.scratch(plan.bytes()));
    x_ = a_.x;
    x_stride_ = a_.x_stride;
    if (chosen && f32_x) gather(reinterpret_cast<float*>(base + gathered));
    dx_ = a_.dx;
    dx_stride_ = a_.dx_stride;
    if (chosen && a_.dx != nullptr) {
      dx_ = reinterpret_cast<float*>(base + scattered);
      dx_stride_ = a_.columns;
    }
    dy16_ = reinterpret_cast<uint16_t*>(base + dy16);
    x16_ = reinterpret_cast<uint16_t*>(base + x16);
    if (half_x) round(a_.x, a_.x_stride, a_.rows, a_.x_rows, a_.columns, x16_);
    widened_ = reinterpret_cast<float*>(base + wide);
  }

  void gather(float* rows) {
    const cuda::GatherRowsArgs args{.x = a_.x,
                                    .rows = a_.rows,
                                    .y = rows,
                                    .x_stride = a_.x_stride,
                                    .y_stride = a_.columns,
                                    .x_rows = cuda_count(kName, "X", a_.x_rows),
                                    .y_rows = tokens_,
                                    .columns = columns_,
                                    .fault = cuda_.fault()};
    cuda_.launch(kName, cuda_.backend().gather_rows, args);
    x_ = rows;
    x_stride_ = a_.columns;
  }

  // Rows of dx that no row of dy belongs to keep their values.
  void scatter() {
    const GatherRowsBackwardArgs args{.rows = a_.rows,
                                      .dy = dx_,
                                      .dx = a_.dx,
                                      .dy_stride = dx_stride_,
                                      .dx_stride = a_.dx_stride,
                                      .dy_rows = a_.row_count,
                                      .dx_rows = a_.x_rows,
                                      .columns = a_.columns,
                                      .fault = nullptr};
    cuda_gather_rows_backward(cuda_, kName, args);
  }

  void round(const float* x,
             int64_t x_stride,
             const int32_t* rows,
             int64_t x_rows,
             int64_t columns,
             uint16_t* out) {
    const cuda::RoundRowsArgs args{.x = x,
                                   .x_stride = x_stride,
                                   .rows = rows,
                                   .x_rows = cuda_count(kName, "X", x_rows),
                                   .tokens = tokens_,
                                   .columns = cuda_count(kName, "K", columns),
                                   .dtype = GATUN_DTYPE_BF16,
                                   .out = out,
                                   .out_stride = rounded_stride(columns),
                                   .fault = cuda_.fault()};
    cuda_.launch(kName, cuda_.backend().round_rows, args);
  }

  cuda::DenseBackwardArgs common(const Product& product) const {
    cuda::DenseBackwardArgs args{};
    args.x = x_;
    args.dy = product.dy;
    args.x_stride = x_stride_;
    args.dy_stride = product.dy_stride;
    args.dx = dx_;
    args.dweight = product.dweight;
    args.dbias = product.dbias;
    args.dx_stride = dx_stride_;
    args.tokens = tokens_;
    args.outputs = cuda_count(kName, "O", product.outputs);
    args.columns = columns_;
    args.scale = a_.scale;
    return args;
  }

  void f32(const cuda::DenseBackwardArgs& args) {
    cuda_.launch(kName, cuda_.backend().linear_backward_f32, args);
  }

  // A trainable one is its master.
  static cuda::DenseWeight f32_weight(const cpu::PackedWeight& weight) {
    cuda::DenseWeight dense = cuda_dense(weight);
    if (weight.trainable) {
      dense.data = weight.master;
      dense.dtype = GATUN_DTYPE_F32;
      dense.panels = 1;
    }
    return dense;
  }

  void half(const Product& product, cuda::DenseBackwardArgs args) {
    round(product.dy, product.dy_stride, nullptr, a_.row_count, product.outputs, dy16_);
    args.x16 = x16_;
    args.x16_stride = rounded_stride(a_.columns);
    args.dy16 = dy16_;
    args.dy16_stride = rounded_stride(product.outputs);
    args.weight = cuda_dense(*product.weight);
    cuda_.launch(kName, cuda_.backend().linear_backward_half, args);
  }

  static int64_t row_length(const cpu::PackedWeight& weight) {
    return is_plain(weight.dtype) ? cuda_dense(weight).stride : weight.columns;
  }

  // Rows [first, first + count) of a weight as f32.
  cuda::DenseWeight widen(const cpu::PackedWeight& weight, int64_t first, int64_t count) {
    const int64_t length = row_length(weight);
    const auto rows = static_cast<int32_t>(count);
    if (is_plain(weight.dtype)) {
      const int64_t row_bytes = length * dtype_bytes(weight.dtype);
      const DequantizeArgs args{weight.data + first * row_bytes, weight.dtype, count * length,
                                widened_};
      cuda_.launch(kName, cuda_.backend().dequantize, args);
    } else {
      const cuda::UnpackWeightArgs args{.weight = cuda_planes(cuda_.backend(), weight),
                                        .first_row = static_cast<int32_t>(first),
                                        .row_count = rows,
                                        .dtype = GATUN_DTYPE_F32,
                                        .out = widened_,
                                        .out_stride = length};
      cuda_.launch(kName, cuda_.backend().unpack_weight, args);
    }
    return {.data = widened_,
            .stride = length,
            .rows = rows,
            .columns = columns_,
            .dtype = GATUN_DTYPE_F32,
            .panels = 0};
  }

  void widened(const Product& product, cuda::DenseBackwardArgs args) {
    for (int64_t first = 0; dx_ != nullptr && first < product.outputs; first += kWidenedRows) {
      const int64_t count = std::min(kWidenedRows, product.outputs - first);
      cuda::DenseBackwardArgs part = args;
      part.weight = widen(*product.weight, first, count);
      part.outputs = part.weight.rows;
      part.dy = product.dy + first;
      part.dweight = nullptr;
      part.dbias = nullptr;
      f32(part);
      args.accumulate = 1;
    }
    args.dx = nullptr;
    if (args.dweight != nullptr || args.dbias != nullptr) f32(args);
  }

  Stream& stream_;
  CudaStream& cuda_;
  const LinearBackwardArgs& a_;
  const int32_t tokens_, columns_;
  const float* x_ = nullptr;  // [N, K]
  int64_t x_stride_ = 0;
  float* dx_ = nullptr;  // [N, K]
  int64_t dx_stride_ = 0;
  uint16_t* x16_ = nullptr;   // bf16 [N, K]
  uint16_t* dy16_ = nullptr;  // bf16 [N, O]
  float* widened_ = nullptr;
};

}  // namespace

void cuda_linear_backward(Stream& stream, const LinearBackwardArgs& args) {
  if (args.row_count > 0) Backward(stream, args).run();
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_linear.h"

#include <algorithm>
#include <string>

#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/unpack_weight.h"
#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "ops/cuda_weight.h"
#include "runtime/error.h"

namespace gatun {
namespace {

constexpr int kTensorCores = 80;  // capability from which int8 tiles run
constexpr int kVectorTokens = 8;  // more of them read a weight more than once
constexpr int64_t kAlignment = 256;
constexpr int64_t kUnpackedRows = 4096;  // of a block format, at once

int64_t aligned(int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Room for the rows of x in 8 bits.
cuda::Int8Rows int8_rows(Stream& stream, int64_t tokens, int64_t columns) {
  const int64_t code_bytes = aligned(tokens * columns);
  const int64_t scale_bytes = aligned(tokens * columns / 32 * 4);
  const int64_t sum_bytes = aligned(tokens * columns / 16 * 4);
  auto* scratch = static_cast<std::byte*>(stream.scratch(code_bytes + scale_bytes + sum_bytes));
  return {reinterpret_cast<int8_t*>(scratch), reinterpret_cast<float*>(scratch + code_bytes),
          reinterpret_cast<float*>(scratch + code_bytes + scale_bytes)};
}

// Weights of block formats: x is brought to 8 bits once for all of them.
void quantised(Stream& stream, const char* operation, const LinearArgs& a) {
  CudaStream& cuda = *stream.cuda();
  const cuda::Backend& backend = cuda.backend();
  const int32_t tokens = cuda_count(operation, "N", a.row_count);
  const cuda::QuantiseRowsArgs rows{.x = a.x,
                                    .x_stride = a.x_stride,
                                    .rows = a.rows,
                                    .tokens = tokens,
                                    .columns = cuda_count(operation, "K", a.columns),
                                    .out = int8_rows(stream, tokens, a.columns)};
  cuda.launch(operation, backend.quantise_rows, rows);
  const int32_t products = a.gated ? 1 : a.outputs;
  for (int32_t i = 0; i < products; ++i) {
    const LinearOutput& out = a.output[i];
    cuda::QuantisedLinearArgs args{};
    args.x = rows.out;
    args.weight = cuda_planes(backend, *out.weight);
    if (a.gated) {
      args.up = cuda_planes(backend, *a.output[1].weight);
      args.up_bias = a.output[1].bias;
    }
    args.bias = out.bias;
    args.residual = a.residual;
    args.y = out.y;
    args.y_stride = out.y_stride;
    args.residual_stride = a.residual_stride;
    args.tokens = tokens;
    args.gated = a.gated ? 1 : 0;
    args.activation = a.activation;
    args.scale = a.scale;
    args.softcap = a.softcap;
    const bool tile = tokens > kVectorTokens && !out.weight->batch_invariant &&
                      cuda.device().capability() >= kTensorCores;
    cuda.launch(operation, tile ? backend.linear_tile : backend.linear_vector, args);
  }
}

// What a product takes from the arguments whatever its weight is.
void fill_common(CudaStream& cuda,
                 const char* operation,
                 const LinearArgs& a,
                 cuda::DenseLinearArgs& args) {
  args.x = a.x;
  args.x_stride = a.x_stride;
  args.x_rows = cuda_count(operation, "X", a.x_rows);
  args.rows = a.rows;
  args.tokens = cuda_count(operation, "N", a.row_count);
  args.residual_stride = a.residual_stride;
  args.gated = a.gated ? 1 : 0;
  args.activation = a.activation;
  args.scale = a.scale;
  args.softcap = a.softcap;
  args.fault = cuda.fault();
}

// Rows [first, first + count) of a block format as f32, at `rows`.
cuda::DenseWeight unpacked_weight(CudaStream& cuda,
                                  const char* operation,
                                  const cpu::PackedWeight& weight,
                                  int64_t first,
                                  int64_t count,
                                  float* rows) {
  const cuda::UnpackWeightArgs args{.weight = cuda_planes(cuda.backend(), weight),
                                    .first_row = static_cast<int32_t>(first),
                                    .row_count = static_cast<int32_t>(count),
                                    .dtype = GATUN_DTYPE_F32,
                                    .out = rows,
                                    .out_stride = weight.columns};
  cuda.launch(operation, cuda.backend().unpack_weight, args);
  return {.data = rows,
          .stride = weight.columns,
          .rows = args.row_count,
          .columns = static_cast<int32_t>(weight.columns),
          .dtype = GATUN_DTYPE_F32,
          .panels = 0};
}

const float* behind(const float* values, int64_t count) {
  return values == nullptr ? nullptr : values + count;
}

// The same exactly: x and the sums are f32, and a few thousand rows of a weight at a time are
// unpacked before they are multiplied.
void unpacked(Stream& stream, const char* operation, const LinearArgs& a) {
  CudaStream& cuda = *stream.cuda();
  const int32_t products = a.gated ? 1 : a.outputs;
  for (int32_t i = 0; i < products; ++i) {
    const LinearOutput& out = a.output[i];
    const int64_t most = std::min(out.weight->rows, kUnpackedRows);
    const int64_t values = most * a.columns;
    auto* scratch = static_cast<float*>(stream.scratch((a.gated ? 2 : 1) * values * 4));
    for (int64_t o = 0; o < out.weight->rows; o += most) {
      const int64_t count = std::min(most, out.weight->rows - o);
      cuda::DenseLinearArgs args{};
      args.weight = unpacked_weight(cuda, operation, *out.weight, o, count, scratch);
      if (a.gated) {
        args.up = unpacked_weight(cuda, operation, *a.output[1].weight, o, count, scratch + values);
        args.up_bias = behind(a.output[1].bias, o);
      }
      args.bias = behind(out.bias, o);
      args.residual = behind(a.residual, o);
      args.y = out.y + o;
      args.y_stride = out.y_stride;
      fill_common(cuda, operation, a, args);
      cuda.launch(operation, cuda.backend().dense_vector, args);
    }
  }
}

// Products in which a row of y is not to depend on how many others there are take one form for any
// number of tokens.
bool takes_one_form(const cpu::PackedWeight& weight) {
  return weight.arithmetic == GATUN_ARITHMETIC_F32 || weight.batch_invariant;
}

int64_t library_workspace_bytes(int32_t capability) {
  constexpr int kHopper = 90;  // whose algorithms want more, as the library's manual says
  return (capability >= kHopper ? int64_t{32} : int64_t{4}) << 20;
}

// The library's product where it can say it, else that of `kernel`.
void launch_with_library(CudaStream& cuda,
                         const char* operation,
                         int (*kernel)(const cuda::DenseLinearArgs&, void*),
                         const cuda::DenseLinearArgs& args,
                         void* workspace,
                         int64_t workspace_bytes) {
  constexpr int kNotSupported = 801;
  cuda.launch_with(operation, [&](void* native) {
    const int status = cuda.backend().dense_library(args, workspace, workspace_bytes, native);
    return status == kNotSupported ? kernel(args, native) : status;
  });
}

// FAST with many tokens, by cuBLASLt where the machine has it: f32 as it is, x rounded to the
// weight's type for tensor cores otherwise.
void many_tokens(Stream& stream,
                 const char* operation,
                 const LinearArgs& a,
                 cuda::DenseLinearArgs& args) {
  CudaStream& cuda = *stream.cuda();
  const cuda::Backend& backend = cuda.backend();
  const bool sixteen = args.weight.dtype != GATUN_DTYPE_F32;
  const int64_t stride = (a.columns + 7) / 8 * 8;
  const int64_t row_bytes = sixteen ? aligned(args.tokens * stride * 2) : 0;
  const bool has_library = cuda.device().has_dense_library();
  const int64_t workspace_bytes =
      has_library ? library_workspace_bytes(cuda.device().capability()) : 0;
  auto* scratch = static_cast<std::byte*>(stream.scratch(row_bytes + workspace_bytes));
  if (sixteen) {
    auto* rounded = reinterpret_cast<uint16_t*>(scratch);
    const cuda::RoundRowsArgs rows{.x = a.x,
                                   .x_stride = a.x_stride,
                                   .rows = a.rows,
                                   .x_rows = args.x_rows,
                                   .tokens = args.tokens,
                                   .columns = static_cast<int32_t>(a.columns),
                                   .dtype = args.weight.dtype,
                                   .out = rounded,
                                   .out_stride = stride,
                                   .fault = cuda.fault()};
    cuda.launch(operation, backend.round_rows, rows);
    args.x16 = rounded;
    args.x16_stride = stride;
    args.rows = nullptr;
  }
  const auto kernel = sixteen ? backend.dense_half : backend.dense_f32;
  if (!has_library) return cuda.launch(operation, kernel, args);
  launch_with_library(cuda, operation, kernel, args, scratch + row_bytes, workspace_bytes);
}

// Rows of f32, f16 and bf16.
void dense(Stream& stream, const char* operation, const LinearArgs& a) {
  CudaStream& cuda = *stream.cuda();
  const int32_t products = a.gated ? 1 : a.outputs;
  for (int32_t i = 0; i < products; ++i) {
    const LinearOutput& out = a.output[i];
    const cpu::PackedWeight& weight = *out.weight;
    cuda::DenseLinearArgs args{};
    fill_common(cuda, operation, a, args);
    args.weight = cuda_dense(weight);
    if (a.gated) {
      args.up = cuda_dense(*a.output[1].weight);
      args.up_bias = a.output[1].bias;
    }
    args.bias = out.bias;
    args.residual = a.residual;
    args.y = out.y;
    args.y_stride = out.y_stride;
    const bool has_tile =
        args.weight.dtype == GATUN_DTYPE_F32 || cuda.device().capability() >= kTensorCores;
    if (args.weight.panels != 0) {
      cuda.launch(operation, cuda.backend().dense_f32, args);  // a master: one form too
    } else if (args.tokens <= kVectorTokens || takes_one_form(weight) || !has_tile) {
      cuda.launch(operation, cuda.backend().dense_vector, args);
    } else {
      many_tokens(stream, operation, a, args);
    }
  }
}

}  // namespace

void cuda_linear(Stream& stream, const char* operation, const LinearArgs& args) {
  for (int32_t i = 0; i < args.outputs; ++i) {
    const cpu::PackedWeight& weight = *args.output[i].weight;
    if (is_plain(weight.dtype) != is_plain(args.output[0].weight->dtype)) {
      throw Error(GATUN_STATUS_UNSUPPORTED, std::string(operation) + ": weights of " +
                                                dtype_name(args.output[0].weight->dtype) + " and " +
                                                dtype_name(weight.dtype) +
                                                " in one product, expected both in blocks or "
                                                "neither on a GPU");
    }
    stream.device().count_weight_pass();
  }
  const cpu::PackedWeight& first = *args.output[0].weight;
  if (is_plain(first.dtype)) return dense(stream, operation, args);
  (first.arithmetic == GATUN_ARITHMETIC_F32 ? unpacked : quantised)(stream, operation, args);
}

}  // namespace gatun

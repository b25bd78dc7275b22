// SPDX-License-Identifier: Apache-2.0
#include "kernels/layer_norm.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const LayerNormArgs&, const Team&)>, 3>
    kImplementations = {{
        {IsaTier::kAvx512, cpu::avx512::layer_norm},
        {IsaTier::kAvx2, cpu::avx2::layer_norm},
        {IsaTier::kGeneric, reference::layer_norm},
    }};

}  // namespace

void layer_norm_forward(Stream& stream, const gatun_layer_norm_params& p) {
  ArgumentCheck check("layer_norm", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, E]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches_if_given("residual", p.residual, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.matches("weight", p.weight, GATUN_DTYPE_F32, "[E]", {columns});
  check.matches_if_given("bias", p.bias, GATUN_DTYPE_F32, "[E]", {columns});
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.matches_if_given("sum", p.sum, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.not_negative("eps", p.eps);
  check.apart_or_same("y", p.y, "x", p.x);
  check.apart_or_same("y", p.y, "residual", p.residual);
  check.apart("y", p.y, "weight", p.weight);
  check.apart("y", p.y, "bias", p.bias);
  check.apart_or_same("sum", p.sum, "x", p.x);
  check.apart_or_same("sum", p.sum, "residual", p.residual);
  check.apart("sum", p.sum, "weight", p.weight);
  check.apart("sum", p.sum, "bias", p.bias);
  check.apart("sum", p.sum, "y", p.y);
  const LayerNormArgs args{.x = f32_data(p.x),
                           .residual = f32_data(p.residual),
                           .weight = f32_data(p.weight),
                           .bias = f32_data(p.bias),
                           .y = f32_data(p.y),
                           .sum = f32_data(p.sum),
                           .x_stride = row_stride(p.x),
                           .residual_stride = row_stride(p.residual),
                           .y_stride = row_stride(p.y),
                           .sum_stride = row_stride(p.sum),
                           .rows = rows,
                           .columns = columns,
                           .eps = p.eps};
  if (submit_cuda(stream, "layer_norm", &cuda::Backend::layer_norm, args)) return;
  stream.submit("layer_norm", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

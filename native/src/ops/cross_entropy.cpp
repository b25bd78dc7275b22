// SPDX-License-Identifier: Apache-2.0
#include "kernels/cross_entropy.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_gradients.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const CrossEntropyArgs&, const Team&)>, 3>
    kImplementations{{
        {IsaTier::kAvx512, cpu::avx512::cross_entropy},
        {IsaTier::kAvx2, cpu::avx2::cross_entropy},
        {IsaTier::kGeneric, reference::cross_entropy},
    }};

// A tensor with one element per item.
bool matches_items(ArgumentCheck& check,
                   const char* name,
                   const gatun_tensor& tensor,
                   gatun_dtype dtype,
                   const CrossEntropyArgs& args) {
  return args.cu_seqlens == nullptr
             ? check.matches_if_given(name, tensor, dtype, "[N]", {args.rows})
             : check.matches_if_given(name, tensor, dtype, "[B, C]",
                                      {args.sequences, args.columns});
}

// With two dimensions, rows behind each other without a gap.
void dense(const ArgumentCheck& check, const char* name, const gatun_tensor& tensor) {
  if (tensor.rank == 2 && tensor.shape[0] > 1 && tensor.stride[0] != tensor.shape[1]) {
    check.fail(std::string(name) + " has row stride " + std::to_string(tensor.stride[0]) +
               ", expected its " + std::to_string(tensor.shape[1]) + " columns");
  }
}

}  // namespace

void cross_entropy_forward(Stream& stream, const gatun_cross_entropy_params& p) {
  ArgumentCheck check("cross_entropy", stream);
  CrossEntropyArgs args{};
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, is_given(p.cu_seqlens) ? "[N, C]" : "[N, V]");
  args.rows = p.x.shape[0];
  args.columns = p.x.shape[1];
  if (is_given(p.cu_seqlens)) {
    check.binds("cu_seqlens", p.cu_seqlens, GATUN_DTYPE_I32, 1, "[B + 1]");
    args.sequences = p.cu_seqlens.shape[0] - 1;
    if (args.sequences < 0)
      check.fail("cu_seqlens has shape [0], expected [B + 1] with at least one element");
    args.cu_seqlens = i32_data(p.cu_seqlens);
  }
  const bool by_rows = args.cu_seqlens == nullptr;
  if (!matches_items(check, "labels", p.labels, GATUN_DTYPE_I32, args))
    check.fail(std::string("labels is missing, expected I32 ") + (by_rows ? "[N]" : "[B, C]"));
  if (!matches_items(check, "loss", p.loss, GATUN_DTYPE_F32, args))
    check.fail(std::string("loss is missing, expected F32 ") + (by_rows ? "[N]" : "[B, C]"));
  matches_items(check, "log_sum_exp", p.log_sum_exp, GATUN_DTYPE_F32, args);
  matches_items(check, "correct", p.correct, GATUN_DTYPE_I32, args);
  dense(check, "labels", p.labels);
  dense(check, "loss", p.loss);
  dense(check, "log_sum_exp", p.log_sum_exp);
  dense(check, "correct", p.correct);
  check.matches_if_given("dx", p.dx, GATUN_DTYPE_F32, by_rows ? "[N, V]" : "[N, C]",
                         {args.rows, args.columns});
  check.apart_or_same("dx", p.dx, "x", p.x);
  check.apart("dx", p.dx, "labels", p.labels);
  check.apart("loss", p.loss, "x", p.x);
  check.apart("loss", p.loss, "dx", p.dx);
  check.apart("loss", p.loss, "labels", p.labels);
  check.apart("log_sum_exp", p.log_sum_exp, "x", p.x);
  check.apart("log_sum_exp", p.log_sum_exp, "dx", p.dx);
  check.apart("log_sum_exp", p.log_sum_exp, "loss", p.loss);
  check.apart("correct", p.correct, "x", p.x);
  check.apart("correct", p.correct, "labels", p.labels);
  if (!(p.label_smoothing >= 0 && p.label_smoothing < 1)) {
    check.fail("label_smoothing is " + std::to_string(p.label_smoothing) +
               ", expected at least 0 and less than 1");
  }
  check.not_negative("z_loss", p.z_loss);
  args.x = f32_data(p.x);
  args.labels = i32_data(p.labels);
  args.loss = f32_data(p.loss);
  args.log_sum_exp = f32_data(p.log_sum_exp);
  args.dx = f32_data(p.dx);
  args.correct = i32_data(p.correct);
  args.x_stride = row_stride(p.x);
  args.dx_stride = row_stride(p.dx);
  args.smoothing = p.label_smoothing;
  args.z_loss = p.z_loss;
  args.scale = p.scale == 0 ? 1 : p.scale;
  args.fault = &stream.fault();
  if (stream.cuda() != nullptr) return cuda_cross_entropy(stream, args);
  // Spans have a class per token of one column: a few thousand values, far apart.
  const IsaTier tier = by_rows ? stream.tier() : IsaTier::kGeneric;
  stream.submit("cross_entropy", select_implementation(kImplementations, tier), args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/norm_backward.h"

#include <array>

#include "kernels/cuda/norm_backward.h"
#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

struct Kernel {
  void (*run)(const NormBackwardArgs&, const Team&);
  int64_t (*scratch_bytes)(const NormBackwardArgs&, int members);
};

constexpr std::array<Implementation<Kernel>, 3> kLayerNorm{{
    {IsaTier::kAvx512, {cpu::avx512::layer_norm_backward, cpu::norm_backward_scratch_bytes}},
    {IsaTier::kAvx2, {cpu::avx2::layer_norm_backward, cpu::norm_backward_scratch_bytes}},
    {IsaTier::kGeneric, {reference::layer_norm_backward, reference::norm_backward_scratch_bytes}},
}};

constexpr std::array<Implementation<Kernel>, 3> kRmsNorm{{
    {IsaTier::kAvx512, {cpu::avx512::rms_norm_backward, cpu::norm_backward_scratch_bytes}},
    {IsaTier::kAvx2, {cpu::avx2::rms_norm_backward, cpu::norm_backward_scratch_bytes}},
    {IsaTier::kGeneric, {reference::rms_norm_backward, reference::norm_backward_scratch_bytes}},
}};

// What the two have in common; the params name the fields alike.
template <typename Params>
NormBackwardArgs checked(ArgumentCheck& check, const Params& p) {
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, E]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches("weight", p.weight, GATUN_DTYPE_F32, "[E]", {columns});
  check.matches("dy", p.dy, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.matches_if_given("dx", p.dx, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.matches_if_given("dweight", p.dweight, GATUN_DTYPE_F32, "[E]", {columns});
  check.apart_or_same("dx", p.dx, "x", p.x);
  check.apart_or_same("dx", p.dx, "dy", p.dy);
  check.apart("dx", p.dx, "weight", p.weight);
  check.apart("dweight", p.dweight, "x", p.x);
  check.apart("dweight", p.dweight, "dy", p.dy);
  check.apart("dweight", p.dweight, "dx", p.dx);
  check.apart("dweight", p.dweight, "weight", p.weight);
  check.not_negative("eps", p.eps);
  check.one_of("accumulate", p.accumulate, 0, 1);
  return {.x = f32_data(p.x),
          .weight = f32_data(p.weight),
          .dy = f32_data(p.dy),
          .dx = f32_data(p.dx),
          .dweight = f32_data(p.dweight),
          .dbias = nullptr,
          .x_stride = row_stride(p.x),
          .dy_stride = row_stride(p.dy),
          .dx_stride = row_stride(p.dx),
          .rows = rows,
          .columns = columns,
          .eps = p.eps,
          .weight_offset = 0,
          .accumulate = p.accumulate != 0,
          .scratch = nullptr};
}

using Launcher = int (*cuda::Backend::*)(const NormBackwardArgs&, void*);

void submit(Stream& stream,
            const char* operation,
            const Kernel& kernel,
            Launcher launcher,
            NormBackwardArgs args) {
  const int64_t bytes = stream.cuda() != nullptr ? cuda::norm_backward_scratch_bytes(args)
                                                 : kernel.scratch_bytes(args, stream.threads());
  args.scratch = static_cast<std::byte*>(stream.scratch(bytes));
  if (submit_cuda(stream, operation, launcher, args)) return;
  stream.submit(operation, kernel.run, args);
}

}  // namespace

void layer_norm_backward(Stream& stream, const gatun_layer_norm_backward_params& p) {
  ArgumentCheck check("layer_norm_backward", stream);
  NormBackwardArgs args = checked(check, p);
  if (check.matches_if_given("dbias", p.dbias, GATUN_DTYPE_F32, "[E]", {args.columns})) {
    check.apart("dbias", p.dbias, "x", p.x);
    check.apart("dbias", p.dbias, "dy", p.dy);
    check.apart("dbias", p.dbias, "dx", p.dx);
    check.apart("dbias", p.dbias, "dweight", p.dweight);
    args.dbias = f32_data(p.dbias);
  }
  submit(stream, "layer_norm_backward", select_implementation(kLayerNorm, stream.tier()),
         &cuda::Backend::layer_norm_backward, args);
}

void rms_norm_backward(Stream& stream, const gatun_rms_norm_backward_params& p) {
  ArgumentCheck check("rms_norm_backward", stream);
  NormBackwardArgs args = checked(check, p);
  args.weight_offset = p.weight_offset;
  submit(stream, "rms_norm_backward", select_implementation(kRmsNorm, stream.tier()),
         &cuda::Backend::rms_norm_backward, args);
}

}  // namespace gatun

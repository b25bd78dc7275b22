// SPDX-License-Identifier: Apache-2.0
#include "kernels/activation.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const ActivationArgs&, const Team&)>, 3> kForward{{
    {IsaTier::kAvx512, cpu::avx512::activation},
    {IsaTier::kAvx2, cpu::avx2::activation},
    {IsaTier::kGeneric, reference::activation},
}};

constexpr std::array<Implementation<void (*)(const ActivationBackwardArgs&, const Team&)>, 3>
    kBackward{{
        {IsaTier::kAvx512, cpu::avx512::activation_backward},
        {IsaTier::kAvx2, cpu::avx2::activation_backward},
        {IsaTier::kGeneric, reference::activation_backward},
    }};

}  // namespace

void activation_forward(Stream& stream, const gatun_activation_params& p) {
  ArgumentCheck check("activation", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, F]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches_if_given("up", p.up, GATUN_DTYPE_F32, "[N, F]", {rows, columns});
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, F]", {rows, columns});
  check.apart_or_same("y", p.y, "x", p.x);
  check.apart_or_same("y", p.y, "up", p.up);
  check.one_of("activation", p.activation, GATUN_ACTIVATION_NONE, GATUN_ACTIVATION_SIGMOID);
  const ActivationArgs args{.x = f32_data(p.x),
                            .up = f32_data(p.up),
                            .y = f32_data(p.y),
                            .x_stride = row_stride(p.x),
                            .up_stride = row_stride(p.up),
                            .y_stride = row_stride(p.y),
                            .rows = rows,
                            .columns = columns,
                            .activation = p.activation};
  if (submit_cuda(stream, "activation", &cuda::Backend::activation, args)) return;
  stream.submit("activation", select_implementation(kForward, stream.tier()), args);
}

void activation_backward(Stream& stream, const gatun_activation_backward_params& p) {
  ArgumentCheck check("activation_backward", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, F]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches_if_given("up", p.up, GATUN_DTYPE_F32, "[N, F]", {rows, columns});
  check.matches("dy", p.dy, GATUN_DTYPE_F32, "[N, F]", {rows, columns});
  check.matches("dx", p.dx, GATUN_DTYPE_F32, "[N, F]", {rows, columns});
  if (check.matches_if_given("dup", p.dup, GATUN_DTYPE_F32, "[N, F]", {rows, columns}) &&
      !is_given(p.up)) {
    check.fail("dup is given without up");
  }
  check.one_of("activation", p.activation, GATUN_ACTIVATION_NONE, GATUN_ACTIVATION_SIGMOID);
  check.one_of("accumulate", p.accumulate, 0,
               GATUN_ACTIVATION_ACCUMULATE_DX | GATUN_ACTIVATION_ACCUMULATE_DUP);
  for (const auto& [name, output] : {std::pair{"dx", &p.dx}, {"dup", &p.dup}}) {
    check.apart_or_same(name, *output, "x", p.x);
    check.apart_or_same(name, *output, "up", p.up);
    check.apart_or_same(name, *output, "dy", p.dy);
  }
  check.apart("dup", p.dup, "dx", p.dx);
  const ActivationBackwardArgs args{
      .x = f32_data(p.x),
      .up = f32_data(p.up),
      .dy = f32_data(p.dy),
      .dx = f32_data(p.dx),
      .dup = f32_data(p.dup),
      .x_stride = row_stride(p.x),
      .up_stride = row_stride(p.up),
      .dy_stride = row_stride(p.dy),
      .dx_stride = row_stride(p.dx),
      .dup_stride = row_stride(p.dup),
      .rows = rows,
      .columns = columns,
      .activation = p.activation,
      .accumulate_dx = (p.accumulate & GATUN_ACTIVATION_ACCUMULATE_DX) != 0,
      .accumulate_dup = (p.accumulate & GATUN_ACTIVATION_ACCUMULATE_DUP) != 0};
  if (submit_cuda(stream, "activation_backward", &cuda::Backend::activation_backward, args)) return;
  stream.submit("activation_backward", select_implementation(kBackward, stream.tier()), args);
}

}  // namespace gatun

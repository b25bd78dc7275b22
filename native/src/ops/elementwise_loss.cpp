// SPDX-License-Identifier: Apache-2.0
#include "kernels/elementwise_loss.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const ElementwiseLossArgs&, const Team&)>, 3>
    kImplementations{{
        {IsaTier::kAvx512, cpu::avx512::elementwise_loss},
        {IsaTier::kAvx2, cpu::avx2::elementwise_loss},
        {IsaTier::kGeneric, reference::elementwise_loss},
    }};

}  // namespace

void elementwise_loss_forward(Stream& stream, const gatun_elementwise_loss_params& p) {
  ArgumentCheck check("elementwise_loss", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, C]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches("target", p.target, GATUN_DTYPE_F32, "[N, C]", {rows, columns});
  check.matches("loss", p.loss, GATUN_DTYPE_F32, "[N, C]", {rows, columns});
  check.matches_if_given("dx", p.dx, GATUN_DTYPE_F32, "[N, C]", {rows, columns});
  check.one_of("kind", p.kind, GATUN_LOSS_MSE, GATUN_LOSS_BCE);
  check.apart("loss", p.loss, "x", p.x);
  check.apart("loss", p.loss, "target", p.target);
  check.apart("loss", p.loss, "dx", p.dx);
  check.apart_or_same("dx", p.dx, "x", p.x);
  check.apart("dx", p.dx, "target", p.target);
  const ElementwiseLossArgs args{.x = f32_data(p.x),
                                 .target = f32_data(p.target),
                                 .loss = f32_data(p.loss),
                                 .dx = f32_data(p.dx),
                                 .x_stride = row_stride(p.x),
                                 .target_stride = row_stride(p.target),
                                 .loss_stride = row_stride(p.loss),
                                 .dx_stride = row_stride(p.dx),
                                 .rows = rows,
                                 .columns = columns,
                                 .kind = p.kind,
                                 .scale = p.scale == 0 ? 1 : p.scale};
  if (submit_cuda(stream, "elementwise_loss", &cuda::Backend::elementwise_loss, args)) return;
  stream.submit("elementwise_loss", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

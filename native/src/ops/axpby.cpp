// SPDX-License-Identifier: Apache-2.0
#include "kernels/axpby.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const AxpbyArgs&, const Team&)>, 3> kImplementations{{
    {IsaTier::kAvx512, cpu::avx512::axpby},
    {IsaTier::kAvx2, cpu::avx2::axpby},
    {IsaTier::kGeneric, reference::axpby},
}};

}  // namespace

void axpby_forward(Stream& stream, const gatun_axpby_params& p) {
  ArgumentCheck check("axpby", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 1, "[C]");
  check.matches("y", p.y, GATUN_DTYPE_F32, "[C]", {p.x.shape[0]});
  check.apart_or_same("y", p.y, "x", p.x);
  const AxpbyArgs args{.x = f32_data(p.x),
                       .y = f32_data(p.y),
                       .count = p.x.shape[0],
                       .alpha = p.alpha,
                       .beta = p.beta};
  if (submit_cuda(stream, "axpby", &cuda::Backend::axpby, args)) return;
  stream.submit("axpby", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/sum.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const SumArgs&, const Team&)>, 3> kImplementations{{
    {IsaTier::kAvx512, cpu::avx512::sum},
    {IsaTier::kAvx2, cpu::avx2::sum},
    {IsaTier::kGeneric, reference::sum},
}};

}  // namespace

void sum_forward(Stream& stream, const gatun_sum_params& p) {
  ArgumentCheck check("sum", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 1, "[C]");
  check.matches("y", p.y, GATUN_DTYPE_F64, "[1]", {1});
  check.apart("y", p.y, "x", p.x);
  check.one_of("squares", p.squares, 0, 1);
  check.one_of("accumulate", p.accumulate, 0, 1);
  SumArgs args{.x = f32_data(p.x),
               .y = static_cast<double*>(p.y.data),
               .partial = nullptr,
               .count = p.x.shape[0],
               .squares = p.squares != 0,
               .accumulate = p.accumulate != 0};
  args.partial =
      static_cast<double*>(stream.scratch(args.chunks() * static_cast<int64_t>(sizeof(double))));
  if (submit_cuda(stream, "sum", &cuda::Backend::sum, args)) return;
  stream.submit("sum", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

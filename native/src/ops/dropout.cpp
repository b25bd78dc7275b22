// SPDX-License-Identifier: Apache-2.0
#include "kernels/dropout.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const DropoutArgs&, const Team&)>, 3> kImplementations{
    {
        {IsaTier::kAvx512, cpu::avx512::dropout},
        {IsaTier::kAvx2, cpu::avx2::dropout},
        {IsaTier::kGeneric, reference::dropout},
    }};

}  // namespace

void dropout_forward(Stream& stream, const gatun_dropout_params& p) {
  ArgumentCheck check("dropout", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, E]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches_if_given("residual", p.residual, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, E]", {rows, columns});
  check.apart_or_same("y", p.y, "x", p.x);
  check.apart_or_same("y", p.y, "residual", p.residual);
  check.one_of("accumulate", p.accumulate, 0, 1);
  if (!(p.probability >= 0 && p.probability < 1)) {
    check.fail("probability is " + std::to_string(p.probability) +
               ", expected at least 0 and less than 1");
  }
  if (rows * columns / 4 > INT64_C(0xffffffff)) {
    check.unsupported("x has shape " + shape_text(p.x) + ", expected fewer than 2^34 elements");
  }
  const double probability{p.probability};
  const DropoutArgs args{.x = f32_data(p.x),
                         .residual = f32_data(p.residual),
                         .y = f32_data(p.y),
                         .x_stride = row_stride(p.x),
                         .residual_stride = row_stride(p.residual),
                         .y_stride = row_stride(p.y),
                         .rows = rows,
                         .columns = columns,
                         .seed = static_cast<uint64_t>(p.seed),
                         .sequence = static_cast<uint64_t>(p.sequence),
                         .threshold = static_cast<uint32_t>(probability * 0x1p32),
                         .factor = static_cast<float>(1 / (1 - probability)),
                         .accumulate = p.accumulate != 0};
  if (submit_cuda(stream, "dropout", &cuda::Backend::dropout, args)) return;
  stream.submit("dropout", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

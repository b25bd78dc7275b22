// SPDX-License-Identifier: Apache-2.0
#include "kernels/softmax.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const SoftmaxArgs&, const Team&)>, 3>
    kImplementations = {{
        {IsaTier::kAvx512, cpu::avx512::softmax},
        {IsaTier::kAvx2, cpu::avx2::softmax},
        {IsaTier::kGeneric, reference::softmax},
    }};

}  // namespace

void softmax_forward(Stream& stream, const gatun_softmax_params& p) {
  ArgumentCheck check("softmax", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, V]");
  const int64_t rows = p.x.shape[0], columns = p.x.shape[1];
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, V]", {rows, columns});
  check.not_negative("temperature", p.temperature);
  check.apart_or_same("y", p.y, "x", p.x);
  const int64_t blocks = (columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
  const auto partial_bytes = static_cast<int64_t>(sizeof(SoftmaxPartial));
  const SoftmaxArgs args{
      .x = f32_data(p.x),
      .y = f32_data(p.y),
      .x_stride = row_stride(p.x),
      .y_stride = row_stride(p.y),
      .rows = rows,
      .columns = columns,
      .temperature = p.temperature == 0 ? 1 : p.temperature,
      .log = p.log,
      .partials = static_cast<SoftmaxPartial*>(stream.scratch(rows * blocks * partial_bytes))};
  if (submit_cuda(stream, "softmax", &cuda::Backend::softmax, args)) return;
  stream.submit("softmax", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/pooling.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const PoolingArgs&, const Team&)>, 3>
    kImplementations = {{
        {IsaTier::kAvx512, cpu::avx512::pooling},
        {IsaTier::kAvx2, cpu::avx2::pooling},
        {IsaTier::kGeneric, reference::pooling},
    }};

}  // namespace

void pooling_forward(Stream& stream, const gatun_pooling_params& p) {
  ArgumentCheck check("pooling", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, E]");
  check.binds("cu_seqlens", p.cu_seqlens, GATUN_DTYPE_I32, 1, "[B + 1]");
  const int64_t sequences = p.cu_seqlens.shape[0] - 1, columns = p.x.shape[1];
  if (sequences < 0)
    check.fail("cu_seqlens has shape [0], expected [B + 1] with at least one element");
  check.matches("y", p.y, GATUN_DTYPE_F32, "[B, E]", {sequences, columns});
  check.one_of("mode", p.mode, GATUN_POOLING_MEAN, GATUN_POOLING_MAX);
  check.apart("y", p.y, "x", p.x);
  check.apart("y", p.y, "cu_seqlens", p.cu_seqlens);
  const PoolingArgs args{.x = f32_data(p.x),
                         .cu_seqlens = i32_data(p.cu_seqlens),
                         .y = f32_data(p.y),
                         .x_stride = row_stride(p.x),
                         .y_stride = row_stride(p.y),
                         .tokens = p.x.shape[0],
                         .sequences = sequences,
                         .columns = columns,
                         .mode = p.mode,
                         .normalize = p.normalize,
                         .fault = &stream.fault()};
  if (stream.cuda() != nullptr) return cuda_pooling(*stream.cuda(), args);
  stream.submit("pooling", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/gather_rows_backward.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_gradients.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const GatherRowsBackwardArgs&, const Team&)>, 3>
    kImplementations{{
        {IsaTier::kAvx512, cpu::avx512::gather_rows_backward},
        {IsaTier::kAvx2, cpu::avx2::gather_rows_backward},
        {IsaTier::kGeneric, reference::gather_rows_backward},
    }};

}  // namespace

void gather_rows_backward(Stream& stream, const gatun_gather_rows_backward_params& p) {
  ArgumentCheck check("gather_rows_backward", stream);
  check.binds("rows", p.rows, GATUN_DTYPE_I32, 1, "[R]");
  check.binds("dx", p.dx, GATUN_DTYPE_F32, 2, "[N, E]");
  const int64_t rows = p.rows.shape[0], columns = p.dx.shape[1];
  check.matches("dy", p.dy, GATUN_DTYPE_F32, "[R, E]", {rows, columns});
  check.apart("dx", p.dx, "dy", p.dy);
  check.apart("dx", p.dx, "rows", p.rows);
  const GatherRowsBackwardArgs args{.rows = i32_data(p.rows),
                                    .dy = f32_data(p.dy),
                                    .dx = f32_data(p.dx),
                                    .dy_stride = row_stride(p.dy),
                                    .dx_stride = row_stride(p.dx),
                                    .dy_rows = rows,
                                    .dx_rows = p.dx.shape[0],
                                    .columns = columns,
                                    .fault = &stream.fault()};
  if (stream.cuda() != nullptr)
    return cuda_gather_rows_backward(*stream.cuda(), "gather_rows_backward", args);
  stream.submit("gather_rows_backward", select_implementation(kImplementations, stream.tier()),
                args);
}

}  // namespace gatun

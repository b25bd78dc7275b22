// SPDX-License-Identifier: Apache-2.0
#include "kernels/gather_rows.h"

#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "ops/ops.h"

namespace gatun {

void gather_rows_forward(Stream& stream, const gatun_gather_rows_params& p) {
  ArgumentCheck check("gather_rows", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 2, "[N, E]");
  check.binds("rows", p.rows, GATUN_DTYPE_I32, 1, "[R]");
  const int64_t rows = p.rows.shape[0], columns = p.x.shape[1];
  check.matches("y", p.y, GATUN_DTYPE_F32, "[R, E]", {rows, columns});
  check.apart("y", p.y, "x", p.x);
  check.apart("y", p.y, "rows", p.rows);
  const GatherRowsArgs args{.x = f32_data(p.x),
                            .rows = i32_data(p.rows),
                            .y = f32_data(p.y),
                            .x_stride = row_stride(p.x),
                            .y_stride = row_stride(p.y),
                            .x_rows = p.x.shape[0],
                            .y_rows = rows,
                            .columns = columns,
                            .fault = &stream.fault()};
  if (stream.cuda() != nullptr) return cuda_gather_rows(*stream.cuda(), args);
  stream.submit("gather_rows", reference::gather_rows, args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_layout.h"

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"
#include "ops/panel_order.h"

namespace gatun {

void weight_layout_forward(Stream& stream, const gatun_weight_layout_params& p) {
  ArgumentCheck check("weight_layout", stream);
  check.binds("rows", p.rows, GATUN_DTYPE_F32, 2, "[O, K]");
  const int64_t rows = p.rows.shape[0], columns = p.rows.shape[1];
  check.matches("panels", p.panels, GATUN_DTYPE_F32, "[ceil(O / 16) K 16]",
                {panel_order_count(check, "panels", rows, columns)});
  check.apart("rows", p.rows, "panels", p.panels);
  check.one_of("to_rows", p.to_rows, 0, 1);
  const WeightLayoutArgs args{.panels = f32_data(p.panels),
                              .rows = f32_data(p.rows),
                              .row_stride = row_stride(p.rows),
                              .row_count = rows,
                              .columns = columns,
                              .to_rows = p.to_rows != 0};
  if (submit_cuda(stream, "weight_layout", &cuda::Backend::weight_layout, args)) return;
  stream.submit("weight_layout", reference::weight_layout, args);
}

}  // namespace gatun

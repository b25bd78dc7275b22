// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gather_rows_backward.h"
#include "kernels/cuda/row_owners.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(kOwnerWarps* kWarpSize)
    gather_rows_backward_kernel(GatherRowsBackwardArgs args) {
  const OwnerShare share = owner_share<kWidth>(args.columns);
  if (share.place >= args.dy_rows) return;
  const int row = args.rows[share.place], lane = static_cast<int>(threadIdx.x) % kWarpSize;
  if (row < 0 || row >= args.dx_rows) {
    if (row != -1 && share.first_slice && lane == 0)
      report_fault(args.fault, FaultSource::kGatherRowsBackward, share.place, row, args.dx_rows);
    return;
  }
  if (named_before(args.rows, share.place)) return;
  const bool mine = share.unit < args.columns / kWidth;
  float* dx = args.dx + row * args.dx_stride;
  Unit<kWidth> sum{};
  if (mine) sum = load_unit<kWidth>(dx, share.unit);
  add_same_rows(args.rows, args.dy_rows, share.place, sum, [&](int place) {
    return mine ? load_unit<kWidth>(args.dy + place * args.dy_stride, share.unit) : Unit<kWidth>{};
  });
  if (mine) store_unit(dx, share.unit, sum);
}

}  // namespace

Status gather_rows_backward(const GatherRowsBackwardArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  const bool wide = args.columns % 4 == 0 && four_wide(args.dy, args.dy_stride) &&
                    four_wide(args.dx, args.dx_stride);
  return launch("gather_rows_backward",
                wide ? gather_rows_backward_kernel<4> : gather_rows_backward_kernel<1>,
                {owner_blocks(args.dy_rows, args.columns, wide ? 4 : 1)}, kOwnerWarps * kWarpSize,
                0, stream, args);
}

}  // namespace gatun::cuda

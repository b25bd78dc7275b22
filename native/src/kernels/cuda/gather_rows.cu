// SPDX-License-Identifier: Apache-2.0
// A block copies a row, in units of one or four values.
#include "kernels/cuda/gather_rows.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(256) gather_rows_kernel(GatherRowsArgs args) {
  const int target = static_cast<int>(blockIdx.x), threads = static_cast<int>(blockDim.x);
  int source = args.rows[target];
  if (source < -1 || source >= args.x_rows) {
    if (threadIdx.x == 0)
      report_fault(args.fault, FaultSource::kGatherRows, target, source, args.x_rows);
    source = -1;
  }
  const float* x = args.x + (source < 0 ? 0 : source) * args.x_stride;
  float* y = args.y + target * args.y_stride;
  for (int unit = static_cast<int>(threadIdx.x); unit < args.columns / kWidth; unit += threads)
    store_unit(y, unit, source < 0 ? Unit<kWidth>{} : load_unit<kWidth>(x, unit));
}

}  // namespace

Status gather_rows(const GatherRowsArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  const bool wide =
      args.columns % 4 == 0 && four_wide(args.x, args.x_stride) && four_wide(args.y, args.y_stride);
  return launch("gather_rows", wide ? gather_rows_kernel<4> : gather_rows_kernel<1>, {args.y_rows},
                row_threads(args.columns, wide ? 4 : 1), 0, stream, args);
}

}  // namespace gatun::cuda

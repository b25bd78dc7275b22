// SPDX-License-Identifier: Apache-2.0
#include "kernels/gather_rows_backward.h"

namespace gatun::reference {

void gather_rows_backward(const GatherRowsBackwardArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.columns);
  for (int64_t r = 0; r < args.dy_rows; ++r) {
    if (!has_row(args, r)) continue;
    const float* dy = args.dy + r * args.dy_stride;
    float* dx = args.dx + args.rows[r] * args.dx_stride;
    for (int64_t e = begin; e < end; ++e) dx[e] += dy[e];
  }
}

}  // namespace gatun::reference

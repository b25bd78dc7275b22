// SPDX-License-Identifier: Apache-2.0
#include "kernels/gather_rows.h"

#include <cstring>

namespace gatun::reference {

void gather_rows(const GatherRowsArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.y_rows);
  const auto bytes = static_cast<size_t>(args.columns) * sizeof(float);
  for (int64_t i = begin; i < end; ++i) {
    const int64_t row = args.rows[i];
    float* y = args.y + i * args.y_stride;
    if (row >= 0 && row < args.x_rows) {
      std::memcpy(y, args.x + row * args.x_stride, bytes);
      continue;
    }
    if (row != -1)
      args.fault->report("gather_rows: rows", i, row, args.x_rows, Fault::Range::kIndexOrNone);
    std::memset(y, 0, bytes);
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/dropout.h"

#include "kernels/philox.h"

namespace gatun::reference {

void dropout(const DropoutArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    for (int64_t e = 0; e < args.columns; ++e) {
      const auto i = static_cast<uint64_t>(n * args.columns + e);
      const bool kept = philox(i / 4, args.sequence, args.seed)[i % 4] >= args.threshold;
      float value = kept ? args.x[n * args.x_stride + e] * args.factor : 0.0f;
      if (args.residual != nullptr) value += args.residual[n * args.residual_stride + e];
      float& y = args.y[n * args.y_stride + e];
      y = args.accumulate ? y + value : value;
    }
  }
}

}  // namespace gatun::reference

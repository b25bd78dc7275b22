// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding_backward.h"

#include "kernels/cpu/matmul_format.h"

namespace gatun::reference {

void embedding_backward(const EmbeddingBackwardArgs& args, const Team& team) {
  constexpr int64_t kRows = cpu::kPanelRows;
  const auto [begin, end] = team.share(args.columns);
  for (const EmbeddingBackwardArgs::Lookup& lookup : args.lookups) {
    for (int64_t n = 0; lookup.dtable != nullptr && n < args.rows; ++n) {
      if (!has_row(args, lookup, n)) continue;
      const int64_t id = lookup.ids[n];
      for (int64_t e = begin; e < end; ++e) {
        lookup.dtable[(id / kRows * args.columns + e) * kRows + id % kRows] +=
            lookup.scale * args.dy[n * args.dy_stride + e];
      }
    }
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/sum.h"

#include <algorithm>

namespace gatun::reference {

void sum(const SumArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.chunks());
  for (int64_t c = begin; c < end; ++c) {
    double total = 0;
    const int64_t last = std::min((c + 1) * kSumChunk, args.count);
    for (int64_t i = c * kSumChunk; i < last; ++i) {
      const double x{args.x[i]};
      total += args.squares ? x * x : x;
    }
    args.partial[c] = total;
  }
  team.barrier();
  if (team.index() == 0) add_partial_sums(args);
}

}  // namespace gatun::reference

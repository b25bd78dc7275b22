// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_refresh.h"

namespace gatun::reference {

void weight_refresh(const WeightRefreshArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.weight.panels());
  for (int64_t p = begin; p < end; ++p) cpu::refresh_panel(args.weight, p);
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/axpby.h"

namespace gatun::reference {

void axpby(const AxpbyArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.count);
  for (int64_t i = begin; i < end; ++i) {
    double value = double{args.alpha} * double{args.x[i]};
    if (args.beta != 0) value += double{args.beta} * double{args.y[i]};
    args.y[i] = static_cast<float>(value);
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/linear_backward.h"

#include "kernels/cpu/linear_backward_layout.h"

namespace gatun::cpu {

int64_t linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members) {
  return LinearBackwardLayout(args).bytes(members);
}

int64_t amx::linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members) {
  return has_bf16_weights(args) ? LinearBackwardTilesLayout(args).bytes(members)
                                : cpu::linear_backward_scratch_bytes(args, members);
}

}  // namespace gatun::cpu

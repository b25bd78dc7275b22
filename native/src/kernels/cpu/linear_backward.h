// SPDX-License-Identifier: Apache-2.0
// Gradients of products on vector registers, per tier.
#pragma once

#include "kernels/linear_backward.h"

namespace gatun::cpu {

int64_t linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members);

namespace avx2 {
void linear_backward(const LinearBackwardArgs& args, const Team& team);
}
namespace avx512 {
void linear_backward(const LinearBackwardArgs& args, const Team& team);
}

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Gradients of products per tier: on vector registers, and on tile registers where the weights are
// bf16. Two bf16 values per lane without tiles (vdpbf16ps) have no form of their own: it issues
// half as often as a fused multiply-add, so nothing would be gained.
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
namespace amx {
int64_t linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members);
void linear_backward(const LinearBackwardArgs& args, const Team& team);
void linear_backward_twin(const LinearBackwardArgs& args, const Team& team);
}  // namespace amx

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/linear_backward.h"
#include "kernels/cpu/linear_backward_blocks.h"
#include "kernels/cpu/linear_backward_vector_avx512.h"

namespace gatun::cpu::avx512 {

void linear_backward(const LinearBackwardArgs& args, const Team& team) {
  LinearBackward<Vector512>(args, team).run();
}

}  // namespace gatun::cpu::avx512

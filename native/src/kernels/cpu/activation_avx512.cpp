// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/activation_row.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void activation(const ActivationArgs& args, const Team& team) {
  activation_rows<Simd>(args, team);
}

void activation_backward(const ActivationBackwardArgs& args, const Team& team) {
  activation_backward_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

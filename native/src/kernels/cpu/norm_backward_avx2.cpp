// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/norm_backward_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void layer_norm_backward(const NormBackwardArgs& args, const Team& team) {
  layer_norm_backward_rows<Simd>(args, team);
}

void rms_norm_backward(const NormBackwardArgs& args, const Team& team) {
  rms_norm_backward_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

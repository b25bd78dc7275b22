// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx2.h"
#include "kernels/cpu/softmax_row.h"

namespace gatun::cpu::avx2 {

void softmax(const SoftmaxArgs& args, const Team& team) {
  softmax_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

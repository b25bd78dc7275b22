// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx512.h"
#include "kernels/cpu/softmax_row.h"

namespace gatun::cpu::avx512 {

void softmax(const SoftmaxArgs& args, const Team& team) {
  softmax_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

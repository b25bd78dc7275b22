// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/pooling_backward_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void pooling_backward(const PoolingBackwardArgs& args, const Team& team) {
  pooling_backward_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

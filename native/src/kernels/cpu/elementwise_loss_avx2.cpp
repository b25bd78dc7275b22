// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/elementwise_loss_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void elementwise_loss(const ElementwiseLossArgs& args, const Team& team) {
  elementwise_loss_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

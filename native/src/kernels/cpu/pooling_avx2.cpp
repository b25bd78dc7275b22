// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/pooling_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void pooling(const PoolingArgs& args, const Team& team) {
  pooling_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

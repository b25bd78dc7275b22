// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx2.h"
#include "kernels/cpu/vector_row.h"

namespace gatun::cpu::avx2 {

void gather_rows_backward(const GatherRowsBackwardArgs& args, const Team& team) {
  gather_rows_backward_columns<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

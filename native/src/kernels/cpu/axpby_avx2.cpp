// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx2.h"
#include "kernels/cpu/vector_row.h"

namespace gatun::cpu::avx2 {

void axpby(const AxpbyArgs& args, const Team& team) {
  axpby_vectors<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

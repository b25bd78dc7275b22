// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx512.h"
#include "kernels/cpu/vector_row.h"

namespace gatun::cpu::avx512 {

void axpby(const AxpbyArgs& args, const Team& team) {
  axpby_vectors<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

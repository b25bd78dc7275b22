// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/adamw_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void adamw(const AdamwArgs& args, const Team& team) {
  adamw_vectors<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

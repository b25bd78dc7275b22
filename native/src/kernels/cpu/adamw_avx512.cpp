// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/adamw_row.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void adamw(const AdamwArgs& args, const Team& team) {
  adamw_vectors<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd_avx512.h"
#include "kernels/cpu/top_k_row.h"

namespace gatun::cpu::avx512 {

void top_k(const TopKArgs& args, const Team& team) {
  top_k_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/cross_entropy_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void cross_entropy(const CrossEntropyArgs& args, const Team& team) {
  cross_entropy_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/low_rank_panels.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void low_rank(const LowRankArgs& args, const Team& team) {
  low_rank_panels<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

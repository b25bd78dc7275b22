// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/rotary_heads.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void rotary(const RotaryArgs& args, const Team& team) {
  rotary_heads<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

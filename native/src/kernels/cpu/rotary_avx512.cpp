// SPDX-License-Identifier: Apache-2.0
// GCC 12 takes the undefined register inside its own AVX-512 intrinsics for a mistake of their
// caller.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "kernels/cpu/rotary_heads.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void rotary(const RotaryArgs& args, const Team& team) {
  rotary_heads<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/rms_norm_row.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void rms_norm(const RmsNormArgs& args, const Team& team) {
  rms_norm_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

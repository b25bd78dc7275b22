// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/layer_norm_row.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void layer_norm(const LayerNormArgs& args, const Team& team) {
  layer_norm_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention_backward.h"
#include "kernels/cpu/attention_dropout_avx2.h"
#include "kernels/cpu/attention_gradient.h"
#include "kernels/cpu/attention_pages_avx2.h"
#include "kernels/cpu/attention_tile_f32.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void attention_backward(const AttentionBackwardArgs& args, const Team& team) {
  attention_gradient<F32Tile<Simd, transpose_group>, transpose_group, dropout_row>(args, team);
}

}  // namespace gatun::cpu::avx2

// SPDX-License-Identifier: Apache-2.0
// GCC 12 takes the undefined register inside its own AVX-512 intrinsics for a mistake of their
// caller.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "kernels/attention_backward.h"
#include "kernels/cpu/attention_dropout_avx512.h"
#include "kernels/cpu/attention_gradient.h"
#include "kernels/cpu/attention_pages_avx512.h"
#include "kernels/cpu/attention_tile_f32.h"
#include "kernels/cpu/simd_avx512.h"

namespace gatun::cpu::avx512 {

void attention_backward(const AttentionBackwardArgs& args, const Team& team) {
  attention_gradient<F32Tile<Simd, transpose_group>, transpose_group, dropout_row>(args, team);
}

}  // namespace gatun::cpu::avx512

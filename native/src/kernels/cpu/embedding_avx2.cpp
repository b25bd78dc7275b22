// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/embedding_row.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {

void embedding(const EmbeddingArgs& args, const Team& team) {
  embedding_rows<Simd>(args, team);
}

}  // namespace gatun::cpu::avx2

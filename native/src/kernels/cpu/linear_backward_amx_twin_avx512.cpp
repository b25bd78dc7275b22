// SPDX-License-Identifier: Apache-2.0
// Gradients on the software twin of the tiles: see dense_amx_twin_avx512.cpp.
#include "kernels/cpu/linear_backward.h"
#include "kernels/cpu/linear_backward_tiles.h"

namespace gatun::cpu::amx {

void linear_backward_twin(const LinearBackwardArgs& args, const Team& team) {
  if (!has_bf16_weights(args)) return avx512::linear_backward(args, team);
  LinearBackwardTiles<SoftwareTiles>(args, team).run();
}

}  // namespace gatun::cpu::amx

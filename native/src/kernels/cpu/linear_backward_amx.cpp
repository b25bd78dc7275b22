// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/linear_backward.h"
#include "kernels/cpu/linear_backward_tiles.h"

namespace gatun::cpu::amx {

void linear_backward(const LinearBackwardArgs& args, const Team& team) {
  if (!has_bf16_weights(args)) return avx512::linear_backward(args, team);
  LinearBackwardTiles<HardwareTiles>(args, team).run();
}

}  // namespace gatun::cpu::amx

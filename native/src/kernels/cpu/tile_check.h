// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gatun::cpu {

// Whether this machine's tile instructions give the bits of the software twin (tile.h) on random
// data, for all products and for tiles of few rows. Computed once; call only where the machine has
// tiles.
bool tiles_agree_with_twin();

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// TileFunctions of the dense formats, per tier. Panels as in dense_panel.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {

namespace avx2 {  // f32 activations
void f32_tile(const Tile& tile);
void f16_tile(const Tile& tile);
void bf16_tile(const Tile& tile);
}  // namespace avx2

namespace avx512 {  // f32 activations
void f32_tile(const Tile& tile);
void f16_tile(const Tile& tile);
void bf16_tile(const Tile& tile);
}  // namespace avx512

namespace avx512_bf16 {  // bf16 activations
void bf16_tile(const Tile& tile);
}  // namespace avx512_bf16

namespace amx {  // bf16 activations
// The hardware's tiles, and the software twin with the same bits.
void bf16_tile(const Tile& tile);
void bf16_tile_twin(const Tile& tile);
}  // namespace amx

}  // namespace gatun::cpu

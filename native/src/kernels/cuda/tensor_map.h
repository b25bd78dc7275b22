// SPDX-License-Identifier: Apache-2.0
// What TMA needs to know of a tensor in global memory and of the box of it that one copy moves.
// simt/tensor_map.h says where the box's elements go in shared memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/launch.h"

namespace gatun::cuda {

// A CUtensorMap on a device, simt::TensorMap on the emulated one. Kernels take it as a
// `const __grid_constant__` parameter, or in one.
struct alignas(64) TensorMap {
  unsigned char bits[128];
};

enum class Swizzle : int { kNone = 0, k32 = 32, k64 = 64, k128 = 128 };  // bytes

// A tensor of bf16, the first dimension innermost and dense.
struct TensorBox {
  const uint16_t* data;  // at a multiple of 16 bytes
  int rank;              // up to 4
  uint64_t sizes[4];     // elements
  uint64_t strides[3];   // bytes, multiples of 16, of the second dimension on
  uint32_t box[4];       // elements, up to 256; box[0] is whole pieces of 16 bytes
  Swizzle swizzle;
};

inline constexpr Status kNoTensorMaps = 801;  // cudaErrorNotSupported: the driver has none

// 0, kNoTensorMaps, or kInvalidConfiguration for a box that TMA does not take.
Status make_tensor_map(const TensorBox& box, TensorMap* map);

#if !defined(__CUDACC__)
inline const simt::TensorMap& simt_map(const TensorMap& map) {
  static_assert(sizeof(TensorMap) == sizeof(simt::TensorMap));
  return reinterpret_cast<const simt::TensorMap&>(map);
}
#endif

}  // namespace gatun::cuda

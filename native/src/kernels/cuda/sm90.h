// SPDX-License-Identifier: Apache-2.0
// What kernels for sm_90a share: one warp orders copies by TMA, warpgroups multiply what arrives.
//
// Tiles lie in boxes of 64 elements of 16 bits by as many rows as wanted: 128 bytes to a row, the
// width of the swizzle, which repeats after 8 rows.
#pragma once

#include "kernels/cuda/instructions_sm90.h"

namespace gatun::cuda {

inline constexpr int kWarpgroup = 4 * kWarpSize;
inline constexpr int kBoxColumns = 64;
inline constexpr int kBoxRowBytes = 2 * kBoxColumns;
inline constexpr int kSwizzleBytes = 8 * kBoxRowBytes;  // alignment of a box

// Whether the calling thread's device runs the code of sm_90a. In tensor_map.cu.
bool device_is_sm90();

// The first place for boxes in dynamic shared memory, which is aligned to 16 bytes only.
__device__ __forceinline__ unsigned char* align_boxes(unsigned char* memory) {
  return memory + (kSwizzleBytes - shared_address(memory) % kSwizzleBytes) % kSwizzleBytes;
}

__device__ __forceinline__ void await(uint64_t* barrier, uint32_t parity) {
  while (!mbarrier_try_wait(barrier, parity)) {
  }
}

// An operand that is contiguous along k, from column k of a box on.
__device__ __forceinline__ uint64_t box_operand(const unsigned char* box, int k) {
  return wgmma_descriptor(box + 2 * k, 16, kSwizzleBytes, Swizzle::k128);
}
// One that is contiguous along its rows: k is the row of the box, and 64 rows of the operand
// further follows the next box.
__device__ __forceinline__ uint64_t transposed_box_operand(const unsigned char* box,
                                                           int k,
                                                           uint32_t box_bytes) {
  return wgmma_descriptor(box + k * kBoxRowBytes, box_bytes, kSwizzleBytes, Swizzle::k128);
}

}  // namespace gatun::cuda

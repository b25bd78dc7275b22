// SPDX-License-Identifier: Apache-2.0
// The emulated device's own tensor map, in the 128 bytes of a CUtensorMap: a box of up to four
// dimensions in a tensor of global memory, the way TMA moves it to and from shared memory.
//
// The box lies densely in shared memory, its first dimension innermost. Swizzled, the 16-byte
// pieces of a row change places: of the address in shared memory, bits 4.. are xored with bits 7..,
// one, two or three of them for 32, 64 and 128 bytes. Coordinates outside the tensor load zeros and
// store nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatun::simt {

struct alignas(64) TensorMap {
  static constexpr uint64_t kMagic = 0x70616d5f6d697367;
  static constexpr int kMaxRank = 4;

  uint64_t magic;
  const void* data;
  uint64_t sizes[kMaxRank];
  uint64_t strides[kMaxRank];  // bytes; of the first dimension, the element's
  uint16_t box[kMaxRank];
  uint8_t rank;
  uint8_t element_bytes;
  uint8_t swizzle_bytes;  // 0, 32, 64, 128
};
static_assert(sizeof(TensorMap) == 128);

// What cuTensorMapEncodeTiled refuses is refused: false. `strides` has rank - 1 elements, as there.
bool encode_tensor_map(TensorMap* map,
                       const void* data,
                       int element_bytes,
                       int rank,
                       const uint64_t* sizes,
                       const uint64_t* strides,
                       const uint32_t* box,
                       int swizzle_bytes);

inline uintptr_t swizzled(uintptr_t address, int swizzle_bytes) {
  const uintptr_t bits = static_cast<uintptr_t>(swizzle_bytes) / 16;  // 0, 2, 4, 8 pieces
  return bits == 0 ? address : address ^ ((address >> 7 & (bits - 1)) << 4);
}

// Bytes from global to shared memory that complete on an mbarrier.
struct BulkLoad {
  void* target;
  bool tensor;
  TensorMap map;  // if tensor
  int32_t coordinates[TensorMap::kMaxRank];
  const void* source;  // else
  uint32_t bytes;
  uint32_t site;
};

// Bytes from shared to global memory that complete in the groups of a thread.
struct BulkStore {
  const void* source;
  bool tensor;
  TensorMap map;
  int32_t coordinates[TensorMap::kMaxRank];
  void* target;
  uint32_t bytes;
  uint32_t site;
};

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
// Bits of floats, and roundings whose NaNs have the same bits as the CPU's.
#pragma once

#include <cstring>

#include "kernels/cuda/device.h"

namespace gatun::cuda {

__device__ __forceinline__ uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}
__device__ __forceinline__ float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// To nearest even (kernels/float_to_half.h).
__device__ __forceinline__ uint32_t half_bits(float value) {
  const uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000u, size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) return sign | 0x7e00u | (size >> 13 & 0x1ffu);
  if (size >= 0x477ff000u) return sign | 0x7c00u;  // 65520 and above
  // Below 2^-14, adding 1/2 leaves the multiple of 2^-24, rounded, in the low bits.
  if (size < 0x38800000u) return sign | (bits_of(float_of(size) + 0.5f) - 0x3f000000u);
  return sign | ((size + 0xfffu + (size >> 13 & 1u) - 0x38000000u) >> 13);
}

__device__ __forceinline__ uint32_t bf16_bits(float value) {
  const uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return bits >> 16 | 64u;
  return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

// Unsigned numbers in the order of their floats; both zeros are the same.
__device__ __forceinline__ uint32_t order_of(float value) {
  const uint32_t bits = bits_of(value + 0.0f);
  return (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Rounding to 16 bits, and rows of the key/value cache, as the host writes and reads them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "harness.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/float_to_half.h"

namespace gatun::cuda::test {

inline float as_it_is(float value) {
  return value;
}

inline float to_bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = (bits + 0x7fffU + (bits >> 16 & 1U)) & 0xffff0000U;
  std::memcpy(&value, &bits, 4);
  return value;
}

// Of a finite number.
inline float from_f16(uint16_t bits) {
  const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const float magnitude = exponent == 0
                              ? std::ldexp(static_cast<float>(mantissa), -24)
                              : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}
inline float to_f16(float value) {
  return from_f16(gatun::float_to_half(value));
}

// Element d of a row that the host can read.
inline float read_kv(const KvPages& p, int page, int head, int part, int token, int d) {
  const std::byte* row = kv_row(p, page, head, part, token);
  if (p.dtype == GATUN_DTYPE_F32) return reinterpret_cast<const float*>(row)[d];
  if (p.dtype == GATUN_DTYPE_Q8_0) {
    const float scale = from_f16(kv_scales(p, page, head, part, token)[d / kKvBlock]);
    return scale * static_cast<float>(reinterpret_cast<const int8_t*>(row)[d]);
  }
  const uint16_t bits = reinterpret_cast<const uint16_t*>(row)[d];
  if (p.dtype == GATUN_DTYPE_F16) return from_f16(bits);
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

// Writes a row [D], padding included, which becomes what the pages hold of it.
inline void write_kv_row(const KvPages& p, int page, int head, int part, int token, float* x) {
  std::byte* row = kv_row(p, page, head, part, token);
  const int width = kv_row_width(p.head_size, p.dtype);
  const auto at = [&](int d) { return d < p.head_size ? x[d] : 0.0f; };
  for (int block = 0; block < kv_row_scales(p); ++block) {
    float largest = 0;
    for (int i = 0; i < kKvBlock; ++i)
      largest = std::max(largest, std::fabs(at(block * kKvBlock + i)));
    const float scale = largest / 127;
    kv_scales(p, page, head, part, token)[block] = gatun::float_to_half(scale);
    for (int i = 0; i < kKvBlock; ++i) {
      const float code = scale == 0 ? 0 : std::nearbyint(at(block * kKvBlock + i) / scale);
      reinterpret_cast<int8_t*>(row)[block * kKvBlock + i] = static_cast<int8_t>(code);
    }
  }
  for (int d = 0; d < width; ++d) {
    if (p.dtype == GATUN_DTYPE_F32) {
      reinterpret_cast<float*>(row)[d] = at(d);
    } else if (p.dtype == GATUN_DTYPE_F16) {
      reinterpret_cast<uint16_t*>(row)[d] = gatun::float_to_half(at(d));
    } else if (p.dtype == GATUN_DTYPE_BF16) {
      const float value = to_bf16(at(d));
      uint32_t bits;
      std::memcpy(&bits, &value, 4);
      reinterpret_cast<uint16_t*>(row)[d] = static_cast<uint16_t>(bits >> 16);
    }
  }
  for (int d = 0; d < p.head_size; ++d) x[d] = read_kv(p, page, head, part, token, d);
}

}  // namespace gatun::cuda::test

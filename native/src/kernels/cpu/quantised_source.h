// SPDX-License-Identifier: Apache-2.0
// Blocks of the GGUF formats as they lie in a file, taken apart into unsigned codes and scales.
// Written from the formats' layout; only for plain sources (packing and the reference dequantiser).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/quantised_layout.h"

namespace gatun::cpu {

// f16 bits to f32 without arithmetic, so that no rounding or flushing mode matters; NaN payloads
// are kept.
inline float half_to_float(uint16_t half) {
  const uint32_t sign = (half & 0x8000u) << 16;
  const uint32_t exponent = half >> 10 & 31u;
  const uint32_t mantissa = half & 1023u;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | mantissa << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
  if (mantissa == 0) return std::bit_cast<float>(sign);
  const auto shift =
      static_cast<uint32_t>(std::countl_zero(mantissa)) - 21;  // brings the top bit to bit 10
  return std::bit_cast<float>(sign | (113 - shift) << 23 | (mantissa << shift & 1023u) << 13);
}

struct SourceBlock {
  uint8_t codes[256];  // block_columns of them
  uint16_t d;          // f16
  uint16_t min;        // f16: m or dmin
  uint8_t block_scale[16];
  uint8_t block_min[8];
};

template <BlockFormat kFormat>
inline void read_source_block(const uint8_t* source, SourceBlock& block) {
  constexpr bool kMin =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
    // 128 bytes of low nibbles, 64 of high bit pairs, 16 int8 scales, d. Per 128 values: four runs
    // of 32.
    for (int half = 0; half < 2; ++half) {
      const uint8_t* low = source + 64 * half;
      const uint8_t* high = source + 128 + 32 * half;
      uint8_t* codes = block.codes + 128 * half;
      for (int i = 0; i < 32; ++i) {
        codes[i] = static_cast<uint8_t>((low[i] & 15) | (high[i] & 3) << 4);
        codes[32 + i] = static_cast<uint8_t>((low[32 + i] & 15) | (high[i] >> 2 & 3) << 4);
        codes[64 + i] = static_cast<uint8_t>(low[i] >> 4 | (high[i] >> 4 & 3) << 4);
        codes[96 + i] = static_cast<uint8_t>(low[32 + i] >> 4 | high[i] >> 6 << 4);
      }
    }
    std::memcpy(block.block_scale, source + 192, 16);
    std::memcpy(&block.d, source + 208, 2);
    return;
  }
  std::memcpy(&block.d, source, 2);
  source += 2;
  if constexpr (kMin) {
    std::memcpy(&block.min, source, 2);
    source += 2;
  }
  if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
    // 12 bytes hold eight 6-bit scales and mins: the first four whole, the last four split with the
    // spare top bits.
    for (int b = 0; b < 4; ++b) {
      block.block_scale[b] = source[b] & 63;
      block.block_min[b] = source[4 + b] & 63;
      block.block_scale[4 + b] = static_cast<uint8_t>((source[8 + b] & 15) | source[b] >> 6 << 4);
      block.block_min[4 + b] = static_cast<uint8_t>(source[8 + b] >> 4 | source[4 + b] >> 6 << 4);
    }
    source += 12;
    // Q5_K: 32 bytes of top bits, bit b of byte i for value i of block b. Then nibbles, two blocks
    // per 32 bytes.
    const uint8_t* high = source;
    if constexpr (kFormat.bits == 5) source += 32;
    for (int b = 0; b < 8; ++b) {
      for (int i = 0; i < 32; ++i) {
        unsigned code = source[32 * (b / 2) + i] >> (4 * (b % 2)) & 15u;
        if constexpr (kFormat.bits == 5) code |= (high[i] >> b & 1u) << 4;
        block.codes[32 * b + i] = static_cast<uint8_t>(code);
      }
    }
  } else if constexpr (kFormat.bits == 8) {
    for (int i = 0; i < 32; ++i) block.codes[i] = source[i] ^ 0x80;
  } else {
    // Q5: 32 top bits, bit i for value i. Then nibbles: values 0-15 low, 16-31 high.
    uint32_t high = 0;
    if constexpr (kFormat.bits == 5) {
      std::memcpy(&high, source, 4);
      source += 4;
    }
    for (int i = 0; i < 16; ++i) {
      block.codes[i] = static_cast<uint8_t>((source[i] & 15) | (high >> i & 1u) << 4);
      block.codes[16 + i] = static_cast<uint8_t>(source[i] >> 4 | (high >> (16 + i) & 1u) << 4);
    }
  }
}

}  // namespace gatun::cpu

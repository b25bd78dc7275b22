// SPDX-License-Identifier: Apache-2.0
// The reference's own rounding, in f32 step by step, so that the bytes are the same:
//   Q4_0, Q5_0   d = (the value of largest magnitude, the first one, with its sign) / -8 or -16,
//                code = x / d + 8.5 or 16.5, truncated
//   Q4_1, Q5_1   d = (max - min) / 15 or 31, code = (x - min) / d + 0.5, truncated
//   Q8_0         d = max|x| / 127, code = x / d rounded, halves away from zero
// "/ d" is a product with f32(1 / d), or with 0 where d is 0; d and min are stored as f16, but the
// codes come from the f32 values. A code that is not a number is 0.
#include "kernels/quantize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/float_to_half.h"
#include "runtime/floating_point_mode.h"

namespace gatun::reference {
namespace {

uint16_t to_bf16(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>(bits >> 16 | 64u);
  bits += 0x7fffu + (bits >> 16 & 1u);
  return static_cast<uint16_t>(bits >> 16);
}

float inverse(float d) {
  return d == 0.0f ? 0.0f : 1.0f / d;
}

// Truncated into [0, top]; NaN is 0.
uint8_t truncated(float value, int top) {
  if (!(value >= 1.0f)) return 0;
  return value >= static_cast<float>(top) ? static_cast<uint8_t>(top) : static_cast<uint8_t>(value);
}

void put_half(std::byte*& y, float value) {
  const uint16_t half = float_to_half(value);
  std::memcpy(y, &half, 2);
  y += 2;
}

// 32 codes of 4 or 5 bits: top bits first, then nibbles, values 0-15 low and 16-31 high.
void put_codes(std::byte* y, const uint8_t (&codes)[32], bool five_bits) {
  if (five_bits) {
    uint32_t top = 0;
    for (int i = 0; i < 32; ++i) top |= static_cast<uint32_t>(codes[i] >> 4) << i;
    std::memcpy(y, &top, 4);
    y += 4;
  }
  for (int i = 0; i < 16; ++i)
    y[i] = static_cast<std::byte>((codes[i] & 15) | (codes[16 + i] & 15) << 4);
}

template <int kBits>
void signed_block(const float* x, std::byte* y) {
  constexpr int kHalf = 1 << (kBits - 1);  // 8 or 16
  float extreme = x[0];
  for (int i = 1; i < 32; ++i) {
    if (std::abs(x[i]) > std::abs(extreme)) extreme = x[i];
  }
  const float d = extreme / static_cast<float>(-kHalf);
  const float factor = inverse(d);
  uint8_t codes[32];
  for (int i = 0; i < 32; ++i) {
    codes[i] = truncated(x[i] * factor + (static_cast<float>(kHalf) + 0.5f), 2 * kHalf - 1);
  }
  put_half(y, d);
  put_codes(y, codes, kBits == 5);
}

template <int kBits>
void ranged_block(const float* x, std::byte* y) {
  constexpr int kTop = (1 << kBits) - 1;  // 15 or 31
  const auto [low, high] = std::minmax_element(x, x + 32);
  const float min = *low;
  const float d = (*high - min) / static_cast<float>(kTop);
  const float factor = inverse(d);
  uint8_t codes[32];
  for (int i = 0; i < 32; ++i) codes[i] = truncated((x[i] - min) * factor + 0.5f, kTop);
  put_half(y, d);
  put_half(y, min);
  put_codes(y, codes, kBits == 5);
}

void byte_block(const float* x, std::byte* y) {
  float top = 0.0f;
  for (int i = 0; i < 32; ++i) top = std::max(top, std::abs(x[i]));
  const float d = top / 127.0f;
  const float factor = inverse(d);
  put_half(y, d);
  for (int i = 0; i < 32; ++i) {
    const float scaled = x[i] * factor;
    const float magnitude = std::abs(scaled);
    const float whole = std::floor(magnitude);
    const float rounded = whole + std::floor(2 * (magnitude - whole));
    const int code = rounded <= 127.0f ? static_cast<int>(rounded) : rounded > 127.0f ? 127 : 0;
    y[i] = static_cast<std::byte>(scaled < 0 ? -code : code);
  }
}

void f32_value(const float* x, std::byte* y) {
  std::memcpy(y, x, 4);
}

template <uint16_t (*kRound)(float)>
void short_value(const float* x, std::byte* y) {
  const uint16_t bits = kRound(*x);
  std::memcpy(y, &bits, 2);
}

struct Format {
  gatun_dtype dtype;
  int block;
  int block_bytes;
  void (*run)(const float* x, std::byte* y);
};

constexpr Format kFormats[] = {{GATUN_DTYPE_F32, 1, 4, f32_value},
                               {GATUN_DTYPE_F16, 1, 2, short_value<float_to_half>},
                               {GATUN_DTYPE_BF16, 1, 2, short_value<to_bf16>},
                               {GATUN_DTYPE_Q4_0, 32, 18, signed_block<4>},
                               {GATUN_DTYPE_Q4_1, 32, 20, ranged_block<4>},
                               {GATUN_DTYPE_Q5_0, 32, 22, signed_block<5>},
                               {GATUN_DTYPE_Q5_1, 32, 24, ranged_block<5>},
                               {GATUN_DTYPE_Q8_0, 32, 34, byte_block}};

}  // namespace

void quantize(const QuantizeArgs& args, const Team& team) {
  const FloatingPointMode mode(Denormals::kKeep);
  for (const Format& format : kFormats) {
    if (format.dtype != args.dtype) continue;
    const Team::Range mine = team.share(args.count / format.block);
    for (int64_t b = mine.begin; b < mine.end; ++b) {
      format.run(args.x + b * format.block, args.y + b * format.block_bytes);
    }
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
// f32, f16 and bf16 weights held in 8 bits for FAST: packed as Q8_0 panels (a scale per 32 values
// of a row, q = round(w / scale), scale = f16(max|w| / 127)) and multiplied by the products of
// Q8_0. Where a processor multiplies 8-bit integers four times as fast as floats and has no bf16
// tiles, this is its fastest product, in half the memory of bf16; a value errs by at most 1/254 of
// the largest one of its 32.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/cpu/matmul_format.h"
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cpu/quantised_source.h"
#include "kernels/float_to_half.h"

namespace gatun::cpu {
namespace {

constexpr int kBlock = 32;
constexpr float kLargestCode = 127;

// Source element `index` of a row, widened.
template <gatun_dtype kSource>
float element(const std::byte* row, int64_t index) {
  if constexpr (kSource == GATUN_DTYPE_F32) {
    float value;
    std::memcpy(&value, row + 4 * index, 4);
    return value;
  } else {
    uint16_t bits;
    std::memcpy(&bits, row + 2 * index, 2);
    if constexpr (kSource == GATUN_DTYPE_F16) return half_to_float(bits);
    return std::bit_cast<float>(uint32_t{bits} << 16);
  }
}

// One block of a row. Codes are biased by 128, byte i of group g at 64 g + 4 row + i. A block with
// a NaN or an infinity gets the scale NaN, so that it reaches every product.
void pack_block(const float* values, int row, uint8_t* codes, uint8_t* scales) {
  float largest = 0;
  bool finite = true;
  for (int k = 0; k < kBlock; ++k) {
    finite = finite && std::isfinite(values[k]);
    largest = std::max(largest, std::fabs(values[k]));
  }
  const uint16_t half = finite ? float_to_half(largest / kLargestCode) : uint16_t{0x7e00};
  const float scale = half_to_float(half);
  const float inverse = finite && scale > 0 ? 1 / scale : 0;
  for (int k = 0; k < kBlock; ++k) {
    const float q =
        finite ? std::clamp(std::nearbyint(values[k] * inverse), -kLargestCode, kLargestCode) : 0;
    codes[64 * (k / 4) + 4 * row + k % 4] =
        static_cast<uint8_t>(static_cast<int>(q) + kQ8_0.offset);
  }
  std::memcpy(scales + 2 * row, &half, 2);
}

template <gatun_dtype kSource>
void pack(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  auto* codes = reinterpret_cast<uint8_t*>(panel);
  auto* scales = codes + panel_scale_offset(kQ8_0, columns);
  for (int row = 0; row < rows_here; ++row) {
    for (int64_t block = 0; block < columns / kBlock; ++block) {
      float values[kBlock];
      for (int k = 0; k < kBlock; ++k)
        values[k] = element<kSource>(source + row * row_bytes, kBlock * block + k);
      pack_block(values, row, codes + block * panel_code_bytes(kQ8_0),
                 scales + block * panel_scale_bytes(kQ8_0));
    }
  }
}

// The entry of Q8_0 with another source.
MatmulFormat held_in_8_bits(const char* name,
                            gatun_dtype source,
                            decltype(MatmulFormat::pack) packer,
                            IsaTier tier) {
  MatmulFormat format = *find_matmul_format(GATUN_DTYPE_Q8_0, GATUN_ARITHMETIC_FAST, tier);
  format.name = name;
  format.dtype = source;
  format.pack = packer;
  return format;
}

}  // namespace

MatmulFormatList eight_bit_formats() {
  static const std::array formats{
      held_in_8_bits("f32 as q8_0 panel, int8 activations, avx512_vnni", GATUN_DTYPE_F32,
                     pack<GATUN_DTYPE_F32>, IsaTier::kAvx512),
      held_in_8_bits("f16 as q8_0 panel, int8 activations, avx512_vnni", GATUN_DTYPE_F16,
                     pack<GATUN_DTYPE_F16>, IsaTier::kAvx512),
      held_in_8_bits("bf16 as q8_0 panel, int8 activations, avx512_vnni", GATUN_DTYPE_BF16,
                     pack<GATUN_DTYPE_BF16>, IsaTier::kAvx512),
      held_in_8_bits("f32 as q8_0 panel, int8 activations, avx2", GATUN_DTYPE_F32,
                     pack<GATUN_DTYPE_F32>, IsaTier::kAvx2),
      held_in_8_bits("f16 as q8_0 panel, int8 activations, avx2", GATUN_DTYPE_F16,
                     pack<GATUN_DTYPE_F16>, IsaTier::kAvx2),
      held_in_8_bits("bf16 as q8_0 panel, int8 activations, avx2", GATUN_DTYPE_BF16,
                     pack<GATUN_DTYPE_BF16>, IsaTier::kAvx2)};
  return {formats.data(), formats.size()};
}

}  // namespace gatun::cpu

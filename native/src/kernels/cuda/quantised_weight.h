// SPDX-License-Identifier: Apache-2.0
// GGUF block formats as the CUDA kernels hold them: the same bits, sorted into planes, so that
// lanes read whole words from consecutive addresses. The unit is 16 columns of a row: the span of a
// scale of Q6_K, and 16 bytes of int8 activations.
//
//   codes   4 to 6 bits: 8 bytes a unit, words w0 w1; columns 4 j to 4 j + 3 of the unit are the
//           nibbles of w0 low, w1 low, w0 high, w1 high for j = 0 to 3
//           8 bits: 16 bytes a unit, two's complement
//   high    5 bits: a word for two units; bit 8 i + j of it is the top bit of column 4 j + i of the
//   32
//           6 bits: a word a unit; bits 8 i + 2 j and the next are the top bits of column 4 j + i
//   scales  f16: d, or d and m, of 32 columns; d and dmin, or d, of 256 columns of a K format
//   blocks  K formats, 16 bytes to 256 columns: eight pairs of scale and minimum, or the 16 signed
//           scales of Q6_K
// A value is scale * (code - offset) + minimum; the offset goes into the minimum.
#pragma once

#include <cstdint>

#include "gatun/tensor.h"
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cuda/device.h"
#if GATUN_DEVICE_CODE
#include "kernels/cuda/instructions.h"
#endif

namespace gatun::cuda {

using cpu::BlockFormat;
using cpu::ScaleKind;

inline constexpr int kUnit = 16;

struct QuantisedWeight {
  const uint32_t* codes;
  const uint32_t* high;
  const uint16_t* scales;
  const uint8_t* blocks;
  int32_t rows;     // O
  int32_t columns;  // K
  gatun_dtype dtype;
};

// Bytes of each plane of a row.
struct PlaneBytes {
  int64_t codes, high, scales, blocks;
};
constexpr PlaneBytes plane_bytes(BlockFormat f, int64_t columns) {
  const int64_t units = columns / kUnit;
  PlaneBytes b{};
  b.codes = units * (f.bits == 8 ? 16 : 8);
  b.high = f.bits == 5 ? units * 2 : f.bits == 6 ? units * 4 : 0;
  const bool pair = f.scales == ScaleKind::kScaleMin || f.scales == ScaleKind::kSuperScaleMin;
  b.scales = columns / f.block_columns * (pair ? 4 : 2);
  b.blocks = f.block_columns == 256 ? columns / 16 : 0;
  return b;
}

#if GATUN_DEVICE_CODE
// Words of codes of a unit in memory.
template <BlockFormat kFormat>
inline constexpr int kUnitWords = kFormat.bits == 8 ? 4 : 2;

// Columns 4 j to 4 j + 3 of a unit, a byte each, from its words and its high word. `unit` is its
// number in the row.
template <BlockFormat kFormat>
__device__ __forceinline__ uint32_t
unpack_codes(const uint32_t* words, uint32_t high, int unit, int j) {
  if constexpr (kFormat.bits == 8) {
    return words[j];
  } else {
    uint32_t code = words[j % 2] >> (j / 2 * 4) & 0x0f0f0f0fu;
    if constexpr (kFormat.bits == 5) code |= (high >> (unit % 2 * 4 + j) & 0x01010101u) << 4;
    if constexpr (kFormat.bits == 6) code |= (high >> (2 * j) & 0x03030303u) << 4;
    return code;
  }
}

// Where a unit's high word lies in its row.
template <BlockFormat kFormat>
__device__ __forceinline__ int high_word(int unit) {
  return kFormat.bits == 5 ? unit / 2 : unit;
}

struct ScaleMin {
  float scale, minimum;
};

// Of a unit of a row.
template <BlockFormat kFormat>
__device__ __forceinline__ ScaleMin unit_scale(const QuantisedWeight& w, int64_t row, int unit) {
  constexpr int kUnits = kFormat.block_columns / kUnit;
  const int64_t blocks = w.columns / kFormat.block_columns, block = row * blocks + unit / kUnits;
  if constexpr (kFormat.scales == ScaleKind::kScale) {
    const float d = half_to_float(w.scales[block]);
    // Codes of 8 bits are signed already.
    return {d, kFormat.bits == 8 ? 0.0f : d * -static_cast<float>(kFormat.offset)};
  } else if constexpr (kFormat.scales == ScaleKind::kScaleMin) {
    const uint32_t pair = reinterpret_cast<const uint32_t*>(w.scales)[block];
    return {half_to_float(static_cast<uint16_t>(pair)),
            half_to_float(static_cast<uint16_t>(pair >> 16))};
  } else if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
    const uint32_t pair = reinterpret_cast<const uint32_t*>(w.scales)[block];
    const uint16_t part =
        reinterpret_cast<const uint16_t*>(w.blocks)[block * 8 + unit % kUnits / 2];
    return {half_to_float(static_cast<uint16_t>(pair)) * static_cast<float>(part & 255),
            -half_to_float(static_cast<uint16_t>(pair >> 16)) * static_cast<float>(part >> 8)};
  } else {
    const auto scale = static_cast<int8_t>(w.blocks[block * 16 + unit % kUnits]);
    const float d = half_to_float(w.scales[block]) * static_cast<float>(scale);
    return {d, d * -static_cast<float>(kFormat.offset)};
  }
}

#endif

// Bytes of a weight's planes, each 256-byte aligned; 0 for a format that is none of these.
int64_t quantised_weight_bytes(gatun_dtype dtype, int64_t rows, int64_t columns);
// From rows of GGUF blocks into `target`, both of the host.
void pack_quantised_weight(
    gatun_dtype dtype, int64_t rows, int64_t columns, const std::byte* source, std::byte* target);
// The planes in memory that holds what pack wrote.
QuantisedWeight quantised_weight_at(gatun_dtype dtype,
                                    int64_t rows,
                                    int64_t columns,
                                    const std::byte* data);

// run.template operator()<format>() for the format of that number; false if there is none.
template <typename Run>
bool with_block_format(gatun_dtype dtype, const Run& run) {
  switch (dtype) {
    case GATUN_DTYPE_Q4_0:
      run.template operator()<cpu::kQ4_0>();
      return true;
    case GATUN_DTYPE_Q4_1:
      run.template operator()<cpu::kQ4_1>();
      return true;
    case GATUN_DTYPE_Q5_0:
      run.template operator()<cpu::kQ5_0>();
      return true;
    case GATUN_DTYPE_Q5_1:
      run.template operator()<cpu::kQ5_1>();
      return true;
    case GATUN_DTYPE_Q8_0:
      run.template operator()<cpu::kQ8_0>();
      return true;
    case GATUN_DTYPE_Q4_K:
      run.template operator()<cpu::kQ4_K>();
      return true;
    case GATUN_DTYPE_Q5_K:
      run.template operator()<cpu::kQ5_K>();
      return true;
    case GATUN_DTYPE_Q6_K:
      run.template operator()<cpu::kQ6_K>();
      return true;
    default:
      return false;
  }
}

}  // namespace gatun::cuda

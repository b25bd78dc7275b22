// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/quantised_pack.h"

#include <cmath>
#include <cstring>

#include "kernels/cpu/quantised_source.h"

namespace gatun::cpu {
namespace {

// Byte of a 64-byte vector that holds column i of a group for a row.
constexpr int lane(int row, int i) {
  return 4 * row + i;
}

uint8_t* bytes_of(std::byte* p) {
  return reinterpret_cast<uint8_t*>(p);
}
const uint8_t* bytes_of(const std::byte* p) {
  return reinterpret_cast<const uint8_t*>(p);
}

// One row's 32 codes into a zeroed block of the code section.
template <BlockFormat kFormat>
void put_codes(const uint8_t* codes, int row, uint8_t* block) {
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < 4; ++i) {
      const uint8_t low = codes[8 * t + i];
      const uint8_t high = codes[8 * t + 4 + i];
      if constexpr (kFormat.bits == 8) {
        block[64 * (2 * t) + lane(row, i)] = low;
        block[64 * (2 * t + 1) + lane(row, i)] = high;
      } else {
        block[64 * t + lane(row, i)] = static_cast<uint8_t>((low & 15) | (high & 15) << 4);
      }
    }
  }
  if constexpr (kFormat.bits == 5) {
    for (int i = 0; i < 4; ++i) {
      unsigned bits = 0;
      for (int g = 0; g < 8; ++g) bits |= (codes[4 * g + i] >> 4 & 1u) << g;
      block[256 + lane(row, i)] = static_cast<uint8_t>(bits);
    }
  }
  if constexpr (kFormat.bits == 6) {
    for (int u = 0; u < 2; ++u) {
      for (int i = 0; i < 4; ++i) {
        unsigned bits = 0;
        for (int g = 0; g < 4; ++g) bits |= (codes[16 * u + 4 * g + i] >> 4 & 3u) << (2 * g);
        block[256 + 64 * u + lane(row, i)] = static_cast<uint8_t>(bits);
      }
    }
  }
}

template <BlockFormat kFormat>
void get_codes(const uint8_t* block, int row, uint8_t* codes) {
  for (int g = 0; g < 8; ++g) {
    for (int i = 0; i < 4; ++i) {
      if constexpr (kFormat.bits == 8) {
        codes[4 * g + i] = block[64 * g + lane(row, i)];
        continue;
      }
      unsigned code = block[64 * (g / 2) + lane(row, i)] >> (4 * (g % 2)) & 15u;
      if constexpr (kFormat.bits == 5) code |= (block[256 + lane(row, i)] >> g & 1u) << 4;
      if constexpr (kFormat.bits == 6)
        code |= (block[256 + 64 * (g / 4) + lane(row, i)] >> (2 * (g % 4)) & 3u) << 4;
      codes[4 * g + i] = static_cast<uint8_t>(code);
    }
  }
}

// Element `row` of an array of 16 f16.
void put_half(uint8_t* array, int row, uint16_t half) {
  std::memcpy(array + 2 * row, &half, 2);
}
float get_half(const uint8_t* array, int row) {
  uint16_t half;
  std::memcpy(&half, array + 2 * row, 2);
  return half_to_float(half);
}

template <BlockFormat kFormat>
void put_scales(const SourceBlock& source, int row, uint8_t* scales) {
  put_half(scales, row, source.d);
  if constexpr (kFormat.scales == ScaleKind::kScaleMin) put_half(scales + 32, row, source.min);
  if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
    put_half(scales + 32, row, source.min);
    for (int b = 0; b < 8; ++b) {
      scales[64 + 16 * b + row] = source.block_scale[b];
      scales[64 + 128 + 16 * b + row] = source.block_min[b];
    }
  }
  if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
    for (int b = 0; b < 16; ++b) scales[32 + 16 * b + row] = source.block_scale[b];
  }
}

}  // namespace

template <BlockFormat kFormat>
int64_t quantised_panel_bytes(int64_t columns) {
  return panel_size(kFormat, columns);
}

template <BlockFormat kFormat>
void quantised_pack(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  constexpr int kBlocks = kFormat.block_columns / 32;  // of 32 columns, in a source block
  uint8_t* codes = bytes_of(panel);
  uint8_t* scales = bytes_of(panel) + panel_scale_offset(kFormat, columns);
  for (int64_t s = 0; s < columns / kFormat.block_columns; ++s) {
    for (int row = 0; row < rows_here; ++row) {
      SourceBlock block;
      read_source_block<kFormat>(bytes_of(source) + row * row_bytes + s * kFormat.block_bytes,
                                 block);
      for (int b = 0; b < kBlocks; ++b) {
        put_codes<kFormat>(block.codes + 32 * b, row,
                           codes + (s * kBlocks + b) * panel_code_bytes(kFormat));
      }
      put_scales<kFormat>(block, row, scales + s * panel_scale_bytes(kFormat));
    }
  }
}

template <BlockFormat kFormat>
PanelBlock quantised_panel_block(const std::byte* panel, int row, int64_t columns, int64_t block) {
  PanelBlock result;
  get_codes<kFormat>(bytes_of(panel) + block * panel_code_bytes(kFormat), row, result.codes);
  constexpr int kBlocks = kFormat.block_columns / 32;
  const int64_t b = block % kBlocks;
  const uint8_t* scales = bytes_of(panel) + panel_scale_offset(kFormat, columns) +
                          block / kBlocks * panel_scale_bytes(kFormat);
  const float d = get_half(scales, row);
  result.scale[0] = result.scale[1] = d;
  result.min = 0.0f;
  if constexpr (kFormat.scales == ScaleKind::kScaleMin) result.min = get_half(scales + 32, row);
  if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
    result.scale[0] = result.scale[1] = d * static_cast<float>(scales[64 + 16 * b + row]);
    result.min =
        -(get_half(scales + 32, row) * static_cast<float>(scales[64 + 128 + 16 * b + row]));
  }
  if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
    for (int h = 0; h < 2; ++h) {
      result.scale[h] =
          d * static_cast<float>(static_cast<int8_t>(scales[32 + 16 * (2 * b + h) + row]));
    }
  }
  return result;
}

template <BlockFormat kFormat>
void quantised_unpack_row(const std::byte* panel, int row, int64_t columns, float* values) {
  constexpr bool kHasMin =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  for (int64_t b = 0; b < columns / 32; ++b) {
    const PanelBlock block = quantised_panel_block<kFormat>(panel, row, columns, b);
    for (int i = 0; i < 32; ++i) {
      // The product has at most 25 significant bits before the offset and 24 after it, so it is
      // exact.
      const float product =
          block.scale[i / 16] * static_cast<float>(block.codes[i] - kFormat.offset);
      values[32 * b + i] = kHasMin ? product + block.min : product;
    }
  }
}

#define GATUN_INSTANTIATE(format)                                                            \
  template int64_t quantised_panel_bytes<format>(int64_t);                                   \
  template void quantised_pack<format>(const std::byte*, int64_t, int, int64_t, std::byte*); \
  template void quantised_unpack_row<format>(const std::byte*, int, int64_t, float*);        \
  template PanelBlock quantised_panel_block<format>(const std::byte*, int, int64_t, int64_t);

GATUN_INSTANTIATE(kQ4_0)
GATUN_INSTANTIATE(kQ4_1)
GATUN_INSTANTIATE(kQ5_0)
GATUN_INSTANTIATE(kQ5_1)
GATUN_INSTANTIATE(kQ8_0)
GATUN_INSTANTIATE(kQ4_K)
GATUN_INSTANTIATE(kQ5_K)
GATUN_INSTANTIATE(kQ6_K)

#undef GATUN_INSTANTIATE

}  // namespace gatun::cpu

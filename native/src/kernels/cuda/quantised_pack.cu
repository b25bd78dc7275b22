// SPDX-License-Identifier: Apache-2.0
// From the blocks of a file to planes: on the host, once per weight.
#include <cstring>

#include "kernels/cpu/quantised_source.h"
#include "kernels/cuda/quantised_weight.h"

namespace gatun::cuda {
namespace {

int64_t align(int64_t bytes) {
  return (bytes + 255) / 256 * 256;
}

struct Offsets {
  int64_t codes, high, scales, blocks, end;
};

Offsets plane_offsets(BlockFormat f, int64_t rows, int64_t columns) {
  const PlaneBytes b = plane_bytes(f, columns);
  Offsets o{};
  o.high = align(rows * b.codes);
  o.scales = o.high + align(rows * b.high);
  o.blocks = o.scales + align(rows * b.scales);
  o.end = o.blocks + align(rows * b.blocks);
  return o;
}

struct Target {
  uint32_t* codes;
  uint32_t* high;
  uint16_t* scales;
  uint8_t* blocks;
};

// Codes of one unit, `unit` being its number in the block.
template <BlockFormat kFormat>
void pack_unit(const uint8_t* codes, int unit, uint32_t* words, uint32_t* high) {
  if constexpr (kFormat.bits == 8) {
    for (int i = 0; i < kUnit; ++i)  // the reader's codes are biased by 128
      words[i / 4] |= static_cast<uint32_t>(codes[i] ^ 0x80u) << (8 * (i % 4));
  } else {
    for (int i = 0; i < kUnit; ++i) {
      const int j = i / 4, byte = i % 4;
      words[j % 2] |= static_cast<uint32_t>(codes[i] & 15u) << (8 * byte + j / 2 * 4);
      const uint32_t top = codes[i] >> 4;
      if constexpr (kFormat.bits == 5) *high |= top << (8 * byte + unit % 2 * 4 + j);
      if constexpr (kFormat.bits == 6) *high |= top << (8 * byte + 2 * j);
    }
  }
}

template <BlockFormat kFormat>
void pack_row(const uint8_t* source, int64_t row, int64_t columns, const Target& to) {
  constexpr int kUnits = kFormat.block_columns / kUnit;
  const PlaneBytes bytes = plane_bytes(kFormat, columns);
  const int64_t blocks = columns / kFormat.block_columns;
  for (int64_t b = 0; b < blocks; ++b) {
    cpu::SourceBlock block{};
    cpu::read_source_block<kFormat>(source + b * kFormat.block_bytes, block);
    for (int u = 0; u < kUnits; ++u) {
      const int64_t unit = b * kUnits + u;
      uint32_t* words = to.codes + row * bytes.codes / 4 + unit * kUnitWords<kFormat>;
      uint32_t* high = to.high + row * bytes.high / 4 +
                       (kFormat.bits == 5   ? unit / 2
                        : kFormat.bits == 6 ? unit
                                            : 0);
      pack_unit<kFormat>(block.codes + u * kUnit, u, words, high);
    }
    const int64_t at = row * blocks + b;
    if constexpr (kFormat.scales == ScaleKind::kScaleMin ||
                  kFormat.scales == ScaleKind::kSuperScaleMin) {
      to.scales[2 * at] = block.d;
      to.scales[2 * at + 1] = block.min;
    } else {
      to.scales[at] = block.d;
    }
    if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
      for (int i = 0; i < 8; ++i) {
        to.blocks[at * 16 + 2 * i] = block.block_scale[i];
        to.blocks[at * 16 + 2 * i + 1] = block.block_min[i];
      }
    } else if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
      std::memcpy(to.blocks + at * 16, block.block_scale, 16);
    }
  }
}

}  // namespace

int64_t quantised_weight_bytes(gatun_dtype dtype, int64_t rows, int64_t columns) {
  int64_t bytes = 0;
  with_block_format(
      dtype, [&]<BlockFormat kFormat>() { bytes = plane_offsets(kFormat, rows, columns).end; });
  return bytes;
}

void pack_quantised_weight(
    gatun_dtype dtype, int64_t rows, int64_t columns, const std::byte* source, std::byte* target) {
  with_block_format(dtype, [&]<BlockFormat kFormat>() {
    const Offsets o = plane_offsets(kFormat, rows, columns);
    std::memset(target, 0, static_cast<std::size_t>(o.end));
    const Target to{reinterpret_cast<uint32_t*>(target + o.codes),
                    reinterpret_cast<uint32_t*>(target + o.high),
                    reinterpret_cast<uint16_t*>(target + o.scales),
                    reinterpret_cast<uint8_t*>(target + o.blocks)};
    const int64_t row_bytes = columns / kFormat.block_columns * kFormat.block_bytes;
    for (int64_t r = 0; r < rows; ++r)
      pack_row<kFormat>(reinterpret_cast<const uint8_t*>(source) + r * row_bytes, r, columns, to);
  });
}

QuantisedWeight quantised_weight_at(gatun_dtype dtype,
                                    int64_t rows,
                                    int64_t columns,
                                    const std::byte* data) {
  QuantisedWeight w{};
  with_block_format(dtype, [&]<BlockFormat kFormat>() {
    const Offsets o = plane_offsets(kFormat, rows, columns);
    w = {reinterpret_cast<const uint32_t*>(data + o.codes),
         reinterpret_cast<const uint32_t*>(data + o.high),
         reinterpret_cast<const uint16_t*>(data + o.scales),
         reinterpret_cast<const uint8_t*>(data + o.blocks),
         static_cast<int32_t>(rows),
         static_cast<int32_t>(columns),
         dtype};
  });
  return w;
}

}  // namespace gatun::cuda

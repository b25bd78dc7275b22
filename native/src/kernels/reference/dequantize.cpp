// SPDX-License-Identifier: Apache-2.0
// value = scale * (code - offset) [+ min], in f32: the product is exact and the sum rounds once.
// Denormals are kept.
#include "kernels/dequantize.h"

#include <cstring>

#include "kernels/cpu/quantised_source.h"
#include "runtime/floating_point_mode.h"

namespace gatun::reference {
namespace {

using cpu::BlockFormat;
using cpu::ScaleKind;

float value_of(float scale, int code) {
  return scale * static_cast<float>(code);
}

template <BlockFormat kFormat>
void dequantize_blocks(const std::byte* x, int64_t first, int64_t last, float* y) {
  for (int64_t b = first; b < last; ++b) {
    cpu::SourceBlock block;
    cpu::read_source_block<kFormat>(reinterpret_cast<const uint8_t*>(x) + b * kFormat.block_bytes,
                                    block);
    const float d = cpu::half_to_float(block.d);
    float* out = y + b * kFormat.block_columns;
    for (int i = 0; i < kFormat.block_columns; ++i) {
      const int code = block.codes[i] - kFormat.offset;
      // Of a superblock, the part that has a scale of its own.
      [[maybe_unused]] const int part = i / (kFormat.scales == ScaleKind::kSuperScaleMin ? 32 : 16);
      if constexpr (kFormat.scales == ScaleKind::kScale) {
        out[i] = value_of(d, code);
      } else if constexpr (kFormat.scales == ScaleKind::kScaleMin) {
        out[i] = value_of(d, code) + cpu::half_to_float(block.min);
      } else if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
        const float min = cpu::half_to_float(block.min) * static_cast<float>(block.block_min[part]);
        out[i] = value_of(d * static_cast<float>(block.block_scale[part]), code) - min;
      } else {
        out[i] =
            value_of(d * static_cast<float>(static_cast<int8_t>(block.block_scale[part])), code);
      }
    }
  }
}

void widen_f16(const std::byte* x, int64_t first, int64_t last, float* y) {
  for (int64_t i = first; i < last; ++i) {
    uint16_t half;
    std::memcpy(&half, x + 2 * i, 2);
    y[i] = cpu::half_to_float(half);
  }
}

void widen_bf16(const std::byte* x, int64_t first, int64_t last, float* y) {
  for (int64_t i = first; i < last; ++i) {
    uint16_t top;
    std::memcpy(&top, x + 2 * i, 2);
    const uint32_t bits = static_cast<uint32_t>(top) << 16;
    std::memcpy(y + i, &bits, 4);
  }
}

void copy_f32(const std::byte* x, int64_t first, int64_t last, float* y) {
  std::memcpy(y + first, x + 4 * first, static_cast<std::size_t>(last - first) * 4);
}

struct Format {
  gatun_dtype dtype;
  int block;
  void (*run)(const std::byte* x, int64_t first_block, int64_t last_block, float* y);
};

template <BlockFormat kFormat>
constexpr Format format() {
  return {kFormat.dtype, kFormat.block_columns, dequantize_blocks<kFormat>};
}

constexpr Format kFormats[] = {{GATUN_DTYPE_F32, 1, copy_f32},
                               {GATUN_DTYPE_F16, 1, widen_f16},
                               {GATUN_DTYPE_BF16, 1, widen_bf16},
                               format<cpu::kQ4_0>(),
                               format<cpu::kQ4_1>(),
                               format<cpu::kQ5_0>(),
                               format<cpu::kQ5_1>(),
                               format<cpu::kQ8_0>(),
                               format<cpu::kQ4_K>(),
                               format<cpu::kQ5_K>(),
                               format<cpu::kQ6_K>()};

}  // namespace

void dequantize(const DequantizeArgs& args, const Team& team) {
  const FloatingPointMode mode(Denormals::kKeep);
  for (const Format& format : kFormats) {
    if (format.dtype != args.dtype) continue;
    const Team::Range mine = team.share(args.count / format.block);
    if (mine.begin < mine.end) format.run(args.x, mine.begin, mine.end, args.y);
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dense_panel.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {
namespace {

constexpr int64_t kColumnPadding = 32;
// Columns handled per row before the next row: the part of the panel that they touch stays in L1.
constexpr int64_t kPackBlock = 64;

int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

uint16_t bf16_from_f32(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  // A NaN keeps its top bits and stays quiet; rounding could carry it into infinity.
  if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<uint16_t>((bits >> 16) | 0x40U);
  return static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

// Exact for every half: denormals are renormalised with integer steps, so FTZ/DAZ cannot flush
// them.
float f32_from_f16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000U) << 16;
  uint32_t exponent = (half >> 10) & 0x1fU;
  uint32_t mantissa = half & 0x3ffU;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | (mantissa << 13));
  if (exponent == 0) {
    if (mantissa == 0) return std::bit_cast<float>(sign);
    const auto shift = static_cast<uint32_t>(std::countl_zero(mantissa)) - 21U;
    mantissa = (mantissa << shift) & 0x3ffU;
    exponent = 1U - shift;  // wraps; the sum below is right modulo 2^32
  }
  return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

// Rows of a file may be unaligned.
template <typename Source>
Source read(const std::byte* values, int64_t k) {
  Source value;
  std::memcpy(&value, values + k * static_cast<int64_t>(sizeof(Source)), sizeof(Source));
  return value;
}

// panel[k][row] = source[row, k], value by value.
template <typename Source, typename Convert>
void pack_values(const std::byte* source,
                 int64_t row_bytes,
                 int rows_here,
                 int64_t columns,
                 std::byte* panel,
                 Convert convert) {
  auto* stored = reinterpret_cast<decltype(convert(Source{}))*>(panel);
  for (int64_t begin = 0; begin < columns; begin += kPackBlock) {
    const int64_t end = std::min(begin + kPackBlock, columns);
    for (int row = 0; row < rows_here; ++row) {
      const std::byte* values = source + row * row_bytes;
      for (int64_t k = begin; k < end; ++k) {
        stored[k * kPanelRows + row] = convert(read<Source>(values, k));
      }
    }
  }
}

// panel[k / 2][row] = the pair source[row, k], source[row, k + 1] as bf16; an odd last column has a
// zero beside it.
template <typename Source, typename Convert>
void pack_pairs(const std::byte* source,
                int64_t row_bytes,
                int rows_here,
                int64_t columns,
                std::byte* panel,
                Convert convert) {
  auto* stored = reinterpret_cast<uint32_t*>(panel);
  for (int64_t begin = 0; begin < columns; begin += kPackBlock) {
    const int64_t end = std::min(begin + kPackBlock, columns);
    for (int row = 0; row < rows_here; ++row) {
      const std::byte* values = source + row * row_bytes;
      int64_t k = begin;
      for (; k + 2 <= end; k += 2) {
        const uint32_t low = convert(read<Source>(values, k));
        const uint32_t high = convert(read<Source>(values, k + 1));
        stored[k / 2 * kPanelRows + row] = low | (high << 16);
      }
      if (k < end) stored[k / 2 * kPanelRows + row] = convert(read<Source>(values, k));
    }
  }
}

}  // namespace

int64_t f32_panel_bytes(int64_t columns) {
  return columns * kPanelRows * 4;
}
int64_t f16_panel_bytes(int64_t columns) {
  return round_up(columns * kPanelRows * 2, 64);
}
int64_t bf16_panel_bytes(int64_t columns) {
  return round_up(columns, kColumnPadding) * kPanelRows * 2;
}

void pack_f32_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_values<float>(source, row_bytes, rows_here, columns, panel, [](float v) { return v; });
}

void pack_f16_f16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_values<uint16_t>(source, row_bytes, rows_here, columns, panel, [](uint16_t v) { return v; });
}

void pack_f16_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_values<uint16_t>(source, row_bytes, rows_here, columns, panel, f32_from_f16);
}

void pack_bf16_f32(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_values<uint16_t>(source, row_bytes, rows_here, columns, panel,
                        [](uint16_t v) { return std::bit_cast<float>(uint32_t{v} << 16); });
}

void pack_f32_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_pairs<float>(source, row_bytes, rows_here, columns, panel,
                    [](float v) { return bf16_from_f32(v); });
}

void pack_f16_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_pairs<uint16_t>(source, row_bytes, rows_here, columns, panel,
                       [](uint16_t v) { return bf16_from_f32(f32_from_f16(v)); });
}

void pack_bf16_bf16(
    const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel) {
  pack_pairs<uint16_t>(source, row_bytes, rows_here, columns, panel, [](uint16_t v) { return v; });
}

void round_panel_to_bf16(const float* panel, int64_t columns, uint16_t* rounded) {
  for (int64_t k = 0; k < columns; k += 2) {
    for (int64_t row = 0; row < kPanelRows; ++row) {
      const float second = k + 1 < columns ? panel[(k + 1) * kPanelRows + row] : 0.0f;
      rounded[k * kPanelRows + 2 * row] = bf16_from_f32(panel[k * kPanelRows + row]);
      rounded[k * kPanelRows + 2 * row + 1] = bf16_from_f32(second);
    }
  }
}

void unpack_f32_row(const std::byte* panel, int row, int64_t columns, float* values) {
  const auto* stored = reinterpret_cast<const float*>(panel);
  for (int64_t k = 0; k < columns; ++k) values[k] = stored[k * kPanelRows + row];
}

void unpack_f16_row(const std::byte* panel, int row, int64_t columns, float* values) {
  const auto* stored = reinterpret_cast<const uint16_t*>(panel);
  for (int64_t k = 0; k < columns; ++k) values[k] = f32_from_f16(stored[k * kPanelRows + row]);
}

void unpack_bf16_row(const std::byte* panel, int row, int64_t columns, float* values) {
  const auto* pairs = reinterpret_cast<const uint32_t*>(panel);
  for (int64_t k = 0; k < columns; ++k) {
    const uint32_t pair = pairs[k / 2 * kPanelRows + row];
    values[k] = std::bit_cast<float>(k % 2 == 0 ? pair << 16 : pair & 0xffff0000U);
  }
}

}  // namespace gatun::cpu

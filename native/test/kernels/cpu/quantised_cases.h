// SPDX-License-Identifier: Apache-2.0
// Block formats, tiers and random weights for the tests of quantised products.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/activation_int8.h"
#include "kernels/cpu/matmul_format.h"
#include "runtime/isa_tier.h"

namespace gatun::cpu::test {

struct FormatCase {
  gatun_dtype dtype;
  const char* name;
  int block_columns;
  int block_bytes;
  int half_at[2];  // offsets of the block's f16 fields, -1: none
};

inline constexpr FormatCase kFormatCases[] = {
    {GATUN_DTYPE_Q4_0, "q4_0", 32, 18, {0, -1}},  {GATUN_DTYPE_Q4_1, "q4_1", 32, 20, {0, 2}},
    {GATUN_DTYPE_Q5_0, "q5_0", 32, 22, {0, -1}},  {GATUN_DTYPE_Q5_1, "q5_1", 32, 24, {0, 2}},
    {GATUN_DTYPE_Q8_0, "q8_0", 32, 34, {0, -1}},  {GATUN_DTYPE_Q4_K, "q4_k", 256, 144, {0, 2}},
    {GATUN_DTYPE_Q5_K, "q5_k", 256, 176, {0, 2}}, {GATUN_DTYPE_Q6_K, "q6_k", 256, 210, {208, -1}}};

inline const char* isa_name(IsaTier tier) {
  return tier == IsaTier::kGeneric ? "generic" : tier == IsaTier::kAvx2 ? "avx2" : "avx512";
}

inline bool machine_has(IsaTier tier) {
  switch (tier) {
    case IsaTier::kGeneric:
      return true;
    case IsaTier::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    default:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
  }
}

inline const MatmulFormat* find_format(gatun_dtype dtype, int32_t arithmetic, IsaTier tier) {
  const MatmulFormatList list = quantised_formats();
  for (std::size_t i = 0; i < list.count; ++i) {
    const MatmulFormat& f = list.formats[i];
    if (f.dtype == dtype && f.arithmetic == arithmetic && f.tier == tier) return &f;
  }
  return nullptr;
}

// f16 bits with value in +-[2^-7, 2^-3).
inline uint16_t random_half(std::mt19937& random) {
  const auto exponent = 8 + random() % 4;
  return static_cast<uint16_t>((random() & 0x8000u) | exponent << 10 | (random() & 0x3ffu));
}

// Blocks of random codes with scales of ordinary size: rows x columns, rows contiguous.
inline std::vector<std::byte> random_blocks(const FormatCase& format,
                                            int64_t rows,
                                            int64_t columns,
                                            uint32_t seed) {
  std::mt19937 random(seed);
  const int64_t blocks = rows * columns / format.block_columns;
  std::vector<std::byte> bytes(static_cast<std::size_t>(blocks * format.block_bytes));
  for (auto& b : bytes) b = static_cast<std::byte>(random() & 255u);
  for (int64_t i = 0; i < blocks; ++i) {
    for (const int at : format.half_at) {
      if (at < 0) continue;
      const uint16_t half = random_half(random);
      std::memcpy(bytes.data() + i * format.block_bytes + at, &half, 2);
    }
  }
  return bytes;
}

inline std::vector<float> random_rows(int64_t rows, int64_t columns, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<std::size_t>(rows * columns));
  for (auto& v : x) v = normal(random);
  return x;
}

// Memory at a 64-byte boundary, zeroed.
class AlignedBytes {
 public:
  explicit AlignedBytes(int64_t size) : bytes_(static_cast<std::size_t>(size + 64)) {}
  std::byte* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
    return bytes_.data() + (64 - address % 64) % 64;
  }

 private:
  std::vector<std::byte> bytes_;
};

struct Packed {
  const MatmulFormat* format;
  int64_t rows, columns, panel_bytes;
  AlignedBytes bytes;
  int panels() const { return static_cast<int>((rows + kPanelRows - 1) / kPanelRows); }
};

inline Packed pack(const MatmulFormat& format,
                   const FormatCase& of,
                   const std::vector<std::byte>& source,
                   int64_t rows,
                   int64_t columns) {
  const int64_t panel_bytes = format.panel_bytes(columns);
  const int64_t panels = (rows + kPanelRows - 1) / kPanelRows;
  Packed packed{&format, rows, columns, panel_bytes, AlignedBytes(panels * panel_bytes)};
  const int64_t row_bytes = columns / of.block_columns * of.block_bytes;
  for (int64_t p = 0; p < panels; ++p) {
    const int64_t first = p * kPanelRows;
    const int here = static_cast<int>(rows - first < kPanelRows ? rows - first : kPanelRows);
    format.pack(source.data() + first * row_bytes, row_bytes, here, columns,
                packed.bytes.data() + p * panel_bytes);
  }
  return packed;
}

// Rows of x prepared for either arithmetic.
struct Prepared {
  Prepared(const std::vector<float>& x,
           int64_t rows,
           int64_t columns,
           IsaTier tier = IsaTier::kGeneric)
      : f32(x), codes(static_cast<std::size_t>(rows * columns)) {
    const int64_t blocks = columns / kInt8Block;
    scales.resize(static_cast<std::size_t>(rows * blocks));
    sums.resize(static_cast<std::size_t>(rows * blocks));
    for (int64_t r = 0; r < rows; ++r) {
      prepare_int8(tier)(f32.data() + r * columns, columns, codes.data() + r * columns,
                         scales.data() + r * blocks, sums.data() + r * blocks);
    }
    rows_of = {.f32 = f32.data(),
               .f32_stride = columns,
               .int8 = codes.data(),
               .int8_stride = columns,
               .scales = scales.data(),
               .sums = sums.data(),
               .block_stride = blocks};
  }
  std::vector<float> f32;
  std::vector<int8_t> codes;
  std::vector<float> scales, sums;
  PreparedRows rows_of;
};

// [rows, panels * 16] of the product, given to the tile in chunks of `chunk` rows.
inline std::vector<float> product(Packed& weight,
                                  const PreparedRows& x,
                                  int rows,
                                  int chunk = kMaxTileRows) {
  const int64_t stride = weight.panels() * kPanelRows;
  std::vector<float> y(static_cast<std::size_t>(rows * stride), -1.0f);
  for (int p = 0; p < weight.panels(); p += kMaxTilePanels) {
    const int panels = std::min(kMaxTilePanels, weight.panels() - p);
    for (int r = 0; r < rows; r += chunk) {
      weight.format->tile({x, r, std::min(chunk, rows - r),
                           weight.bytes.data() + p * weight.panel_bytes, weight.panel_bytes, panels,
                           weight.columns, y.data() + r * stride + p * kPanelRows, stride});
    }
  }
  return y;
}

inline std::string case_name(
    const FormatCase& format, IsaTier tier, int rows, int64_t columns, int64_t outputs) {
  return std::string(format.name) + " " + isa_name(tier) + " M=" + std::to_string(rows) +
         " K=" + std::to_string(columns) + " O=" + std::to_string(outputs);
}

}  // namespace gatun::cpu::test

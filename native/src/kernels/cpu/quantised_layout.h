// SPDX-License-Identifier: Apache-2.0
// Block formats and how they lie in a panel of 16 rows.
//
// Every format is value = scale * (code - offset) + min with unsigned codes of 4, 5, 6 or 8 bits:
//   Q4_0         d (q - 8)
//   Q5_0         d (q - 16)
//   Q8_0         d (q - 128), q biased
//   Q4_1, Q5_1   d q + m
//   Q4_K, Q5_K   (d sc) q - dmin mn, per 32 values
//   Q6_K         (d sc) (q - 32), per 16 values
//
// A panel is a section of codes, then a section of scales.
// Codes, per block of 32 columns (8 groups of 4; a 64-byte vector holds 4 consecutive columns of 16
// rows, byte 4 j + i being row j and column i of the group):
//   4 vectors of nibbles, vector t = group 2t in the low and 2t + 1 in the high nibbles;
//   5 bits: one more vector, bit g = the top bit of group g;
//   6 bits: two more, vector u, bits 2 i and 2 i + 1 = the top bits of group 4 u + i;
//   8 bits: 8 vectors of bytes instead.
// Scales: per block of 32 d[16] (and m[16]), f16; per 256 columns of a K format d[16], dmin[16]
// (f16) and 8-bit sc[8][16], mn[8][16]; Q6_K d[16] (f16), sc[16][16] (int8).
//
// Plain constants only: sources of every tier include this file.
#pragma once

#include <cstdint>

#include "gatun/tensor.h"

namespace gatun::cpu {

enum class ScaleKind { kScale, kScaleMin, kSuperScaleMin, kSuperScale16 };

struct BlockFormat {
  gatun_dtype dtype;
  int bits;
  int offset;
  ScaleKind scales;
  int block_columns;  // of a source block
  int block_bytes;    // of a source block
};

inline constexpr BlockFormat kQ4_0{GATUN_DTYPE_Q4_0, 4, 8, ScaleKind::kScale, 32, 18};
inline constexpr BlockFormat kQ4_1{GATUN_DTYPE_Q4_1, 4, 0, ScaleKind::kScaleMin, 32, 20};
inline constexpr BlockFormat kQ5_0{GATUN_DTYPE_Q5_0, 5, 16, ScaleKind::kScale, 32, 22};
inline constexpr BlockFormat kQ5_1{GATUN_DTYPE_Q5_1, 5, 0, ScaleKind::kScaleMin, 32, 24};
inline constexpr BlockFormat kQ8_0{GATUN_DTYPE_Q8_0, 8, 128, ScaleKind::kScale, 32, 34};
inline constexpr BlockFormat kQ4_K{GATUN_DTYPE_Q4_K, 4, 0, ScaleKind::kSuperScaleMin, 256, 144};
inline constexpr BlockFormat kQ5_K{GATUN_DTYPE_Q5_K, 5, 0, ScaleKind::kSuperScaleMin, 256, 176};
inline constexpr BlockFormat kQ6_K{GATUN_DTYPE_Q6_K, 6, 32, ScaleKind::kSuperScale16, 256, 210};

// Bytes of codes of one block of 32 columns of a panel.
constexpr int64_t panel_code_bytes(BlockFormat f) {
  return 64 * f.bits;
}

// Bytes of scales per 32 columns (simple formats) or 256 (K formats).
constexpr int64_t panel_scale_bytes(BlockFormat f) {
  switch (f.scales) {
    case ScaleKind::kScale:
      return 32;
    case ScaleKind::kScaleMin:
      return 64;
    case ScaleKind::kSuperScaleMin:
      return 64 + 256;
    case ScaleKind::kSuperScale16:
      return 32 + 256;
  }
  return 0;
}

constexpr int64_t panel_scale_offset(BlockFormat f, int64_t columns) {
  return columns / 32 * panel_code_bytes(f);
}

constexpr int64_t panel_size(BlockFormat f, int64_t columns) {
  const int64_t scales = columns / f.block_columns * panel_scale_bytes(f);
  return panel_scale_offset(f, columns) + (scales + 63) / 64 * 64;
}

}  // namespace gatun::cpu

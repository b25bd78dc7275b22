// SPDX-License-Identifier: Apache-2.0
// The contract between the linear driver and the packed forms of weights.
//
// A weight [rows, columns] is packed as panels of kPanelRows output rows, each panel contiguous
// with all of its columns and 64-byte aligned; missing rows of the last panel are zero. One packed
// form serves decode (few rows of x), prefill (many) and the row gather of embeddings, so nothing
// is stored twice.
//
// Same bits: a tile function computes each output by a fixed chain over k that does not depend on
// m, on the number of panels or on the thread; the driver only decides who computes what.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/tensor.h"
#include "gatun/weight.h"
#include "runtime/isa_tier.h"

namespace gatun::cpu {

inline constexpr int kPanelRows = 16;
inline constexpr int kMaxTilePanels = 8;  // panels given to one tile call
inline constexpr int kMaxTileRows = 256;  // rows of x given to one tile call
// The same for a tile function that finishes its rows: x is copied once for all panels of a call,
// and a block of them (24 * 16 KiB) stays in L2 beside the sums.
inline constexpr int kMaxFinishedPanels = 24;
inline constexpr int kMaxFinishedRows = 126;  // nine strips
inline constexpr int kInt8Block = 32;         // values of x that share a scale

// How rows of x are prepared before a product.
enum class ActivationKind : int32_t {
  kF32,   // x as it is
  kBf16,  // rounded to nearest even, columns padded with zeros to a multiple of 32
  kInt8,  // q = round_half_even(x / scale), scale = max|x| / 127 per 32 values
};

// Prepared rows of x; unused members are null. Row r of a member starts at r * its stride.
struct PreparedRows {
  const float* f32 = nullptr;
  int64_t f32_stride = 0;
  const uint16_t* bf16 = nullptr;
  int64_t bf16_stride = 0;
  const int8_t* int8 = nullptr;  // columns padded with zeros to a multiple of 32
  int64_t int8_stride = 0;
  const float* scales = nullptr;  // [rows, blocks of 32]
  const float* sums = nullptr;    // [rows, blocks of 32]: scale * sum of q
  int64_t block_stride = 0;       // of scales and sums
};

// What becomes of sums that are complete, called while they are in the first-level cache.
struct TileEnd {
  // Rows [first, first + rows) of the tile; acc stands at the first of them.
  void (*finish)(const TileEnd& end, int first, int rows, const float* acc);
  // Where they will be written, so that its lines can be asked for in advance.
  float* y;
  int64_t y_stride;
};

// A product of `rows` prepared rows with neighbouring panels:
//   acc[r * acc_stride + 16 * p + j] = sum_k x[first_row + r, k] w[16 * p + j, k]
struct Tile {
  const PreparedRows& x;
  int64_t first_row;
  int rows;
  const std::byte* panel;
  int64_t panel_bytes;
  int panels;
  int64_t columns;
  float* acc;
  int64_t acc_stride;
  // Optional, of formats that finish: called for all rows, and what is left in acc is undefined.
  const TileEnd* end = nullptr;
};
using TileFunction = void (*)(const Tile& tile);

struct MatmulFormat {
  const char* name;  // "q4_1 panel, int8 activations, avx512_vnni"
  gatun_dtype dtype;
  int32_t arithmetic;  // GATUN_ARITHMETIC_*
  IsaTier tier;
  ActivationKind activation;
  int64_t (*panel_bytes)(int64_t columns);
  // rows_here <= 16 source rows, row_bytes apart, into one zeroed panel.
  void (*pack)(
      const std::byte* source, int64_t row_bytes, int rows_here, int64_t columns, std::byte* panel);
  // Row `row` of a panel, widened to f32 exactly as the format defines it.
  void (*unpack_row)(const std::byte* panel, int row, int64_t columns, float* values);
  TileFunction tile;
  // Where the tile for many rows differs (AMX): used from `many_rows` on, unless batch invariance
  // was asked for.
  TileFunction tile_many = nullptr;
  int many_rows = 0;
  ActivationKind many_activation = ActivationKind::kF32;
  bool finishes = false;  // whether `tile` heeds Tile::end
};

// Best format for a weight on a tier, or null. Defined in matmul_format_list.cpp from the lists
// below, best first.
const MatmulFormat* find_matmul_format(gatun_dtype dtype, int32_t arithmetic, IsaTier tier);
// The same for a weight with this many columns: in FAST, plain weights whose rows are whole blocks
// of 32 are held in 8 bits where no bf16 tiles are faster.
const MatmulFormat* find_weight_format(gatun_dtype dtype,
                                       int32_t arithmetic,
                                       IsaTier tier,
                                       int64_t columns);

struct MatmulFormatList {
  const MatmulFormat* formats;
  std::size_t count;
};
MatmulFormatList dense_formats();      // f32, f16, bf16
MatmulFormatList quantised_formats();  // Q4_0 ... Q6_K
MatmulFormatList eight_bit_formats();  // f32, f16, bf16 packed as Q8_0, for FAST

}  // namespace gatun::cpu

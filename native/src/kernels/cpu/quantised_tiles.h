// SPDX-License-Identifier: Apache-2.0
// Products of rows of x with panels of block formats, written once over the lanes of a tier.
// Included inside a tier's anonymous namespace, after its `Lanes` and quantised_panel_reader.h.
//
// FAST. Per block of 32 columns (Q6_K: 16), with q the codes of x, dx its scale and sumx = dx *
// (sum of q):
//   isum = sum of (code - offset) * q, exact in int32
//   acc = fma(float(isum), s * dx, acc), then, where the format has a min, acc = fma(m, sumx, acc)
// in ascending block order. Every output is this one chain whatever the tile's shape, so its bits
// depend neither on rows, nor on panels, nor on the tier. The dot product takes unsigned codes, so
// isum starts from -offset * (sum of q), which is computed once per call.
//
// F32. Values are widened exactly as dequantisation defines them; acc = fma(x, value, acc) in
// ascending column order.
#pragma once

// ---- FAST ---------------------------------------------------------------------------------------

inline constexpr int64_t kStripBlocks = 32;  // of a strip of unpacked codes: 1,024 columns
inline constexpr int64_t kFewBlocks = 1024;  // of a pass over few rows

// A strip of kPanels panels, unpacked: bytes in the order in which tiles read them.
template <BlockFormat kFormat, int kPanels>
struct UnpackedStrip {
  static constexpr int kScales = PanelReader<kFormat>::kScales;
  alignas(64) uint8_t codes[kStripBlocks * 8 * kPanels * 64];
  alignas(64) float scale[kStripBlocks * kScales * kPanels * 16];
  alignas(64) float min[kHasMin<kFormat> ? kStripBlocks * kPanels * 16 : 16];
};

// Where a tile finds its operands: the panels themselves ...
template <BlockFormat kFormat>
struct DirectSource {
  static constexpr BlockFormat kOf = kFormat;
  static constexpr int kScales = PanelReader<kFormat>::kScales;
  const std::byte* panel;
  int64_t panel_bytes;
  int64_t columns;
  int64_t first_block;

  PanelReader<kFormat> reader(int p) const { return {panel + p * panel_bytes, columns}; }
  template <int kT>
  void groups(int64_t block, int p, Lanes::Bytes (&out)[2]) const {
    reader(p).template groups<kT>(first_block + block, out);
  }
  void block_scales(int64_t block, int p, Lanes::F32 (&scale)[kScales], Lanes::F32& min) const {
    reader(p).block_scales(first_block + block, scale, min);
  }
  // Weights arrive from memory once: ask for them 2 KB before they are needed.
  void prefetch(int64_t block, int p) const {
    const uint8_t* ahead =
        reader(p).codes + (first_block + block) * panel_code_bytes(kFormat) + 2048;
    for (int64_t line = 0; line < panel_code_bytes(kFormat); line += 64)
      Lanes::prefetch(ahead + line);
  }
};

// ... or a strip in the first-level cache.
template <BlockFormat kFormat, int kPanels>
struct StripSource {
  static constexpr BlockFormat kOf = kFormat;
  static constexpr int kScales = PanelReader<kFormat>::kScales;
  const UnpackedStrip<kFormat, kPanels>* strip;

  template <int kT>
  void groups(int64_t block, int p, Lanes::Bytes (&out)[2]) const {
    const uint8_t* codes = strip->codes + ((block * 8 + 2 * kT) * kPanels + p) * 64;
    out[0] = Lanes::load_bytes(codes);
    out[1] = Lanes::load_bytes(codes + kPanels * 64);
  }
  void block_scales(int64_t block, int p, Lanes::F32 (&scale)[kScales], Lanes::F32& min) const {
    for (int h = 0; h < kScales; ++h) {
      scale[h] = Lanes::load(strip->scale + ((block * kScales + h) * kPanels + p) * 16);
    }
    if constexpr (kHasMin<kFormat>) min = Lanes::load(strip->min + (block * kPanels + p) * 16);
  }
  void prefetch(int64_t, int) const {}
};

// Prepared rows of x from a row and a block on.
struct Int8Rows {
  const int8_t* codes;
  int64_t stride;
  const float* scales;
  const float* sums;
  int64_t block_stride;
  const int32_t* offsets;  // -offset * (sum of q) per scale's columns; unused by formats with a min
  int64_t offset_stride;
};

// isum += the products of columns 8 kT to 8 kT + 7 of a block.
template <int kT, int kRows, int kPanels, typename Source>
inline __attribute__((always_inline)) void add_products(const Source& source,
                                                        const Int8Rows& x,
                                                        int64_t block,
                                                        Lanes::I32 (&isum)[kRows][kPanels]) {
  Lanes::Bytes w[kPanels][2];
  for (int p = 0; p < kPanels; ++p) source.template groups<kT>(block, p, w[p]);
  for (int g = 0; g < 2; ++g) {
    for (int r = 0; r < kRows; ++r) {
      const Lanes::Bytes xs =
          Lanes::broadcast4(x.codes + r * x.stride + block * 32 + 8 * kT + 4 * g);
      for (int p = 0; p < kPanels; ++p)
        isum[r][p] = Lanes::dot<Source::kOf.bits>(isum[r][p], w[p][g], xs);
    }
  }
}

// The products of scale `kScale` of a block (of its only one, or of its half), added to sum.
template <int kScale, int kRows, int kPanels, typename Source>
inline __attribute__((always_inline)) void add_block(const Source& source,
                                                     const Int8Rows& x,
                                                     int64_t block,
                                                     Lanes::F32 (&sum)[kRows][kPanels]) {
  constexpr int kScales = Source::kScales;
  Lanes::I32 isum[kRows][kPanels];
  for (int r = 0; r < kRows; ++r) {
    for (int p = 0; p < kPanels; ++p) {
      isum[r][p] = kHasMin<Source::kOf>
                       ? Lanes::zero_i32()
                       : Lanes::set_i32(x.offsets[r * x.offset_stride + block * kScales + kScale]);
    }
  }
  if constexpr (kScale == 0) {
    add_products<0>(source, x, block, isum);
    add_products<1>(source, x, block, isum);
  }
  if constexpr (kScales == 1 || kScale == 1) {
    add_products<2>(source, x, block, isum);
    add_products<3>(source, x, block, isum);
  }
  Lanes::F32 scale[kPanels][kScales], min[kPanels];
  for (int p = 0; p < kPanels; ++p) source.block_scales(block, p, scale[p], min[p]);
  for (int r = 0; r < kRows; ++r) {
    const Lanes::F32 dx = Lanes::set(x.scales[r * x.block_stride + block]);
    for (int p = 0; p < kPanels; ++p) {
      sum[r][p] =
          Lanes::fma(Lanes::to_f32(isum[r][p]), Lanes::mul(scale[p][kScale], dx), sum[r][p]);
      if constexpr (kHasMin<Source::kOf>) {
        sum[r][p] = Lanes::fma(min[p], Lanes::set(x.sums[r * x.block_stride + block]), sum[r][p]);
      }
    }
  }
}

// acc (+)= products over blocks [0, blocks) of x and the source.
template <int kRows, int kPanels, typename Source>
void int8_tile(const Source& source,
               const Int8Rows& x,
               int64_t blocks,
               bool first,
               float* acc,
               int64_t acc_stride) {
  Lanes::F32 sum[kRows][kPanels];
  for (int r = 0; r < kRows; ++r) {
    for (int p = 0; p < kPanels; ++p) {
      sum[r][p] = first ? Lanes::zero() : Lanes::load(acc + r * acc_stride + 16 * p);
    }
  }
  for (int64_t block = 0; block < blocks; ++block) {
    for (int p = 0; p < kPanels; ++p) source.prefetch(block, p);
    add_block<0>(source, x, block, sum);
    if constexpr (Source::kScales == 2) add_block<1>(source, x, block, sum);
  }
  for (int r = 0; r < kRows; ++r) {
    for (int p = 0; p < kPanels; ++p) Lanes::store(acc + r * acc_stride + 16 * p, sum[r][p]);
  }
}

inline Int8Rows from_row(const Int8Rows& x, int64_t row) {
  return {x.codes + row * x.stride,
          x.stride,
          x.scales + row * x.block_stride,
          x.sums + row * x.block_stride,
          x.block_stride,
          x.offsets + row * x.offset_stride,
          x.offset_stride};
}

// Rows and blocks of x, with the offsets of a format computed into `offsets` [rows, blocks *
// scales].
template <BlockFormat kFormat>
Int8Rows int8_rows(const PreparedRows& x,
                   int64_t first_row,
                   int rows,
                   int64_t first_block,
                   int64_t blocks,
                   int32_t* offsets) {
  constexpr int kScales = PanelReader<kFormat>::kScales;
  const Int8Rows result{x.int8 + first_row * x.int8_stride + first_block * 32,
                        x.int8_stride,
                        x.scales + first_row * x.block_stride + first_block,
                        x.sums + first_row * x.block_stride + first_block,
                        x.block_stride,
                        offsets,
                        blocks * kScales};
  if constexpr (!kHasMin<kFormat>) {
    for (int r = 0; r < rows; ++r) {
      for (int64_t b = 0; b < blocks; ++b) {
        Lanes::offset_sums<kScales>(result.codes + r * result.stride + b * 32, kFormat.offset,
                                    offsets + r * result.offset_stride + b * kScales);
      }
    }
  }
  return result;
}

// Few rows: every code is unpacked once, in registers, and used for all rows.
template <BlockFormat kFormat, int kRows, int kPanels>
int int8_direct(const Int8Rows& x,
                const std::byte* panel,
                int64_t panel_bytes,
                int first_panel,
                int panels,
                int64_t columns,
                int64_t first_block,
                int64_t blocks,
                float* acc,
                int64_t acc_stride) {
  int p = first_panel;
  for (; p + kPanels <= panels; p += kPanels) {
    const DirectSource<kFormat> source{panel + p * panel_bytes, panel_bytes, columns, first_block};
    int8_tile<kRows, kPanels>(source, x, blocks, first_block == 0, acc + 16 * p, acc_stride);
  }
  return p;
}

template <BlockFormat kFormat, int kRows>
void int8_few(const Tile& t) {
  constexpr int kPanels = Lanes::direct_panels(kRows);
  int32_t offsets[kRows * kFewBlocks * PanelReader<kFormat>::kScales];
  for (int64_t b = 0; b < t.columns / 32; b += kFewBlocks) {
    const int64_t blocks = std::min(kFewBlocks, t.columns / 32 - b);
    const Int8Rows x = int8_rows<kFormat>(t.x, t.first_row, kRows, b, blocks, offsets);
    int p = int8_direct<kFormat, kRows, kPanels>(x, t.panel, t.panel_bytes, 0, t.panels, t.columns,
                                                 b, blocks, t.acc, t.acc_stride);
    if constexpr (kPanels > 1) {
      int8_direct<kFormat, kRows, 1>(x, t.panel, t.panel_bytes, p, t.panels, t.columns, b, blocks,
                                     t.acc, t.acc_stride);
    }
  }
}

template <BlockFormat kFormat, int kPanels>
void unpack_strip(const std::byte* panel,
                  int64_t panel_bytes,
                  int64_t columns,
                  int64_t first_block,
                  int64_t blocks,
                  UnpackedStrip<kFormat, kPanels>& strip) {
  constexpr int kScales = PanelReader<kFormat>::kScales;
  for (int p = 0; p < kPanels; ++p) {
    const PanelReader<kFormat> reader(panel + p * panel_bytes, columns);
    for (int64_t b = 0; b < blocks; ++b) {
      uint8_t* codes = strip.codes + (b * 8 * kPanels + p) * 64;
      const auto put = [&]<int kT>() __attribute__((always_inline)) {
        Lanes::Bytes w[2];
        reader.template groups<kT>(first_block + b, w);
        Lanes::store_bytes(codes + (2 * kT) * kPanels * 64, w[0]);
        Lanes::store_bytes(codes + (2 * kT + 1) * kPanels * 64, w[1]);
      };
      put.template operator()<0>();
      put.template operator()<1>();
      put.template operator()<2>();
      put.template operator()<3>();
      Lanes::F32 scale[kScales], min = Lanes::zero();
      reader.block_scales(first_block + b, scale, min);
      for (int h = 0; h < kScales; ++h)
        Lanes::store(strip.scale + ((b * kScales + h) * kPanels + p) * 16, scale[h]);
      if constexpr (kHasMin<kFormat>) Lanes::store(strip.min + (b * kPanels + p) * 16, min);
    }
  }
}

// Tiles of kRows rows while they last, then of fewer.
template <BlockFormat kFormat, int kRows, int kPanels>
void int8_rows_over_strip(const StripSource<kFormat, kPanels>& source,
                          const Int8Rows& x,
                          int row,
                          int rows,
                          int64_t blocks,
                          bool first,
                          float* acc,
                          int64_t acc_stride) {
  for (; row + kRows <= rows; row += kRows) {
    int8_tile<kRows, kPanels>(source, from_row(x, row), blocks, first, acc + row * acc_stride,
                              acc_stride);
  }
  if constexpr (kRows > 1) {
    constexpr int kFewer = kRows > 8 ? 8 : kRows > 4 ? 4 : kRows / 2;
    int8_rows_over_strip<kFormat, kFewer, kPanels>(source, x, row, rows, blocks, first, acc,
                                                   acc_stride);
  }
}

template <BlockFormat kFormat, int kPanels>
int int8_strips(const Int8Rows& x,
                int rows,
                const std::byte* panel,
                int64_t panel_bytes,
                int first_panel,
                int panels,
                int64_t columns,
                int64_t first_block,
                int64_t blocks,
                float* acc,
                int64_t acc_stride) {
  UnpackedStrip<kFormat, kPanels> strip;
  int p = first_panel;
  for (; p + kPanels <= panels; p += kPanels) {
    unpack_strip<kFormat, kPanels>(panel + p * panel_bytes, panel_bytes, columns, first_block,
                                   blocks, strip);
    int8_rows_over_strip<kFormat, Lanes::kInt8Rows, kPanels>(
        {&strip}, x, 0, rows, blocks, first_block == 0, acc + 16 * p, acc_stride);
  }
  return p;
}

// Many rows: a strip of panels is unpacked once and used for all rows.
template <BlockFormat kFormat>
void int8_many(const Tile& t) {
  int32_t offsets[kMaxTileRows * kStripBlocks * PanelReader<kFormat>::kScales];
  for (int64_t b = 0; b < t.columns / 32; b += kStripBlocks) {
    const int64_t blocks = std::min(kStripBlocks, t.columns / 32 - b);
    const Int8Rows x = int8_rows<kFormat>(t.x, t.first_row, t.rows, b, blocks, offsets);
    int p = int8_strips<kFormat, Lanes::kInt8Panels>(x, t.rows, t.panel, t.panel_bytes, 0, t.panels,
                                                     t.columns, b, blocks, t.acc, t.acc_stride);
    if constexpr (Lanes::kInt8Panels > 1) {
      int8_strips<kFormat, 1>(x, t.rows, t.panel, t.panel_bytes, p, t.panels, t.columns, b, blocks,
                              t.acc, t.acc_stride);
    }
  }
}

// The code for exactly t.rows rows, tried from kRows on.
template <BlockFormat kFormat, int kRows>
void int8_by_rows(const Tile& t) {
  if (t.rows == kRows) {
    int8_few<kFormat, kRows>(t);
  } else if constexpr (kRows < Lanes::kFewRows) {
    int8_by_rows<kFormat, kRows + 1>(t);
  } else {
    int8_many<kFormat>(t);
  }
}

template <BlockFormat kFormat>
void int8_product(const Tile& t) {
  int8_by_rows<kFormat, 1>(t);
}

// ---- F32 ----------------------------------------------------------------------------------------

inline constexpr int64_t kF32StripBlocks = 4;  // columns of a widened strip: 128

// values[column][panel][16] of blocks [first_block, first_block + blocks).
template <BlockFormat kFormat, int kPanels>
void widen_strip(const std::byte* panel,
                 int64_t panel_bytes,
                 int64_t columns,
                 int64_t first_block,
                 int64_t blocks,
                 float* values) {
  for (int p = 0; p < kPanels; ++p) {
    const PanelReader<kFormat> reader(panel + p * panel_bytes, columns);
    for (int64_t b = 0; b < blocks; ++b) {
      Lanes::F32 scale[PanelReader<kFormat>::kScales], min = Lanes::zero();
      reader.block_scales(first_block + b, scale, min);
      float* out = values + (b * 32 * kPanels + p) * 16;
      const auto put = [&]<int kT>() __attribute__((always_inline)) {
        Lanes::Bytes w[2];
        reader.template groups<kT>(first_block + b, w);
        const Lanes::F32 s = scale[PanelReader<kFormat>::kScales == 2 ? kT / 2 : 0];
        const auto value = [&](Lanes::F32 code) __attribute__((always_inline)) {
          const Lanes::F32 product = Lanes::mul(s, code);  // exact
          return kHasMin<kFormat> ? Lanes::add(product, min) : product;
        };
        for (int g = 0; g < 2; ++g) {
          float* column = out + (8 * kT + 4 * g) * kPanels * 16;
          Lanes::store(column, value(Lanes::byte_to_f32<0>(w[g], kFormat.offset)));
          Lanes::store(column + kPanels * 16, value(Lanes::byte_to_f32<1>(w[g], kFormat.offset)));
          Lanes::store(column + 2 * kPanels * 16,
                       value(Lanes::byte_to_f32<2>(w[g], kFormat.offset)));
          Lanes::store(column + 3 * kPanels * 16,
                       value(Lanes::byte_to_f32<3>(w[g], kFormat.offset)));
        }
      };
      put.template operator()<0>();
      put.template operator()<1>();
      put.template operator()<2>();
      put.template operator()<3>();
    }
  }
}

// Tiles of kRows rows while they last, then of fewer.
template <int kRows, int kPanels>
void f32_rows_over_strip(const float* values,
                         const float* x,
                         int64_t x_stride,
                         int rows,
                         int64_t columns,
                         bool first,
                         float* acc,
                         int64_t acc_stride) {
  for (; rows >= kRows; rows -= kRows, x += kRows * x_stride, acc += kRows * acc_stride) {
    Lanes::F32 sum[kRows][kPanels];
    for (int r = 0; r < kRows; ++r) {
      for (int p = 0; p < kPanels; ++p) {
        sum[r][p] = first ? Lanes::zero() : Lanes::load(acc + r * acc_stride + 16 * p);
      }
    }
    for (int64_t k = 0; k < columns; ++k) {
      Lanes::F32 w[kPanels];
      for (int p = 0; p < kPanels; ++p) w[p] = Lanes::load(values + (k * kPanels + p) * 16);
      for (int r = 0; r < kRows; ++r) {
        const Lanes::F32 xs = Lanes::set(x[r * x_stride + k]);
        for (int p = 0; p < kPanels; ++p) sum[r][p] = Lanes::fma(xs, w[p], sum[r][p]);
      }
    }
    for (int r = 0; r < kRows; ++r) {
      for (int p = 0; p < kPanels; ++p) Lanes::store(acc + r * acc_stride + 16 * p, sum[r][p]);
    }
  }
  if constexpr (kRows > 1) {
    constexpr int kFewer = kRows > 4 ? 4 : kRows / 2;
    f32_rows_over_strip<kFewer, kPanels>(values, x, x_stride, rows, columns, first, acc,
                                         acc_stride);
  }
}

// From panel `first` on; returns the first that is left.
template <BlockFormat kFormat, int kPanels>
int f32_panels(const Tile& t, int first) {
  alignas(64) float values[kF32StripBlocks * 32 * kPanels * 16];
  int p = first;
  for (; p + kPanels <= t.panels; p += kPanels) {
    for (int64_t b = 0; b < t.columns / 32; b += kF32StripBlocks) {
      const int64_t blocks = std::min(kF32StripBlocks, t.columns / 32 - b);
      widen_strip<kFormat, kPanels>(t.panel + p * t.panel_bytes, t.panel_bytes, t.columns, b,
                                    blocks, values);
      f32_rows_over_strip<Lanes::kF32Rows, kPanels>(
          values, t.x.f32 + t.first_row * t.x.f32_stride + b * 32, t.x.f32_stride, t.rows,
          blocks * 32, b == 0, t.acc + 16 * p, t.acc_stride);
    }
  }
  return p;
}

template <BlockFormat kFormat>
void f32_product(const Tile& t) {
  const int left = f32_panels<kFormat, Lanes::kF32Panels>(t, 0);
  if constexpr (Lanes::kF32Panels > 1) f32_panels<kFormat, 1>(t, left);
}

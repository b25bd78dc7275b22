// SPDX-License-Identifier: Apache-2.0
// Products of many rows with panels of block formats on tile registers; a template over the backend
// of tile.h.
//
// 256 columns of two panels are widened to bf16 (the dequantised value, rounded to nearest even) in
// the order of a bf16 panel, 16 KiB that stay in L1, and all rows of bf16 x stream over them. Bits:
// those of a bf16 panel of the dequantised weights; they do not depend on the number of rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/cpu/dense_tile_amx.h"
#include "kernels/cpu/quantised_lanes_avx512.h"
#include "kernels/cpu/quantised_layout.h"

namespace gatun::cpu::avx512 {
namespace {

#include "kernels/cpu/quantised_panel_reader.h"

// Words of low | high << 16, both rounded to bf16.
inline __m512i pack_bf16(__m512 low, __m512 high) {
#ifdef __AVX512BF16__
  const __m512i interleave =
      _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                       21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  const __m512bh both = _mm512_cvtne2ps_pbh(high, low);
  return _mm512_permutexvar_epi16(interleave, reinterpret_cast<__m512i>(both));
#else
  const auto rounded = [](__m512 x) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i up = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    const __m512i quiet = _mm512_or_si512(bits, _mm512_set1_epi32(0x400000));
    return _mm512_mask_mov_epi32(up, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), quiet);
  };
  return _mm512_or_si512(
      _mm512_srli_epi32(rounded(low), 16),
      _mm512_and_si512(rounded(high), _mm512_set1_epi32(static_cast<int>(0xffff0000))));
#endif
}

// Blocks of 32 columns of a panel into tiles of [16 pairs of columns][16 rows][2].
template <BlockFormat kFormat>
void widen_to_bf16(
    const std::byte* panel, int64_t columns, int64_t first_block, int64_t blocks, std::byte* out) {
  constexpr int kScales = PanelReader<kFormat>::kScales;
  const PanelReader<kFormat> reader(panel, columns);
  for (int64_t b = 0; b < blocks; ++b) {
    Lanes::F32 scale[kScales], min = Lanes::zero();
    reader.block_scales(first_block + b, scale, min);
    auto* tile = reinterpret_cast<uint8_t*>(out + b * kPanelTileBytes);
    const auto put = [&]<int kT>() __attribute__((always_inline)) {
      Lanes::Bytes w[2];
      reader.template groups<kT>(first_block + b, w);
      const Lanes::F32 s = scale[kScales == 2 ? kT / 2 : 0];
      const auto value = [&](Lanes::F32 code) __attribute__((always_inline)) {
        const Lanes::F32 product = Lanes::mul(s, code);  // exact
        return kHasMin<kFormat> ? Lanes::add(product, min) : product;
      };
      for (int g = 0; g < 2; ++g) {
        uint8_t* pairs = tile + (2 * kT + g) * 2 * kTileRowBytes;
        Lanes::store_bytes(pairs, pack_bf16(value(Lanes::byte_to_f32<0>(w[g], kFormat.offset)),
                                            value(Lanes::byte_to_f32<1>(w[g], kFormat.offset))));
        Lanes::store_bytes(pairs + kTileRowBytes,
                           pack_bf16(value(Lanes::byte_to_f32<2>(w[g], kFormat.offset)),
                                     value(Lanes::byte_to_f32<3>(w[g], kFormat.offset))));
      }
    };
    put.template operator()<0>();
    put.template operator()<1>();
    put.template operator()<2>();
    put.template operator()<3>();
  }
}

template <class Tiles, BlockFormat kFormat>
class Bf16Product {
 public:
  Bf16Product(Tiles& tiles, const Tile& tile)
      : tiles_(tiles),
        tile_(tile),
        x_(tile.x.bf16 + tile.first_row * tile.x.bf16_stride),
        x_stride_(tile.x.bf16_stride),
        whole_(tile.rows / kStrip * kStrip),
        rest_(tile.rows % kStrip),
        whole_configuration_(product_configuration(kStrip)),
        rest_configuration_(product_configuration(rest_)) {}

  void run() {
    // One configuration serves if all strips are alike.
    if (whole_ == 0 || rest_ == 0)
      tiles_.configure(rest_ == 0 ? whole_configuration_ : rest_configuration_);
    for (int p = 0; p < tile_.panels; p += 2) {
      for (int64_t k = 0; k < tile_.columns; k += kDepthBlock) {
        const int64_t blocks = std::min(kDepthBlock, tile_.columns - k) / kTileDepth;
        const int here = std::min(2, tile_.panels - p);
        for (int i = 0; i < here; ++i) {
          widen_to_bf16<kFormat>(tile_.panel + (p + i) * tile_.panel_bytes, tile_.columns,
                                 k / kTileDepth, blocks, strip_ + i * kPanelBytes);
        }
        if (here == 2) {
          multiply<2>(k, blocks, p);
        } else {
          multiply<1>(k, blocks, p);
        }
      }
    }
    tiles_.release();
  }

 private:
  static constexpr int kStrip = 2 * kTileRows;
  static constexpr int64_t kPanelBytes = kDepthBlock / kTileDepth * kPanelTileBytes;

  template <int kPanels>
  void multiply(int64_t k, int64_t blocks, int p) {
    const uint16_t* x = x_ + k;
    float* acc = tile_.acc + p * kPanelRows;
    if (whole_ > 0 && rest_ > 0) tiles_.configure(whole_configuration_);
    for (int r = 0; r < whole_; r += kStrip) {
      multiply_tiles<Tiles, 2, kPanels>(tiles_, x + r * x_stride_, x_stride_, strip_, kPanelBytes,
                                        blocks, k == 0, acc + r * tile_.acc_stride,
                                        tile_.acc_stride);
    }
    if (rest_ == 0) return;
    if (whole_ > 0) tiles_.configure(rest_configuration_);
    x += whole_ * x_stride_;
    acc += whole_ * tile_.acc_stride;
    if (rest_ > kTileRows) {
      multiply_tiles<Tiles, 2, kPanels>(tiles_, x, x_stride_, strip_, kPanelBytes, blocks, k == 0,
                                        acc, tile_.acc_stride);
    } else {
      multiply_tiles<Tiles, 1, kPanels>(tiles_, x, x_stride_, strip_, kPanelBytes, blocks, k == 0,
                                        acc, tile_.acc_stride);
    }
  }

  Tiles& tiles_;
  const Tile& tile_;
  const uint16_t* x_;
  int64_t x_stride_;
  int whole_;  // rows in strips of 32
  int rest_;
  TileConfiguration whole_configuration_, rest_configuration_;
  alignas(64) std::byte strip_[2 * kPanelBytes];
};

// A TileFunction but for the backend.
template <class Tiles, BlockFormat kFormat>
void bf16_product(const Tile& tile) {
  Tiles tiles;
  Bf16Product<Tiles, kFormat>(tiles, tile).run();
}

template <class Tiles>
TileFunction bf16_product_of(gatun_dtype dtype) {
  switch (dtype) {
    case GATUN_DTYPE_Q4_0:
      return bf16_product<Tiles, kQ4_0>;
    case GATUN_DTYPE_Q4_1:
      return bf16_product<Tiles, kQ4_1>;
    case GATUN_DTYPE_Q5_0:
      return bf16_product<Tiles, kQ5_0>;
    case GATUN_DTYPE_Q5_1:
      return bf16_product<Tiles, kQ5_1>;
    case GATUN_DTYPE_Q8_0:
      return bf16_product<Tiles, kQ8_0>;
    case GATUN_DTYPE_Q4_K:
      return bf16_product<Tiles, kQ4_K>;
    case GATUN_DTYPE_Q5_K:
      return bf16_product<Tiles, kQ5_K>;
    default:
      return bf16_product<Tiles, kQ6_K>;
  }
}

}  // namespace
}  // namespace gatun::cpu::avx512

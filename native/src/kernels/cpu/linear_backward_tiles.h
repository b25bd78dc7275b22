// SPDX-License-Identifier: Apache-2.0
// Gradients of products with bf16 weights on tile registers; a template over the backend of tile.h.
// Operands are rounded to bf16 and sums are f32, as in forward.
//
//   dx       rows of dy, rounded once for the whole team, times W in pairs along its outputs:
//            kTileUnits outputs times kBackwardPanels panels of 16 columns are packed at once.
//   dweight  rows of x transposed, rounded once, times dy in pairs along its rows: kTileUnits rows
//            times kBackwardPanels panels of 16 outputs are packed at once.
//
// Each sum takes one tile product per 32 terms, in ascending order, from what dx or dweight held;
// the terms of a tile product are added as tile.h says. Rows of x that a row of dy does not have
// count as zeros.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/bf16_lanes_avx512.h"
#include "kernels/cpu/dense_tile_amx.h"
#include "kernels/cpu/linear_backward_layout.h"
#include "kernels/cpu/linear_backward_sums.h"
#include "kernels/cpu/linear_backward_vector_avx512.h"

namespace gatun::cpu {
namespace {

template <class Tiles>
class LinearBackwardTiles {
 public:
  LinearBackwardTiles(const LinearBackwardArgs& args, const Team& team)
      : a_(args), team_(team), layout_(args) {
    std::byte* at = args.scratch;
    group_ = reinterpret_cast<uint32_t*>(at + team.index() * layout_.group_bytes);
    at += team.size() * layout_.group_bytes;
    dy_ = reinterpret_cast<uint16_t*>(at);
    at += layout_.dy_bytes;
    x_ = reinterpret_cast<uint16_t*>(at);
    at += layout_.x_bytes;
    sums_ = reinterpret_cast<float*>(at);
  }

  void run() {
    if (team_.index() == 0) check_rows(a_);
    const bool wants_x = a_.dx != nullptr && a_.row_count > 0;
    if (wants_x) round_dy();
    if (layout_.x_bytes > 0) transpose_x();
    team_.barrier();
    if (wants_x) backward_x();
    for (int i = 0; i < a_.products; ++i) {
      if (a_.product[i].dweight != nullptr) backward_weight(a_.product[i]);
      if (a_.product[i].dbias != nullptr) add_bias<Vector512>(a_, a_.product[i], team_);
    }
  }

 private:
  static constexpr int64_t kPanelWords = kTileUnits / 2 * kPanelRows;  // of the packed group

  static __m512i rounded(const float* from, int64_t count, __m512 scale) {
    return bf16_bits(_mm512_castps_si512(Vector512::mul(Vector512::load(from, count), scale)));
  }
  // Pairs of bf16: the low halves of `even` and `odd`.
  static __m512i pairs(__m512i even, __m512i odd) {
    return _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
  }
  static void store_halves(uint16_t* to, __m512i low_halves) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi32_epi16(low_halves));
  }

  // The rows of every dy, scaled, zeros behind their ends.
  void round_dy() {
    const __m512 scale = Vector512::set(a_.scale);
    const Team::Range mine = team_.share(a_.row_count);
    for (int i = 0; i < a_.products; ++i) {
      const LinearBackwardArgs::Product& product = a_.product[i];
      for (int64_t n = mine.begin; n < mine.end; ++n) {
        uint16_t* to = dy_ + layout_.dy_offset[i] + n * layout_.dy_stride[i];
        const float* from = product.dy + n * product.dy_stride;
        for (int64_t o = 0; o < round_up_to_tile(product.outputs); o += kPanelRows) {
          const int64_t count = std::clamp<int64_t>(product.outputs - o, 0, kPanelRows);
          store_halves(to + o, rounded(from + o, count, scale));
        }
      }
    }
  }

  // x_[k][n], zeros for rows that no row of x belongs to and behind the last.
  void transpose_x() {
    const __m512 one = Vector512::set(1);
    alignas(64) float columns[kPanelRows * kPanelRows];  // of a quarter: [k][n]
    const Team::Range mine = team_.share(layout_.column_panels);
    for (int64_t n = 0; n < round_up_to_tile(a_.row_count); n += kPanelRows) {
      for (int64_t p = mine.begin; p < mine.end; ++p) {
        const int64_t k = p * kPanelRows;
        const int64_t count = std::min<int64_t>(kPanelRows, a_.columns - k);
        __m512 rows[kPanelRows];
        for (int64_t i = 0; i < kPanelRows; ++i) {
          const int64_t row = n + i < a_.row_count ? a_.row_of(n + i) : -1;
          rows[i] =
              row < 0 ? Vector512::zero() : Vector512::load(a_.x + row * a_.x_stride + k, count);
        }
        Vector512::transpose(rows, columns);
        for (int64_t j = 0; j < kPanelRows; ++j)
          store_halves(x_ + (k + j) * layout_.x_stride + n,
                       rounded(columns + j * kPanelRows, kPanelRows, one));
      }
    }
  }

  void backward_x() {
    const Team::Range mine = team_.share(layout_.column_panels);
    bool first = !layout_.direct || !a_.accumulate;  // no term was added yet
    const int64_t stride = layout_.direct ? a_.dx_stride : layout_.column_panels * kPanelRows;
    for (int i = 0; i < a_.products; ++i) {
      if (team_.index() == 0) a_.device->count_weight_pass();
      const LinearBackwardArgs::Product& product = a_.product[i];
      for (int64_t o = 0; o < product.outputs; o += kTileUnits) {
        const int64_t units = std::min(kTileUnits, product.outputs - o);
        for (int64_t p = mine.begin; p < mine.end; p += kBackwardPanels) {
          const int64_t panels = std::min(kBackwardPanels, mine.end - p);
          for (int64_t j = 0; j < panels; ++j)
            pack_weight(*product.weight, o, units, p + j, group_ + j * kPanelWords);
          multiply(dy_ + layout_.dy_offset[i] + o, layout_.dy_stride[i], a_.row_count, panels,
                   units, first, (layout_.direct ? a_.dx : sums_) + p * kPanelRows, stride,
                   kPanelRows);
        }
        first = false;
      }
    }
    if (!layout_.direct) add_sums<Vector512>(a_, sums_, mine);
  }

  // to[u / 2][j] = (W[o + u, 16 panel + j], W[o + u + 1, 16 panel + j]), from panels of 16 outputs
  // in pairs along k; zeros up to a whole tile.
  void pack_weight(
      const PackedWeight& weight, int64_t o, int64_t units, int64_t panel, uint32_t* to) const {
    alignas(64) float columns[kPanelRows * kPanelRows];  // [u][j]
    for (int64_t u = 0; u < round_up_to_tile(units); u += kPanelRows, to += 8 * kPanelRows) {
      if (u >= units) {
        std::fill_n(to, 8 * kPanelRows, 0U);
        continue;
      }
      const auto* source = reinterpret_cast<const uint32_t*>(weight.panel((o + u) / kPanelRows)) +
                           panel * (kPanelRows / 2) * kPanelRows;
      __m512 rows[kPanelRows];
      for (int64_t k = 0; k < kPanelRows; ++k)
        rows[k] = Vector512::from_pairs(source + k / 2 * kPanelRows, k % 2 != 0);
      Vector512::transpose(rows, columns);
      for (int64_t q = 0; q < 8; ++q) {
        const __m512i even = _mm512_loadu_si512(columns + 2 * q * kPanelRows);
        const __m512i odd = _mm512_loadu_si512(columns + (2 * q + 1) * kPanelRows);
        _mm512_storeu_si512(to + q * kPanelRows,
                            pairs(_mm512_srli_epi32(even, 16), _mm512_srli_epi32(odd, 16)));
      }
    }
  }

  void backward_weight(const LinearBackwardArgs::Product& product) {
    const int64_t all = (product.outputs + kPanelRows - 1) / kPanelRows;
    const bool by_panels = all >= 4 * team_.size();
    const Team::Range panels = by_panels ? team_.share(all) : Team::Range{0, all};
    const Team::Range columns =
        by_panels ? Team::Range{0, a_.columns} : team_.share(a_.columns, kTileRows);
    if (columns.begin >= columns.end) return;
    for (int64_t p = panels.begin; p < panels.end; p += kBackwardPanels) {
      const int64_t count = std::min(kBackwardPanels, panels.end - p);
      for (int64_t n = 0; n < a_.row_count; n += kTileUnits) {
        const int64_t units = std::min(kTileUnits, a_.row_count - n);
        for (int64_t j = 0; j < count; ++j)
          pack_dy(product, n, units, p + j, group_ + j * kPanelWords);
        const int64_t panel_floats = a_.columns * kPanelRows;
        multiply(x_ + columns.begin * layout_.x_stride + n, layout_.x_stride,
                 columns.end - columns.begin, count, units, false,
                 product.dweight + p * panel_floats + columns.begin * kPanelRows, kPanelRows,
                 panel_floats);
      }
    }
  }

  // to[u / 2][j] = (dy[n + u, 16 panel + j], dy[n + u + 1, 16 panel + j]); zeros up to a whole
  // tile.
  void pack_dy(const LinearBackwardArgs::Product& product,
               int64_t n,
               int64_t units,
               int64_t panel,
               uint32_t* to) const {
    const __m512 scale = Vector512::set(a_.scale);
    const int64_t o = panel * kPanelRows;
    const int64_t count = std::min<int64_t>(kPanelRows, product.outputs - o);
    const auto row = [&](int64_t u) {
      if (u >= units || a_.row_of(n + u) < 0) return _mm512_setzero_si512();
      return rounded(product.dy + (n + u) * product.dy_stride + o, count, scale);
    };
    for (int64_t u = 0; u < round_up_to_tile(units); u += 2, to += kPanelRows)
      _mm512_storeu_si512(to, pairs(row(u), row(u + 1)));
  }

  // acc[r, p] (+)= a[r, units] times the packed panels.
  void multiply(const uint16_t* a,
                int64_t a_stride,
                int64_t rows,
                int64_t panels,
                int64_t units,
                bool first,
                float* acc,
                int64_t acc_row,
                int64_t acc_panel) {
    const int64_t steps = round_up_to_tile(units) / kTileDepth;
    for (int64_t top = 0; top < rows;) {
      const int64_t left = rows - top;
      const int64_t height =
          left >= 2 * kTileRows ? left / (2 * kTileRows) * (2 * kTileRows) : left;
      const int64_t strip = std::min<int64_t>(height, 2 * kTileRows);
      tiles_.configure(product_configuration(static_cast<int>(strip)));
      for (int64_t p = 0; p < panels; p += 2) {
        const auto* panel = reinterpret_cast<const std::byte*>(group_ + p * kPanelWords);
        for (int64_t r = top; r < top + height; r += strip) {
          const auto run = [&](auto function) {
            function(tiles_, a + r * a_stride, a_stride, panel, kPanelWords * 4, steps, first,
                     acc + r * acc_row + p * acc_panel, acc_row, acc_panel);
          };
          const bool two_panels = p + 1 < panels;
          if (strip > kTileRows) {
            run(two_panels ? multiply_tiles<Tiles, 2, 2> : multiply_tiles<Tiles, 2, 1>);
          } else {
            run(two_panels ? multiply_tiles<Tiles, 1, 2> : multiply_tiles<Tiles, 1, 1>);
          }
        }
      }
      top += height;
    }
    tiles_.release();
  }

  const LinearBackwardArgs& a_;
  const Team& team_;
  const LinearBackwardTilesLayout layout_;
  Tiles tiles_;
  uint32_t* group_;  // [kBackwardPanels][kTileUnits / 2][16] pairs, this member's
  uint16_t* dy_;     // [N, O] of each product, shared
  uint16_t* x_;      // [16 ceil(K / 16), N], shared
  float* sums_;      // [N, 16 ceil(K / 16)], shared
};

}  // namespace
}  // namespace gatun::cpu

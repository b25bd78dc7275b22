// SPDX-License-Identifier: Apache-2.0
// Gradients of products in blocks, a template over the tier's vectors.
//
//   dx       Columns are split over the team. W is packed transposed, kBackwardUnits outputs times
//            kBackwardPanels panels of 16 columns, and strips of rows of dy pass over it.
//   dweight  Panels of outputs are split over the team, or columns where panels are few. dy is
//            packed into panels, kBackwardUnits rows at a time, and strips of columns of x pass
//            over them; the sums rest in dweight itself.
//
// Formats without a vector reader are widened row by row by the whole team first, into one of two
// buffers, so that one barrier per block suffices.
//
// Vector is the policy of linear_backward_tile.h with, besides, mul(a, b), load(p, count) and
// store(p, v, count) for the first `count` lanes, and transpose(rows, to): 16 vectors to the 16
// rows of `to`, which is packed; from_half(p) and from_pairs(p, odd) for 16-bit panels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/linear_backward_layout.h"
#include "kernels/cpu/linear_backward_sums.h"
#include "kernels/cpu/linear_backward_tile.h"

namespace gatun::cpu {
namespace {

template <class Vector>
class LinearBackward {
 public:
  LinearBackward(const LinearBackwardArgs& args, const Team& team)
      : a_(args), team_(team), layout_(args) {
    std::byte* at = args.scratch;
    group_ = reinterpret_cast<float*>(at + team.index() * layout_.group_bytes);
    at += team.size() * layout_.group_bytes;
    sums_ = reinterpret_cast<float*>(at);
    at += layout_.sums_bytes;
    for (float*& rows : rows_) {
      rows = reinterpret_cast<float*>(at);
      at += layout_.rows_bytes;
    }
  }

  void run() {
    if (team_.index() == 0) check_rows(a_);
    if (a_.dx != nullptr && a_.row_count > 0) backward_x();
    for (int i = 0; i < a_.products; ++i) {
      if (a_.product[i].dweight != nullptr) backward_weight(a_.product[i]);
      if (a_.product[i].dbias != nullptr) add_bias<Vector>(a_, a_.product[i], team_);
    }
  }

 private:
  using V = typename Vector::Type;

  // ---- dx ----

  void backward_x() {
    const Team::Range mine = team_.share(layout_.column_panels);
    bool first = !layout_.direct || !a_.accumulate;  // no term was added yet
    int buffer = 0;
    for (int i = 0; i < a_.products; ++i) {
      if (team_.index() == 0) a_.device->count_weight_pass();
      const LinearBackwardArgs::Product& product = a_.product[i];
      const bool widened = panel_kind(*product.weight) == PanelKind::kOther;
      for (int64_t o = 0; o < product.outputs; o += kBackwardUnits) {
        const int64_t units = std::min(kBackwardUnits, product.outputs - o);
        if (widened) {
          widen_rows(*product.weight, o, units, rows_[buffer]);
          team_.barrier();
        }
        for (int64_t p = mine.begin; p < mine.end; p += kBackwardPanels) {
          const int64_t panels = std::min(kBackwardPanels, mine.end - p);
          for (int64_t j = 0; j < panels; ++j) {
            float* panel = group_ + j * kBackwardPanelStep;
            if (widened) {
              copy_panel(rows_[buffer], p + j, units, panel);
            } else {
              transpose_panel(*product.weight, o, p + j, units, panel);
            }
          }
          multiply_rows(product, o, units, p, panels, first);
        }
        if (widened) buffer = 1 - buffer;
        first = false;
      }
    }
    if (!layout_.direct) add_sums<Vector>(a_, sums_, mine);
  }

  int64_t padded_columns() const { return layout_.column_panels * kPanelRows; }

  // Rows [o, o + units) of a weight as f32 [units, padded columns], shared by the team.
  void widen_rows(const PackedWeight& weight, int64_t o, int64_t units, float* rows) {
    const Team::Range mine = team_.share(units);
    for (int64_t u = mine.begin; u < mine.end; ++u) {
      float* row = rows + u * padded_columns();
      weight.format->unpack_row(weight.panel((o + u) / kPanelRows),
                                static_cast<int>((o + u) % kPanelRows), a_.columns, row);
      std::fill(row + a_.columns, row + padded_columns(), 0.0f);
    }
  }

  void copy_panel(const float* rows, int64_t panel, int64_t units, float* to) {
    for (int64_t u = 0; u < units; ++u) {
      Vector::store(to + u * kPanelRows,
                    Vector::load(rows + u * padded_columns() + panel * kPanelRows));
    }
  }

  // to[u][j] = W[o + u, 16 panel + j], from panels of 16 outputs. Columns beyond K become zero, and
  // outputs beyond O are written, as zeros, up to a multiple of 16.
  void transpose_panel(
      const PackedWeight& weight, int64_t o, int64_t panel, int64_t units, float* to) {
    const PanelKind kind = panel_kind(weight);
    const int64_t first = panel * kPanelRows;
    const int64_t columns = std::min<int64_t>(kPanelRows, a_.columns - first);
    for (int64_t u = 0; u < units; u += kPanelRows) {
      const std::byte* source = weight.panel((o + u) / kPanelRows);
      V rows[kPanelRows];
      for (int64_t k = 0; k < columns; ++k) rows[k] = panel_row(kind, source, first + k);
      for (int64_t k = columns; k < kPanelRows; ++k) rows[k] = Vector::zero();
      Vector::transpose(rows, to + u * kPanelRows);
    }
  }

  static V panel_row(PanelKind kind, const std::byte* panel, int64_t k) {
    if (kind == PanelKind::kF32)
      return Vector::load(reinterpret_cast<const float*>(panel) + k * kPanelRows);
    if (kind == PanelKind::kF16)
      return Vector::from_half(reinterpret_cast<const uint16_t*>(panel) + k * kPanelRows);
    return Vector::from_pairs(reinterpret_cast<const uint32_t*>(panel) + k / 2 * kPanelRows,
                              k % 2 != 0);
  }

  // All rows of dy, columns [o, o + units), times the packed panels.
  void multiply_rows(const LinearBackwardArgs::Product& product,
                     int64_t o,
                     int64_t units,
                     int64_t panel,
                     int64_t panels,
                     bool first) {
    alignas(64) float strip[Vector::kMaxRows * RowMajorStrip::kRowStep];
    const int64_t stride = layout_.direct ? a_.dx_stride : padded_columns();
    float* acc = (layout_.direct ? a_.dx : sums_) + panel * kPanelRows;
    const int64_t strips = (a_.row_count + Vector::kMaxRows - 1) / Vector::kMaxRows;
    for (int64_t s = 0; s < strips; ++s) {  // of nearly equal height
      const int64_t top = a_.row_count * s / strips;
      const int64_t height = a_.row_count * (s + 1) / strips - top;
      for (int64_t r = 0; r < height; ++r)
        copy_scaled(product.dy + (top + r) * product.dy_stride + o, units,
                    strip + r * RowMajorStrip::kRowStep);
      const int64_t next = s + 1 < strips ? top + height : 0;
      multiply_strip<Vector, RowMajorStrip>({strip, group_, units, first, acc + top * stride,
                                             stride, kPanelRows, acc + next * stride},
                                            static_cast<int>(height), static_cast<int>(panels));
    }
  }

  // to = scale from; writes a multiple of 16 floats.
  void copy_scaled(const float* from, int64_t count, float* to) const {
    const V scale = Vector::set(a_.scale);
    int64_t i = 0;
    for (; i + kPanelRows <= count; i += kPanelRows)
      Vector::store(to + i, Vector::mul(Vector::load(from + i), scale));
    if (i < count) Vector::store(to + i, Vector::mul(Vector::load(from + i, count - i), scale));
  }

  // ---- dweight ----

  void backward_weight(const LinearBackwardArgs::Product& product) {
    const int64_t all = (product.outputs + kPanelRows - 1) / kPanelRows;
    const bool by_panels = all >= 4 * team_.size();
    const Team::Range panels = by_panels ? team_.share(all) : Team::Range{0, all};
    const Team::Range columns = by_panels ? Team::Range{0, a_.columns} : team_.share(a_.columns);
    for (int64_t p = panels.begin; p < panels.end; p += kBackwardPanels) {
      const int64_t count = std::min(kBackwardPanels, panels.end - p);
      for (int64_t n = 0; n < a_.row_count; n += kBackwardUnits) {
        const int64_t units = pack_dy(product, p, count, n);
        multiply_columns(product, p, count, units, columns);
      }
    }
  }

  // Rows from `first` on of dy into panels, scaled; a row without a row of x is left out. Returns
  // how many there are, and leaves their rows of x in source_.
  int64_t pack_dy(const LinearBackwardArgs::Product& product,
                  int64_t panel,
                  int64_t panels,
                  int64_t first) {
    const V scale = Vector::set(a_.scale);
    const int64_t last = std::min(first + kBackwardUnits, a_.row_count);
    int64_t u = 0;
    for (int64_t n = first; n < last; ++n) {
      const int64_t row = a_.row_of(n);
      if (row < 0) continue;
      source_[u] = a_.x + row * a_.x_stride;
      const float* dy = product.dy + n * product.dy_stride;
      for (int64_t p = 0; p < panels; ++p) {
        const int64_t o = (panel + p) * kPanelRows;
        const int64_t count = std::min<int64_t>(kPanelRows, product.outputs - o);
        Vector::store(group_ + p * kBackwardPanelStep + u * kPanelRows,
                      Vector::mul(Vector::load(dy + o, count), scale));
      }
      ++u;
    }
    return u;
  }

  // The packed rows times columns of x.
  void multiply_columns(const LinearBackwardArgs::Product& product,
                        int64_t panel,
                        int64_t panels,
                        int64_t units,
                        Team::Range columns) {
    alignas(64) float strip[kBackwardUnits * InterleavedStrip::kUnitStep];
    const int64_t total = columns.end - columns.begin;
    const int64_t strips = (total + Vector::kMaxRows - 1) / Vector::kMaxRows;
    for (int64_t s = 0; s < strips; ++s) {
      const int64_t k = columns.begin + total * s / strips;
      const int64_t width = columns.begin + total * (s + 1) / strips - k;
      for (int64_t u = 0; u < units; ++u) {
        Vector::store(strip + u * InterleavedStrip::kUnitStep, Vector::load(source_[u] + k, width));
      }
      const int64_t next = s + 1 < strips ? k + width : columns.begin;
      float* dweight = product.dweight + panel * a_.columns * kPanelRows;
      multiply_strip<Vector, InterleavedStrip>(
          {strip, group_, units, false, dweight + k * kPanelRows, kPanelRows,
           a_.columns * kPanelRows, dweight + next * kPanelRows},
          static_cast<int>(width), static_cast<int>(panels));
    }
  }

  const LinearBackwardArgs& a_;
  const Team& team_;
  const LinearBackwardLayout layout_;
  float* group_;                         // [kBackwardPanels][kBackwardUnits][16], this member's
  float* sums_;                          // [N, padded columns], shared
  float* rows_[2];                       // [kBackwardUnits, padded columns], shared
  const float* source_[kBackwardUnits];  // rows of x that the packed rows of dy belong to
};

}  // namespace
}  // namespace gatun::cpu

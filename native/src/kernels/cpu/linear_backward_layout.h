// SPDX-License-Identifier: Apache-2.0
// Blocks and scratch memory of linear_backward, the same for all tiers.
#pragma once

#include "kernels/cpu/dense_panel.h"
#include "kernels/linear_backward.h"

namespace gatun::cpu {

// Terms of a sum that are packed at once: outputs o for dx, rows n for dweight.
inline constexpr int64_t kBackwardUnits = 256;
// Panels of 16 that are packed at once: 256 KiB together with the units, which stay in L2 while
// strips pass over them; a strip is copied once for all of them.
inline constexpr int64_t kBackwardPanels = 16;

namespace {

// How a panel of a weight is read 16 outputs at a time.
enum class PanelKind { kF32, kF16, kBf16, kOther };

inline PanelKind panel_kind(const PackedWeight& weight) {
  const auto unpack = weight.format->unpack_row;
  if (unpack == unpack_f32_row) return PanelKind::kF32;
  if (unpack == unpack_f16_row) return PanelKind::kF16;
  return unpack == unpack_bf16_row ? PanelKind::kBf16 : PanelKind::kOther;
}

struct LinearBackwardLayout {
  int64_t column_panels;  // ceil(K / 16)
  bool direct;            // sums of dx rest in dx itself
  bool unpacks;           // some weight is widened row by row
  int64_t group_bytes;    // packed panels, of each member
  int64_t sums_bytes;     // of dx, shared: [N, 16 column_panels]
  int64_t rows_bytes;     // widened rows of a weight, shared: [kBackwardUnits, 16 column_panels]

  explicit LinearBackwardLayout(const LinearBackwardArgs& args)
      : column_panels((args.columns + kPanelRows - 1) / kPanelRows),
        direct(args.rows == nullptr && args.columns % kPanelRows == 0),
        unpacks(false),
        group_bytes(kBackwardPanels * kBackwardUnits * kPanelRows * 4),
        sums_bytes(0),
        rows_bytes(0) {
    if (args.dx == nullptr) return;
    for (int i = 0; i < args.products; ++i)
      unpacks = unpacks || panel_kind(*args.product[i].weight) == PanelKind::kOther;
    if (!direct) sums_bytes = args.row_count * column_panels * kPanelRows * 4;
    if (unpacks) rows_bytes = kBackwardUnits * column_panels * kPanelRows * 4;
  }

  // Two buffers of widened rows: one is filled while the other is read.
  int64_t bytes(int members) const { return members * group_bytes + sums_bytes + 2 * rows_bytes; }
};

// ---- tiles ----

// Terms that are packed at once on tile registers: 256 KiB for kBackwardPanels panels, in L2.
inline constexpr int64_t kTileUnits = 512;

// A whole number of tile products, 32 terms each.
inline int64_t round_up_to_tile(int64_t terms) {
  return (terms + 31) / 32 * 32;
}

// Whether every product works on a weight in bf16, which is when its gradients do too.
inline bool has_bf16_weights(const LinearBackwardArgs& args) {
  for (int i = 0; i < args.products; ++i) {
    const PackedWeight* weight = args.product[i].weight;
    if (weight == nullptr || panel_kind(*weight) != PanelKind::kBf16) return false;
  }
  return true;
}

struct LinearBackwardTilesLayout {
  int64_t column_panels;  // ceil(K / 16)
  bool direct;            // sums of dx rest in dx itself
  int64_t group_bytes;    // packed panels, of each member
  int64_t dy_bytes = 0, x_bytes = 0, sums_bytes = 0;
  int64_t dy_offset[GATUN_LINEAR_MAX_OUTPUTS] = {}, dy_stride[GATUN_LINEAR_MAX_OUTPUTS] = {};
  int64_t x_stride;  // in values, as the others; not a power of two, so that rows do not share sets

  explicit LinearBackwardTilesLayout(const LinearBackwardArgs& args)
      : column_panels((args.columns + kPanelRows - 1) / kPanelRows),
        direct(args.rows == nullptr && args.columns % kPanelRows == 0),
        group_bytes(kBackwardPanels * kTileUnits * kPanelRows * 2),
        x_stride(round_up_to_tile(args.row_count) + 32) {
    int64_t values = 0;
    for (int i = 0; i < args.products; ++i) {
      const LinearBackwardArgs::Product& product = args.product[i];
      dy_offset[i] = values;
      dy_stride[i] = round_up_to_tile(product.outputs) + 32;
      values += args.row_count * dy_stride[i];
      if (product.dweight != nullptr) x_bytes = column_panels * kPanelRows * x_stride * 2;
    }
    if (args.dx == nullptr) return;
    dy_bytes = values * 2;
    if (!direct) sums_bytes = args.row_count * column_panels * kPanelRows * 4;
  }

  int64_t bytes(int members) const {
    return members * group_bytes + dy_bytes + x_bytes + sums_bytes;
  }
};

}  // namespace
}  // namespace gatun::cpu

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

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// The product of a strip with packed panels on vector registers, a template over the tier:
//
//   acc[r][p][j] (+)= sum_u strip[u][r] panels[p][u][j]
//
// Each sum is one chain of fused steps over u in ascending order that starts from acc, or from zero
// where `first`; it does not depend on how many rows and panels are handled together.
//
// Vector is a policy: Type (16 floats), kMaxRows, kRegisters, kVectorRegisters, zero(), load(p),
// store(p, v), broadcast(p), fma(a, b, c); kFoldsBroadcast, and with it fma_broadcast(p, b, c),
// which is fma(broadcast(p), b, c) into c by one instruction (why: folds_broadcast() in
// dense_tile.h).
#pragma once

#include <cstdint>

#include "kernels/cpu/linear_backward_layout.h"

namespace gatun::cpu {
namespace {

// Strip element (u, r) in memory: rows behind each other, or side by side.
struct RowMajorStrip {
  static constexpr int64_t kRowStep = kBackwardUnits + 16;  // rows apart modulo 4 KiB
  static constexpr int64_t kUnitStep = 1;
};
struct InterleavedStrip {
  static constexpr int64_t kRowStep = 1;
  static constexpr int64_t kUnitStep = 16;
};

struct BackwardTile {
  const float* strip;
  const float* panels;
  int64_t units;
  bool first;
  float* acc;
  int64_t acc_row, acc_panel;  // steps of acc from row to row and from panel to panel
  const float* next;           // acc of the strip to come, or of any that exists
};
inline constexpr int64_t kBackwardPanelStep = kBackwardUnits * kPanelRows;  // of packed panels

// Floats of a panel between a load and the prefetch for it: panels come from L2.
inline constexpr int64_t kAhead = 256;

// `next` is the acc of the tile to come. Sums are read and written once per kBackwardUnits terms
// and may be far away, so they are asked for a tile ahead. Not inlined: see multiply() of
// dense_tile.h.
template <class Vector, class Strip, int kRows, int kPanels>
[[gnu::noinline]] void multiply_tile(const BackwardTile& t, const float* next) {
  using V = typename Vector::Type;
  for (int r = 0; r < kRows; ++r) {
    for (int p = 0; p < kPanels; ++p) __builtin_prefetch(next + r * t.acc_row + p * t.acc_panel, 1);
  }
  V sum[kRows][kPanels];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p) {
      sum[r][p] = t.first ? Vector::zero() : Vector::load(t.acc + r * t.acc_row + p * t.acc_panel);
    }
  }
  const float* strip = t.strip;
  const float* panel = t.panels;
#pragma GCC unroll 2
  for (int64_t u = 0; u < t.units; ++u) {
    V weight[kPanels];
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p) {
      weight[p] = Vector::load(panel + p * kBackwardPanelStep);
      __builtin_prefetch(panel + p * kBackwardPanelStep + kAhead);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      if constexpr (Vector::kFoldsBroadcast) {
        if (kPanels == 1 || (kPanels == 2 && r % 2 == 1)) {
#pragma GCC unroll 8
          for (int p = 0; p < kPanels; ++p)
            Vector::fma_broadcast(strip + r * Strip::kRowStep, weight[p], sum[r][p]);
          continue;
        }
      }
      const auto x = Vector::broadcast(strip + r * Strip::kRowStep);
#pragma GCC unroll 8
      for (int p = 0; p < kPanels; ++p) sum[r][p] = Vector::fma(x, weight[p], sum[r][p]);
    }
    strip += Strip::kUnitStep;
    panel += kPanelRows;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p)
      Vector::store(t.acc + r * t.acc_row + p * t.acc_panel, sum[r][p]);
  }
}

// Panels that kRows rows take at once: enough chains to hide the latency of a fused multiply-add,
// few enough to stay in registers beside the weights and a broadcast.
template <class Vector, int kRows>
constexpr int backward_panels() {
  for (int panels = 4; panels > 1; panels /= 2) {
    if ((kRows + 1) * panels * Vector::kVectorRegisters + 2 <= Vector::kRegisters) return panels;
  }
  return 1;
}

// `rows` <= kRows rows of the strip with `panels` panels.
template <class Vector, class Strip, int kRows = Vector::kMaxRows>
void multiply_strip(BackwardTile t, int rows, int panels) {
  if constexpr (kRows > 1) {
    if (rows < kRows) {
      multiply_strip<Vector, Strip, kRows - 1>(t, rows, panels);
      return;
    }
  }
  constexpr int kAtOnce = backward_panels<Vector, kRows>();
  int p = 0;
  for (; p + kAtOnce <= panels; p += kAtOnce) {
    float* after = t.acc + kAtOnce * t.acc_panel;
    multiply_tile<Vector, Strip, kRows, kAtOnce>(t, p + kAtOnce < panels ? after : t.next);
    t.panels += kAtOnce * kBackwardPanelStep;
    t.acc = after;
  }
  for (; p < panels; ++p) {
    float* after = t.acc + t.acc_panel;
    multiply_tile<Vector, Strip, kRows, 1>(t, p + 1 < panels ? after : t.next);
    t.panels += kBackwardPanelStep;
    t.acc = after;
  }
}

}  // namespace
}  // namespace gatun::cpu

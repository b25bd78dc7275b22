// SPDX-License-Identifier: Apache-2.0
// Tile of a product with 16-row panels of f32, f16 or bf16 values on vector registers; a template
// over the tier and the panel, included only by the sources of those tiers.
//
//   acc[r, 16 p + j] = sum_k x[r, k] w[16 p + j, k]
//
// Each output is one chain of fused steps over k in ascending order, starting from zero; between
// blocks of k it rests in acc. The chain is the same whatever the number of rows and panels, so a
// row's bits do not depend on its company.
//
// Blocking: a strip of x (up to kMaxStripRows rows, kBlock values) is copied to a buffer with a
// fixed row stride, so that rows 4 KiB apart do not evict each other from L1 and every broadcast
// has a constant offset. A block of all panels of the call (8 * 16 KiB) stays in L2 while the
// strips pass over it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {
namespace {

// Product is a policy:
//   Vector                     16 accumulators
//   Element                    what one broadcast reads: a float, or a pair of bf16
//   kElementsPerUnit           broadcasts that one unit of the panel meets, in ascending k
//   kUnitBytes                 bytes of a panel per unit
//   kMaxStripRows              rows that the registers hold beside two panels (one on narrow tiers)
//   kRegisters, kVectorRegisters  registers of the tier, and how many of them a Vector takes
//   zero(), load(p), store(p, v), broadcast(p), weight(unit, step), accumulate(acc, weight, x)
//   rows_of(x, row)            first Element of a prepared row;  elements(columns): how many it has

// Panels that a strip of kRows rows takes at once: enough chains to hide the latency of a fused
// multiply-add, few enough to stay in registers beside the weights and a broadcast.
template <class Product, int kRows>
constexpr int panels_at_once() {
  for (int panels = 8; panels > 1; panels /= 2) {
    const int weights = kRows == 1 ? 1 : panels;
    if ((kRows * panels + weights) * Product::kVectorRegisters + 2 <= Product::kRegisters)
      return panels;
  }
  return 1;
}

inline constexpr int64_t kBlock = 256;  // Elements of x per pass over the panels
inline constexpr int64_t kStripStride =
    kBlock + 16;  // keeps the rows of a strip apart modulo 4 KiB

// `units` units of kPanels panels times kRows rows of `strip`; `first` starts the chains, otherwise
// acc goes on.
template <class Product, int kRows, int kPanels>
void multiply(const typename Product::Element* strip,
              const std::byte* panel,
              int64_t panel_bytes,
              int64_t units,
              bool first,
              float* acc,
              int64_t acc_stride) {
  using Vector = typename Product::Vector;
  Vector sum[kRows][kPanels];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p) {
      sum[r][p] = first ? Product::zero() : Product::load(acc + r * acc_stride + kPanelRows * p);
    }
  }
  for (int64_t u = 0; u < units; ++u) {
    if constexpr (kRows <= 4) {
      // Few rows: the panels come from memory. 2 KiB ahead is past what the hardware has already
      // asked for.
#pragma GCC unroll 8
      for (int p = 0; p < kPanels; ++p) {
        __builtin_prefetch(panel + p * panel_bytes + u * Product::kUnitBytes + 2048);
      }
    }
#pragma GCC unroll 2
    for (int step = 0; step < Product::kElementsPerUnit; ++step) {
      const typename Product::Element* x = strip + u * Product::kElementsPerUnit + step;
      Vector weight[kPanels];
#pragma GCC unroll 8
      for (int p = 0; p < kPanels; ++p) {
        weight[p] = Product::weight(panel + p * panel_bytes + u * Product::kUnitBytes, step);
      }
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const Vector value = Product::broadcast(x + r * kStripStride);
#pragma GCC unroll 8
        for (int p = 0; p < kPanels; ++p)
          sum[r][p] = Product::accumulate(sum[r][p], weight[p], value);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p)
      Product::store(acc + r * acc_stride + kPanelRows * p, sum[r][p]);
  }
}

// All panels of a call times one strip of exactly kRows rows.
template <class Product, int kRows>
void multiply_strip(const typename Product::Element* strip,
                    const std::byte* panel,
                    int64_t panel_bytes,
                    int panels,
                    int64_t units,
                    bool first,
                    float* acc,
                    int64_t acc_stride) {
  constexpr int kAtOnce = panels_at_once<Product, kRows>();
  int p = 0;
  for (; p + kAtOnce <= panels; p += kAtOnce) {
    multiply<Product, kRows, kAtOnce>(strip, panel + p * panel_bytes, panel_bytes, units, first,
                                      acc + kPanelRows * p, acc_stride);
  }
  if constexpr (kAtOnce > 4) {
    if (p + 4 <= panels) {
      multiply<Product, kRows, 4>(strip, panel + p * panel_bytes, panel_bytes, units, first,
                                  acc + kPanelRows * p, acc_stride);
      p += 4;
    }
  }
  if constexpr (kAtOnce > 2) {
    if (p + 2 <= panels) {
      multiply<Product, kRows, 2>(strip, panel + p * panel_bytes, panel_bytes, units, first,
                                  acc + kPanelRows * p, acc_stride);
      p += 2;
    }
  }
  if constexpr (kAtOnce > 1) {
    if (p < panels) {
      multiply<Product, kRows, 1>(strip, panel + p * panel_bytes, panel_bytes, units, first,
                                  acc + kPanelRows * p, acc_stride);
    }
  }
}

// Calls multiply_strip with `rows` as a constant.
template <class Product, int kRows = Product::kMaxStripRows>
void multiply_rows(int rows,
                   const typename Product::Element* strip,
                   const std::byte* panel,
                   int64_t panel_bytes,
                   int panels,
                   int64_t units,
                   bool first,
                   float* acc,
                   int64_t acc_stride) {
  if constexpr (kRows > 1) {
    if (rows < kRows) {
      multiply_rows<Product, kRows - 1>(rows, strip, panel, panel_bytes, panels, units, first, acc,
                                        acc_stride);
      return;
    }
  }
  multiply_strip<Product, kRows>(strip, panel, panel_bytes, panels, units, first, acc, acc_stride);
}

// A TileFunction.
template <class Product>
void dense_tile(const PreparedRows& x,
                int64_t first_row,
                int rows,
                const std::byte* panel,
                int64_t panel_bytes,
                int panels,
                int64_t columns,
                float* acc,
                int64_t acc_stride) {
  using Element = typename Product::Element;
  static_assert(kBlock % Product::kElementsPerUnit == 0);
  alignas(64) Element strip[Product::kMaxStripRows * kStripStride];
  const int64_t elements = Product::elements(columns);
  // Strips of nearly equal height: 15 rows are 8 + 7 rather than 14 + 1.
  const int strips = (rows + Product::kMaxStripRows - 1) / Product::kMaxStripRows;
  for (int64_t begin = 0; begin < elements; begin += kBlock) {
    const int64_t count = std::min(kBlock, elements - begin);
    const int64_t units = (count + Product::kElementsPerUnit - 1) / Product::kElementsPerUnit;
    const std::byte* block = panel + begin / Product::kElementsPerUnit * Product::kUnitBytes;
    for (int s = 0; s < strips; ++s) {
      const int top = rows * s / strips;
      const int height = rows * (s + 1) / strips - top;
      for (int r = 0; r < height; ++r) {
        Element* copy = strip + r * kStripStride;
        std::memcpy(copy, Product::rows_of(x, first_row + top + r) + begin,
                    static_cast<std::size_t>(count) * sizeof(Element));
        // An odd count meets a padded unit: its weight is zero, and so must be the value.
        if (count % Product::kElementsPerUnit != 0) copy[count] = Element{};
      }
      multiply_rows<Product>(height, strip, block, panel_bytes, panels, units, begin == 0,
                             acc + top * acc_stride, acc_stride);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

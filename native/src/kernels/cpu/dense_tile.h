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
// has a constant offset. A block of all panels of the call (24 * 16 KiB at most) stays in L2 while
// the strips pass over it.
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
//   kFoldsBroadcast            whether accumulate_broadcast(acc, weight, p) is one instruction
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

// Whether a row's value is broadcast by each fused multiply-add itself rather than once into a
// register: fewer instructions, more loads. A core that shares its front end with another thread is
// short of the former, so half of the rows of two panels do it; with more panels a register pays.
template <class Product, int kPanels>
constexpr bool folds_broadcast(int row) {
  return Product::kFoldsBroadcast && (kPanels == 1 || (kPanels <= 3 && row % 2 == 1));
}

// memcpy of whole 4-byte values, in line: a call or a string instruction costs as much as a strip's
// row. The same bytes from `ahead` are asked for meanwhile.
inline void copy_values(void* to, const void* from, int64_t bytes, const void* ahead) {
  auto* out = static_cast<std::byte*>(to);
  const auto* in = static_cast<const std::byte*>(from);
  const auto* next = static_cast<const std::byte*>(ahead);
  int64_t i = 0;
  for (; i + 64 <= bytes; i += 64) {
    std::memcpy(out + i, in + i, 64);
    __builtin_prefetch(next + i);
  }
  for (; i < bytes; i += 4) std::memcpy(out + i, in + i, 4);
}

// `units` units of kPanels panels times kRows rows of `strip`; `first` starts the chains, otherwise
// acc goes on. Not inlined: the sums need every register, and inside a caller they do not get them.
template <class Product, int kRows, int kPanels>
[[gnu::noinline]] void multiply(const typename Product::Element* strip,
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
#pragma GCC unroll 2
  for (int64_t u = 0; u < units; ++u) {
    // Few rows: the panels come from memory, and 2 KiB ahead is past what the hardware has already
    // asked for. Many: they come from L2, 1 KiB ahead is in time.
    constexpr int64_t kAhead = kRows <= 4 ? 2048 : 1024;
#pragma GCC unroll 8
    for (int p = 0; p < kPanels; ++p) {
      __builtin_prefetch(panel + p * panel_bytes + u * Product::kUnitBytes + kAhead);
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
        if constexpr (Product::kFoldsBroadcast) {
          if (folds_broadcast<Product, kPanels>(r)) {
#pragma GCC unroll 8
            for (int p = 0; p < kPanels; ++p) {
              Product::accumulate_broadcast(sum[r][p], weight[p], x + r * kStripStride);
            }
            continue;
          }
        }
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

// Asks for the lines of a strip of y.
inline void prefetch_rows(float* y, int64_t stride, int rows, int64_t values) {
  for (int r = 0; r < rows; ++r) {
    for (int64_t o = 0; o < values; o += 16) __builtin_prefetch(y + r * stride + o, 1);
  }
}

// A TileFunction that finishes.
template <class Product>
void dense_tile(const Tile& tile) {
  using Element = typename Product::Element;
  static_assert(kBlock % 16 == 0 && 16 % Product::kElementsPerUnit == 0);
  alignas(64) Element strip[Product::kMaxStripRows * kStripStride];
  const int64_t elements = Product::elements(tile.columns);
  // Blocks of nearly equal length, in whole cache lines of x.
  const int64_t blocks = std::max<int64_t>((elements + kBlock - 1) / kBlock, 1);
  const int64_t length = ((elements + blocks - 1) / blocks + 15) / 16 * 16;
  // Strips of nearly equal height: 15 rows are 8 + 7 rather than 14 + 1.
  const int strips = (tile.rows + Product::kMaxStripRows - 1) / Product::kMaxStripRows;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t begin = b * length;
    const int64_t count = std::min(length, elements - begin);
    const int64_t units = (count + Product::kElementsPerUnit - 1) / Product::kElementsPerUnit;
    const std::byte* block = tile.panel + begin / Product::kElementsPerUnit * Product::kUnitBytes;
    const bool last = b == blocks - 1;
    for (int s = 0; s < strips; ++s) {
      const int top = tile.rows * s / strips;
      const int height = tile.rows * (s + 1) / strips - top;
      if (tile.end != nullptr && last) {
        prefetch_rows(tile.end->y + top * tile.end->y_stride, tile.end->y_stride, height,
                      tile.panels * kPanelRows);
      }
      // The strip to come: the next rows, or the first ones of the next block.
      const bool more_rows = s + 1 < strips;
      const int next_top = more_rows ? top + height : 0;
      const int64_t next_begin = more_rows || last ? begin : begin + length;
      for (int r = 0; r < height; ++r) {
        Element* copy = strip + r * kStripStride;
        const int next = std::min(next_top + r, tile.rows - 1);
        copy_values(copy, Product::rows_of(tile.x, tile.first_row + top + r) + begin,
                    count * static_cast<int64_t>(sizeof(Element)),
                    Product::rows_of(tile.x, tile.first_row + next) + next_begin);
        // An odd count meets a padded unit: its weight is zero, and so must be the value.
        if (count % Product::kElementsPerUnit != 0) copy[count] = Element{};
      }
      // Sums that go straight on need not have rows of their own.
      float* sums = tile.acc + (tile.end != nullptr && blocks == 1 ? 0 : top * tile.acc_stride);
      multiply_rows<Product>(height, strip, block, tile.panel_bytes, tile.panels, units, b == 0,
                             sums, tile.acc_stride);
      if (tile.end != nullptr && last) tile.end->finish(*tile.end, top, height, sums);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

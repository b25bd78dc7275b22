// SPDX-License-Identifier: Apache-2.0
// Products of single rows with panels of 16 rows, over a vector type V (simd_*.h).
#pragma once

#include <algorithm>

#include "kernels/low_rank.h"

namespace gatun::cpu {
namespace {

constexpr int kChains = 4;  // sums side by side, to cover the latency of an FMA

// sums[v] = x P^T for one panel [count][16], lanes v V::kWidth and on: four interleaved chains.
template <typename V>
void panel_product(const float* x,
                   const float* panel,
                   int64_t count,
                   typename V::F32 (&sums)[kLowRankPanel / V::kWidth]) {
  constexpr int kVectors = kLowRankPanel / V::kWidth;
  typename V::F32 chain[kChains][kVectors];
  for (auto& one : chain)
    for (auto& lanes : one) lanes = V::zero();
  int64_t k = 0;
  for (; k + kChains <= count; k += kChains) {
    for (int c = 0; c < kChains; ++c) {
      const auto factor = V::set(x[k + c]);
      for (int v = 0; v < kVectors; ++v) {
        chain[c][v] =
            V::fma(factor, V::load(panel + (k + c) * kLowRankPanel + v * V::kWidth), chain[c][v]);
      }
    }
  }
  for (; k < count; ++k) {
    for (int v = 0; v < kVectors; ++v) {
      chain[0][v] =
          V::fma(V::set(x[k]), V::load(panel + k * kLowRankPanel + v * V::kWidth), chain[0][v]);
    }
  }
  for (int v = 0; v < kVectors; ++v)
    sums[v] = V::add(V::add(chain[0][v], chain[1][v]), V::add(chain[2][v], chain[3][v]));
}

template <typename V>
void low_rank_panels(const LowRankArgs& args, const Team& team) {
  constexpr int kVectors = kLowRankPanel / V::kWidth;
  typename V::F32 sums[kVectors];
  const int64_t inner_panels = args.inner_stride / kLowRankPanel;
  const auto products = team.share(args.rows * inner_panels);
  for (int64_t i = products.begin; i < products.end; ++i) {
    const int64_t n = i / inner_panels, p = i % inner_panels;
    const LowRankArgs::Adapter* adapter = adapter_of(args, n);
    if (adapter == nullptr || p * kLowRankPanel >= adapter->rank) continue;
    panel_product<V>(args.x + token_of(args, n) * args.x_stride,
                     adapter->a + p * args.columns * kLowRankPanel, args.columns, sums);
    float* inner = args.inner + n * args.inner_stride + p * kLowRankPanel;
    for (int v = 0; v < kVectors; ++v) V::store(inner + v * V::kWidth, sums[v]);
  }
  team.barrier();
  const auto panels = team.share((args.outputs + kLowRankPanel - 1) / kLowRankPanel);
  for (int64_t p = panels.begin; p < panels.end; ++p) {
    const int64_t here = std::min(kLowRankPanel, args.outputs - p * kLowRankPanel);
    for (int64_t n = 0; n < args.rows; ++n) {
      const LowRankArgs::Adapter* adapter = adapter_of(args, n);
      if (adapter == nullptr) continue;
      panel_product<V>(args.inner + n * args.inner_stride,
                       adapter->b + p * adapter->rank * kLowRankPanel, adapter->rank, sums);
      float* y = args.y + n * args.y_stride + p * kLowRankPanel;
      for (int v = 0; v < kVectors && v * V::kWidth < here; ++v) {
        const auto lanes = V::first(std::min<int64_t>(V::kWidth, here - v * V::kWidth));
        const auto before = V::load(y + v * V::kWidth, lanes);
        V::store(y + v * V::kWidth, V::fma(V::set(adapter->scale), sums[v], before), lanes);
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

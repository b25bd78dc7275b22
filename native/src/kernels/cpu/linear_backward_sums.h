// SPDX-License-Identifier: Apache-2.0
// What every form of linear_backward adds in f32, templates over the vectors of
// linear_backward_blocks.h.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/matmul_format.h"
#include "kernels/linear_backward.h"

namespace gatun::cpu {
namespace {

// dx (+)= sums [N, 16 ceil(K / 16)] for panels of 16 columns, rows in order: several may go to one.
template <class Vector>
void add_sums(const LinearBackwardArgs& args, const float* sums, Team::Range panels) {
  const int64_t stride = (args.columns + kPanelRows - 1) / kPanelRows * kPanelRows;
  for (int64_t n = 0; n < args.row_count; ++n) {
    const int64_t row = args.row_of(n);
    for (int64_t p = panels.begin; row >= 0 && p < panels.end; ++p) {
      const int64_t k = p * kPanelRows;
      const int64_t count = std::min<int64_t>(kPanelRows, args.columns - k);
      float* dx = args.dx + row * args.dx_stride + k;
      auto value = Vector::load(sums + n * stride + k);
      if (args.accumulate) value = Vector::add(Vector::load(dx, count), value);
      Vector::store(dx, value, count);
    }
  }
}

// dbias += column sums of dy.
template <class Vector>
void add_bias(const LinearBackwardArgs& args,
              const LinearBackwardArgs::Product& product,
              const Team& team) {
  constexpr int64_t kChunk = 4 * kPanelRows;
  const Team::Range mine = team.share(product.outputs, kChunk);
  for (int64_t o = mine.begin; o < mine.end; o += kChunk) {
    typename Vector::Type sum[4] = {Vector::zero(), Vector::zero(), Vector::zero(), Vector::zero()};
    const int64_t count = std::min(kChunk, mine.end - o);
    for (int64_t n = 0; n < args.row_count; ++n) {
      const float* dy = product.dy + n * product.dy_stride + o;
      for (int64_t i = 0; i * kPanelRows < count; ++i) {
        const int64_t lanes = std::min<int64_t>(kPanelRows, count - i * kPanelRows);
        sum[i] = Vector::add(sum[i], Vector::load(dy + i * kPanelRows, lanes));
      }
    }
    for (int64_t i = 0; i * kPanelRows < count; ++i) {
      float* dbias = product.dbias + o + i * kPanelRows;
      const int64_t lanes = std::min<int64_t>(kPanelRows, count - i * kPanelRows);
      Vector::store(dbias, Vector::add(Vector::load(dbias, lanes), sum[i]), lanes);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

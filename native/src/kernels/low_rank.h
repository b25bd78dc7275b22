// SPDX-License-Identifier: Apache-2.0
// y[n] += scale_i (x[t] A_i^T) B_i^T with t = tokens[n] and i = slots[t] - first_slot; a row whose
// t is not one of x, or whose i is not one of the adapters given, keeps its y. A_i and B_i are in
// panel order (gatun/train.h).
//
// Two phases with a barrier between: inner[n] = x[n] A_i^T, panels of all tokens split over the
// team; then the additions, split by panels of y. Each output is one sum in an order that depends
// on K and r alone, so neither the batch nor the team changes a bit.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "runtime/team.h"

namespace gatun {

struct LowRankArgs {
  struct Adapter {
    const float* a;  // [ceil(r / 16)][K][16]
    const float* b;  // [ceil(O / 16)][r][16]
    int64_t rank;    // r; 0: leaves y alone
    float scale;
  };
  const float* x;              // [N, K]
  const int32_t* slots;        // [N], or null: all tokens use adapter 0
  const int32_t* tokens;       // [R] rows of x and slots, or null: all in order, R = N
  float* inner;                // [R, inner_stride]
  float* y;                    // [R, O]
  int64_t x_stride, y_stride;  // of rows
  int64_t inner_stride;        // the largest r, rounded up to whole panels
  int64_t rows;                // R
  int64_t x_rows;              // N
  int64_t columns;             // K
  int64_t outputs;             // O
  int32_t first_slot;
  int32_t adapters;
  Adapter adapter[GATUN_LOW_RANK_MOST];
};

inline constexpr int64_t kLowRankPanel = 16;

// The row of x for row n of y.
inline int64_t token_of(const LowRankArgs& args, int64_t n) {
  return args.tokens == nullptr ? n : args.tokens[n];
}

// The adapter of row n of y, or null.
inline const LowRankArgs::Adapter* adapter_of(const LowRankArgs& args, int64_t n) {
  const int64_t token = token_of(args, n);
  if (token < 0 || token >= args.x_rows) return nullptr;
  const int64_t i = args.slots == nullptr ? 0 : int64_t{args.slots[token]} - args.first_slot;
  if (i < 0 || i >= args.adapters || args.adapter[i].rank == 0) return nullptr;
  return &args.adapter[i];
}

namespace reference {
void low_rank(const LowRankArgs& args, const Team& team);
}
namespace cpu::avx2 {
void low_rank(const LowRankArgs& args, const Team& team);
}
namespace cpu::avx512 {
void low_rank(const LowRankArgs& args, const Team& team);
}

}  // namespace gatun

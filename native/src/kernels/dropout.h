// SPDX-License-Identifier: Apache-2.0
// y (+)= keep ? x / (1 - p) : 0 [+ residual]. Element i = n E + e is kept where word i % 4 of
// Philox4x32-10 with key `seed` and counter (i / 4, sequence) is at least `threshold`.
//
// Rows are split over the team; y may be x or residual.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct DropoutArgs {
  const float* x;                               // [N, E]
  const float* residual;                        // optional [N, E]
  float* y;                                     // [N, E]
  int64_t x_stride, residual_stride, y_stride;  // of rows
  int64_t rows;                                 // N
  int64_t columns;                              // E
  uint64_t seed;
  uint64_t sequence;
  uint32_t threshold;  // floor(p 2^32)
  float factor;        // 1 / (1 - p)
  bool accumulate;
};

namespace reference {
void dropout(const DropoutArgs& args, const Team& team);
}
namespace cpu::avx2 {
void dropout(const DropoutArgs& args, const Team& team);
}
namespace cpu::avx512 {
void dropout(const DropoutArgs& args, const Team& team);
}

}  // namespace gatun

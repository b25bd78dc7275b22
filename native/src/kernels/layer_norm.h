// SPDX-License-Identifier: Apache-2.0
// s = x + residual; y = (s - mean(s)) / sqrt(var(s) + eps) * weight + bias, biased variance, for
// each row.
//
// Rows are split over the team. x may be y or sum: every element is read before it is written.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct LayerNormArgs {
  const float* x;                                           // [N, E]
  const float* residual;                                    // optional [N, E]
  const float* weight;                                      // [E]
  const float* bias;                                        // optional [E]
  float* y;                                                 // [N, E]
  float* sum;                                               // optional [N, E]
  int64_t x_stride, residual_stride, y_stride, sum_stride;  // of rows
  int64_t rows;                                             // N
  int64_t columns;                                          // E
  float eps;
};

namespace reference {
void layer_norm(const LayerNormArgs& args, const Team& team);
}
namespace cpu::avx2 {
void layer_norm(const LayerNormArgs& args, const Team& team);
}
namespace cpu::avx512 {
void layer_norm(const LayerNormArgs& args, const Team& team);
}

}  // namespace gatun

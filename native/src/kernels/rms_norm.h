// SPDX-License-Identifier: Apache-2.0
// s = x + residual; y = s / sqrt(mean(s^2) + eps) * (weight_offset + weight) + y_residual, for each
// row.
//
// Rows are split over the team. x may be y or sum, y_residual may be y: every element is read
// before it is written.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct RmsNormArgs {
  const float* x;                                                              // [N, E]
  const float* residual;                                                       // optional [N, E]
  const float* weight;                                                         // [E]
  const float* y_residual;                                                     // optional [N, E]
  float* y;                                                                    // [N, E]
  float* sum;                                                                  // optional [N, E]
  int64_t x_stride, residual_stride, y_residual_stride, y_stride, sum_stride;  // of rows
  int64_t rows;                                                                // N
  int64_t columns;                                                             // E
  float eps;
  float weight_offset;
};

namespace reference {
void rms_norm(const RmsNormArgs& args, const Team& team);
}
namespace cpu::avx2 {
void rms_norm(const RmsNormArgs& args, const Team& team);
}
namespace cpu::avx512 {
void rms_norm(const RmsNormArgs& args, const Team& team);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Backward of layer_norm and rms_norm. With g = dy * (offset + weight):
//   layer_norm  r = 1 / sqrt(var + eps), x' = (x - mean) r:  dx = r (g - mean(g) - x' mean(g x'))
//   rms_norm    r = 1 / sqrt(mean(x^2) + eps), x' = x r:     dx = r (g - x' mean(g x'))
//   dweight += sum_n dy x', dbias += sum_n dy
//
// Rows are split over the team for dx, columns for the sums over rows. dx may be x or dy: it is
// written after the sums are done.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct NormBackwardArgs {
  const float* x;                          // [N, E]
  const float* weight;                     // [E]
  const float* dy;                         // [N, E]
  float* dx;                               // optional [N, E]
  float* dweight;                          // optional [E]
  float* dbias;                            // optional [E]
  int64_t x_stride, dy_stride, dx_stride;  // of rows
  int64_t rows;                            // N
  int64_t columns;                         // E
  float eps;
  float weight_offset;
  bool accumulate;     // of dx
  std::byte* scratch;  // as many bytes as the implementation asks for, 64-byte aligned
};

namespace reference {
int64_t norm_backward_scratch_bytes(const NormBackwardArgs& args, int members);
void layer_norm_backward(const NormBackwardArgs& args, const Team& team);
void rms_norm_backward(const NormBackwardArgs& args, const Team& team);
}  // namespace reference

}  // namespace gatun

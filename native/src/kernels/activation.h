// SPDX-License-Identifier: Apache-2.0
// y = f(x) [* up], and its backward: dx = dy [* up] f'(x), dup = dy f(x).
//
// Rows are split over the team. Outputs may be inputs: every element is read before it is written.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "runtime/team.h"

namespace gatun {

struct ActivationArgs {
  const float* x;                         // [N, F]
  const float* up;                        // optional [N, F]
  float* y;                               // [N, F]
  int64_t x_stride, up_stride, y_stride;  // of rows
  int64_t rows;                           // N
  int64_t columns;                        // F
  int32_t activation;                     // GATUN_ACTIVATION_*
};

struct ActivationBackwardArgs {
  const float* x;   // [N, F]
  const float* up;  // optional [N, F]
  const float* dy;  // [N, F]
  float* dx;        // [N, F]
  float* dup;       // [N, F], optional
  int64_t x_stride, up_stride, dy_stride, dx_stride, dup_stride;
  int64_t rows;
  int64_t columns;
  int32_t activation;
  bool accumulate_dx, accumulate_dup;
};

namespace reference {
void activation(const ActivationArgs& args, const Team& team);
void activation_backward(const ActivationBackwardArgs& args, const Team& team);
}  // namespace reference
namespace cpu::avx2 {
void activation(const ActivationArgs& args, const Team& team);
void activation_backward(const ActivationBackwardArgs& args, const Team& team);
}  // namespace cpu::avx2
namespace cpu::avx512 {
void activation(const ActivationArgs& args, const Team& team);
void activation_backward(const ActivationBackwardArgs& args, const Team& team);
}  // namespace cpu::avx512

}  // namespace gatun

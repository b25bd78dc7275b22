// SPDX-License-Identifier: Apache-2.0
//   mse  loss = (x - t)^2,                dx = scale 2 (x - t)
//   bce  loss = log(1 + e^x) - x t,       dx = scale (sigmoid(x) - t)
// Rows are split over the team. dx may be x.
#pragma once

#include <cstdint>

#include "gatun/train.h"
#include "runtime/team.h"

namespace gatun {

struct ElementwiseLossArgs {
  const float* x;       // [N, C]
  const float* target;  // [N, C]
  float* loss;          // [N, C]
  float* dx;            // optional [N, C]
  int64_t x_stride, target_stride, loss_stride, dx_stride;
  int64_t rows;
  int64_t columns;
  int32_t kind;  // GATUN_LOSS_*
  float scale;
};

namespace reference {
void elementwise_loss(const ElementwiseLossArgs& args, const Team& team);
}
namespace cpu::avx2 {
void elementwise_loss(const ElementwiseLossArgs& args, const Team& team);
}
namespace cpu::avx512 {
void elementwise_loss(const ElementwiseLossArgs& args, const Team& team);
}

}  // namespace gatun

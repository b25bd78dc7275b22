// SPDX-License-Identifier: Apache-2.0
// One step of AdamW:
//   g = gradient_scale gradient;  m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2
//   p = p (1 - lr wd);  p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
// Elements are split over the team.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct AdamwArgs {
  float* parameter;  // [C]
  float* gradient;   // [C]
  float* m;          // [C]
  float* v;          // [C]
  int64_t count;     // C
  double gradient_scale;
  double beta1;
  double beta2;
  double eps;
  double decay;       // 1 - lr wd
  double step_size;   // lr / (1 - beta1^t)
  double correction;  // sqrt(1 - beta2^t)
  bool zero_gradient;
};

namespace reference {
void adamw(const AdamwArgs& args, const Team& team);
}
namespace cpu::avx2 {
void adamw(const AdamwArgs& args, const Team& team);
}
namespace cpu::avx512 {
void adamw(const AdamwArgs& args, const Team& team);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// y = alpha x + beta y; y is not read where beta is 0. Elements are split over the team.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct AxpbyArgs {
  const float* x;  // [C]
  float* y;        // [C]
  int64_t count;   // C
  float alpha;
  float beta;
};

namespace reference {
void axpby(const AxpbyArgs& args, const Team& team);
}
namespace cpu::avx2 {
void axpby(const AxpbyArgs& args, const Team& team);
}
namespace cpu::avx512 {
void axpby(const AxpbyArgs& args, const Team& team);
}

}  // namespace gatun

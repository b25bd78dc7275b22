// SPDX-License-Identifier: Apache-2.0
// Between rows [O, K] and panel order [ceil(O / 16)][K][16]. Panels are split over the team. One
// implementation: it runs when a model is loaded or saved.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

struct WeightLayoutArgs {
  float* panels;  // [ceil(O / 16)][K][16]
  float* rows;    // [O, K]
  int64_t row_stride;
  int64_t row_count;  // O
  int64_t columns;    // K
  bool to_rows;
};

namespace reference {
void weight_layout(const WeightLayoutArgs& args, const Team& team);
}

}  // namespace gatun

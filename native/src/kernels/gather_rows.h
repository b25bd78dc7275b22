// SPDX-License-Identifier: Apache-2.0
// y[i] = x[rows[i]]; -1 gives zeros, a number outside x is reported and read as -1. Rows of y are
// split over the team.
#pragma once

#include <cstdint>

#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct GatherRowsArgs {
  const float* x;              // [N, E]
  const int32_t* rows;         // [R]
  float* y;                    // [R, E]
  int64_t x_stride, y_stride;  // of rows
  int64_t x_rows;              // N
  int64_t y_rows;              // R
  int64_t columns;             // E
  Fault* fault;
};

// A copy per row is all there is to it, so every tier runs this one.
namespace reference {
void gather_rows(const GatherRowsArgs& args, const Team& team);
}

}  // namespace gatun

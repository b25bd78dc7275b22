// SPDX-License-Identifier: Apache-2.0
// dx[rows[r]] += dy[r], r ascending. Columns are split over the team. A row of -1 is skipped;
// others outside dx are reported.
#pragma once

#include <cstdint>

#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct GatherRowsBackwardArgs {
  const int32_t* rows;           // [R]
  const float* dy;               // [R, E]
  float* dx;                     // [N, E]
  int64_t dy_stride, dx_stride;  // of rows
  int64_t dy_rows;               // R
  int64_t dx_rows;               // N
  int64_t columns;               // E
  Fault* fault;
};

namespace {

// Whether row r has a place in dx; reports one outside it.
inline bool has_row(const GatherRowsBackwardArgs& args, int64_t r) {
  const int64_t row = args.rows[r];
  if (row >= 0 && row < args.dx_rows) return true;
  if (row != -1)
    args.fault->report("gather_rows_backward: rows", r, row, args.dx_rows,
                       Fault::Range::kIndexOrNone);
  return false;
}

}  // namespace

namespace reference {
void gather_rows_backward(const GatherRowsBackwardArgs& args, const Team& team);
}
namespace cpu::avx2 {
void gather_rows_backward(const GatherRowsBackwardArgs& args, const Team& team);
}
namespace cpu::avx512 {
void gather_rows_backward(const GatherRowsBackwardArgs& args, const Team& team);
}

}  // namespace gatun

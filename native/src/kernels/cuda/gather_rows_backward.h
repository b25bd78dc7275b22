// SPDX-License-Identifier: Apache-2.0
// dx[rows[r]] += dy[r], r ascending: the CPU's bits. A row of -1 is skipped; others outside dx are
// reported.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct GatherRowsBackwardArgs {
  const int32_t* rows;           // [R]
  const float* dy;               // [R, E]
  float* dx;                     // [N, E]
  int64_t dy_stride, dx_stride;  // of rows
  int32_t dy_rows;               // R
  int32_t dx_rows;               // N
  int32_t columns;               // E
  DeviceFault* fault;
};

Status gather_rows_backward(const GatherRowsBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

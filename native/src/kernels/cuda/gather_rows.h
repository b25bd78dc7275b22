// SPDX-License-Identifier: Apache-2.0
// y[i] = x[rows[i]]; -1 gives zeros, a number outside x is reported and read as -1.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct GatherRowsArgs {
  const float* x;              // [N, E]
  const int32_t* rows;         // [R]
  float* y;                    // [R, E]
  int64_t x_stride, y_stride;  // of rows
  int32_t x_rows;              // N
  int32_t y_rows;              // R
  int32_t columns;             // E
  DeviceFault* fault;
};

Status gather_rows(const GatherRowsArgs& args, Stream stream);

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// What products read of a trainable weight in FAST arithmetic: rows of bf16, rounded to nearest
// even from the f32 master in panel order.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct WeightRefreshArgs {
  const float* master;  // [ceil(O / 16)][K][16]
  uint16_t* rows;       // [O, stride], zeros from column K on
  int64_t stride;       // of rows in elements: K or the next multiple of 8; even
  int32_t row_count;    // O
  int32_t columns;      // K
};

Status weight_refresh(const WeightRefreshArgs& args, Stream stream);

}  // namespace gatun::cuda

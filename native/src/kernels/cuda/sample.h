// SPDX-License-Identifier: Apache-2.0
// The next token of every row, as gatun/ops.h says. Probabilities are added as whole numbers of
// 2^-44 of the largest: in any order, so that a token depends on its row alone.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

using SampleRow = gatun_sample_row;

struct SampleArgs {
  float* scores;           // [N, V], changed
  const SampleRow* rows;   // [N]
  const int32_t* history;  // of all rows; tokens outside the vocabulary count for nothing
  int32_t* tokens;         // [N]; -1 where no token is left
  int64_t scores_stride;   // of rows
  int32_t row_count;       // N
  int32_t columns;         // V
  // scratch
  int32_t* counts;       // [N, V], zero before and after; only where a row has a penalty
  uint64_t* candidates;  // [N, V]; only where a row has top_k or top_p
};

Status sample(const SampleArgs& args, Stream stream);

}  // namespace gatun::cuda

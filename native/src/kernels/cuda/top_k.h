// SPDX-License-Identifier: Apache-2.0
// The k largest values of each row in descending order, the lower index first on ties, NaN below
// -inf; and log(sum(exp(x))) of the row.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/softmax.h"

namespace gatun::cuda {

struct TopKArgs {
  const float* x;                                   // [N, V]
  float* values;                                    // optional [N, k]
  int32_t* indices;                                 // [N, k]
  float* log_sum_exp;                               // optional [N]
  int64_t x_stride, values_stride, indices_stride;  // of rows
  int32_t rows;                                     // N
  int32_t columns;                                  // V
  int32_t k;                                        // 1 to V
  // scratch
  uint64_t* candidates;      // [N, blocks of kSoftmaxBlock, k]
  SoftmaxPartial* partials;  // [N, blocks]
};

inline int64_t top_k_blocks(const TopKArgs& args) {
  return (args.columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
}

Status top_k(const TopKArgs& args, Stream stream);

}  // namespace gatun::cuda

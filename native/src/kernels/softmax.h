// SPDX-License-Identifier: Apache-2.0
// y = softmax(x / temperature) or its logarithm, per row. y may be x. A row of -inf, or with +inf
// or NaN, gives NaN.
//
// Rows are cut into blocks of kSoftmaxBlock columns, which are split over the team: each block has
// a maximum and a sum of exponentials of its own, and every member merges those of a row in
// ascending order.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

inline constexpr int64_t kSoftmaxBlock = 4096;

// max = the largest x of a block that is not NaN; sum = sum exp((x - max) / temperature), 0 where
// max is -inf.
struct SoftmaxPartial {
  float max;
  float sum;
};

struct SoftmaxArgs {
  const float* x;              // [N, V]
  float* y;                    // [N, V]
  int64_t x_stride, y_stride;  // of rows
  int64_t rows;                // N
  int64_t columns;             // V
  float temperature;
  int32_t log;
  SoftmaxPartial* partials;  // scratch [N, blocks]
};

namespace reference {
void softmax(const SoftmaxArgs& args, const Team& team);
}
namespace cpu::avx2 {
void softmax(const SoftmaxArgs& args, const Team& team);
}
namespace cpu::avx512 {
void softmax(const SoftmaxArgs& args, const Team& team);
}

}  // namespace gatun

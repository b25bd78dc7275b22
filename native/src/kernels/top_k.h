// SPDX-License-Identifier: Apache-2.0
// The k largest values of each row in descending order, the lower index first on ties, NaN below -inf; and
// log(sum(exp(x))) of the row.
//
// The order is total, so any cut of a row gives the same picks: chunks of kTopKChunk columns are split over the team and
// their lists merged. The sum is cut as softmax cuts it (kernels/softmax.h).
#pragma once

#include <cstdint>

#include "kernels/softmax.h"
#include "runtime/team.h"

namespace gatun {

inline constexpr int64_t kTopKChunk = 4 * kSoftmaxBlock;

struct TopKEntry {
  float value;
  int32_t index;
};

struct TopKArgs {
  const float* x;      // [N, V]
  float* values;       // optional [N, k]
  int32_t* indices;    // [N, k]
  float* log_sum_exp;  // optional [N]
  int64_t x_stride, values_stride, indices_stride;  // of rows
  int64_t rows;     // N
  int64_t columns;  // V
  int64_t k;
  SoftmaxPartial* partials;  // scratch [N, blocks of kSoftmaxBlock]
  TopKEntry* entries;        // scratch [N, chunks of kTopKChunk, k], for k > 1
  int64_t* taken;            // scratch [N, chunks], for k > 1
};

namespace reference {
void top_k(const TopKArgs& args, const Team& team);
}
namespace cpu::avx2 {
void top_k(const TopKArgs& args, const Team& team);
}
namespace cpu::avx512 {
void top_k(const TopKArgs& args, const Team& team);
}

namespace {

// Whether a stands before b in the result.
inline bool ranks_before(TopKEntry a, TopKEntry b) {
  const bool a_nan = a.value != a.value, b_nan = b.value != b.value;
  if (a_nan != b_nan) return b_nan;
  if (!a_nan && a.value != b.value) return a.value > b.value;
  return a.index < b.index;
}

}  // namespace

}  // namespace gatun

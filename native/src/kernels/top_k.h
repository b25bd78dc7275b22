// SPDX-License-Identifier: Apache-2.0
// The k largest values of each row in descending order, the lower index first on ties, NaN below
// -inf; and log(sum(exp(x))) of the row.
//
// The order is total, so any cut of a row gives the same picks: rows, or `chunks` equal parts of
// each row where rows are few, are split over the team and their lists merged. The sum is cut as
// softmax cuts it (kernels/softmax.h).
#pragma once

#include <cstdint>

#include "kernels/softmax.h"
#include "runtime/team.h"

namespace gatun {

struct TopKEntry {
  float value;
  int32_t index;
};

// Entries that the list of a chunk has room for: candidates gather until it is full, then all but
// the best k are dropped.
constexpr int64_t top_k_capacity(int64_t k) {
  return 2 * k + 64;
}

struct TopKArgs {
  const float* x;                                   // [N, V]
  float* values;                                    // optional [N, k]
  int32_t* indices;                                 // [N, k]
  float* log_sum_exp;                               // optional [N]
  int64_t x_stride, values_stride, indices_stride;  // of rows
  int64_t rows;                                     // N
  int64_t columns;                                  // V
  int64_t k;
  SoftmaxPartial* partials;  // scratch [N, blocks of kSoftmaxBlock]
  // for k > 1
  int64_t chunks;
  TopKEntry* entries;  // scratch [N, chunks, top_k_capacity(k)]
  int64_t* lengths;    // scratch [N, chunks]
  int64_t* taken;      // scratch [N, chunks]
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
struct RanksBefore {
  bool operator()(TopKEntry a, TopKEntry b) const {
    const bool a_nan = a.value != a.value, b_nan = b.value != b.value;
    if (a_nan != b_nan) return b_nan;
    if (!a_nan && a.value != b.value) return a.value > b.value;
    return a.index < b.index;
  }
};

}  // namespace

}  // namespace gatun

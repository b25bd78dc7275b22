// SPDX-License-Identifier: Apache-2.0
// The next token of every row: gatun_sample_row says how. Probabilities are those of the row's
// scores relative to its largest, in double.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "runtime/team.h"

namespace gatun {

struct SampleArgs {
  float* scores;                 // [N, V], changed
  const gatun_sample_row* rows;  // [N]
  const int32_t* history;        // tokens outside the vocabulary count for nothing
  int32_t* tokens;               // [N]
  int64_t scores_stride;         // of rows
  int64_t row_count;             // N
  int64_t columns;               // V
  int32_t* places;               // scratch [members, V]
};

namespace reference {
void sample(const SampleArgs& args, const Team& team);
}

}  // namespace gatun

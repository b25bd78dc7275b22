// SPDX-License-Identifier: Apache-2.0
// The next token of every row, as java-api's dev.gatun.generate.Sampler chooses it:
//   1. penalties: scores of tokens that occurred, prompt included, are divided by `repetition`
//   where
//      positive, multiplied where negative; those of the answer then lose `frequency` per
//      occurrence and `presence` once
//   2. without `sample`, the largest score, the smallest token of equals
//   3. scores / temperature; the top_k largest and what equals the last of them; of these the
//      largest that together have probability top_p, the one that reaches it included, of equals
//      the smaller tokens; of these what has at least min_p times the probability of the best
//   4. in ascending order of tokens the first at which the sum of probabilities exceeds the random
//      number of (seed, position)
// A NaN and -inf are out. Probabilities are added as whole numbers of 2^-44 of the largest: in any
// order, so that a token depends on its row alone.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct SampleRow {
  double frequency, presence;  // 0: none
  double top_p;                // 1: all
  double min_p;                // 0: all
  int64_t seed, position;
  float repetition;   // 1: none
  float temperature;  // above 0
  int32_t top_k;      // 0: all
  int32_t sample;     // 0: the largest
  int32_t first;      // of its tokens in the history
  int32_t answer;     // the first behind the prompt
  int32_t last;       // behind its tokens
  int32_t reserved;
};

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

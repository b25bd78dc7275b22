// SPDX-License-Identifier: Apache-2.0
// Cross-entropy and its gradient for every item, which has V values x, a label and one loss:
//   loss = (1 - s) (lse - x[label]) + s (lse - mean(x)) + z lse^2,  lse = log sum exp(x)
//   dx = scale ((1 + 2 z lse) softmax(x) - (1 - s) onehot(label) - s / V)
// An item is a row of x; or, with cu_seqlens, a column of the rows of a sequence.
//
// Items are split over the team. dx may be x.
#pragma once

#include <cstdint>

#include "gatun/train.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct CrossEntropyArgs {
  const float* x;               // [N, V], or [N, C] with cu_seqlens
  const int32_t* labels;        // [N], or [B, C]
  const int32_t* cu_seqlens;    // optional [B + 1]
  float* loss;                  // [N], or [B, C]
  float* log_sum_exp;           // optional, as loss
  float* dx;                    // optional, as x
  int32_t* correct;             // optional, as loss
  int64_t x_stride, dx_stride;  // of rows
  int64_t rows;                 // N
  int64_t columns;              // V, or C
  int64_t sequences;            // B
  float smoothing;              // s
  float z_loss;                 // z
  float scale;
  Fault* fault;

  int64_t items() const { return cu_seqlens == nullptr ? rows : sequences * columns; }
};

namespace {

// The values of one item, `step` floats apart.
struct CrossEntropyItem {
  int64_t first;   // row of the first value
  int64_t column;  // of every value; 0 where an item is a row
  int64_t count;   // V
  int64_t label;   // -1: ignored
};

// Item i; a label or a sequence that is out of range is reported and ignored.
inline CrossEntropyItem cross_entropy_item(const CrossEntropyArgs& args, int64_t i) {
  const int64_t label = args.labels[i];
  if (args.cu_seqlens == nullptr) {
    const bool valid = label >= 0 && label < args.columns;
    if (!valid && label != GATUN_LABEL_IGNORED)
      args.fault->report("cross_entropy: labels", i, label, args.columns,
                         Fault::Range::kIndexOrIgnored);
    return {i, 0, args.columns, valid ? label : -1};
  }
  const int64_t sequence = i / args.columns;
  const int64_t begin = args.cu_seqlens[sequence], end = args.cu_seqlens[sequence + 1];
  if (begin < 0 || begin > args.rows || end < begin || end > args.rows) {
    const bool first = begin < 0 || begin > args.rows;
    args.fault->report("cross_entropy: cu_seqlens", sequence + (first ? 0 : 1), first ? begin : end,
                       args.rows + 1);
    return {0, i % args.columns, 0, -1};
  }
  return {begin, i % args.columns, end - begin, label >= 0 && label < end - begin ? label : -1};
}

}  // namespace

namespace reference {
void cross_entropy(const CrossEntropyArgs& args, const Team& team);
}
namespace cpu::avx2 {
void cross_entropy(const CrossEntropyArgs& args, const Team& team);
}
namespace cpu::avx512 {
void cross_entropy(const CrossEntropyArgs& args, const Team& team);
}

}  // namespace gatun

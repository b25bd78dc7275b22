// SPDX-License-Identifier: Apache-2.0
// Cross-entropy and its gradient for every item, which has V values x, a label and one loss:
//   loss = (1 - s) (lse - x[label]) + s (lse - mean(x)) + z lse^2,  lse = log sum exp(x)
//   dx = scale ((1 + 2 z lse) softmax(x) - (1 - s) onehot(label) - s / V)
// An item is a row of x; or, with cu_seqlens, a column of the rows of a sequence. Label -100, or
// one outside its sequence, has no loss; any other outside [0, V) is reported and has none either.
#pragma once

#include <cstdint>

#include "gatun/train.h"
#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"
#include "kernels/softmax.h"

namespace gatun::cuda {

// Of kSoftmaxBlock columns of a row.
struct CrossEntropyPartial {
  float max;      // the largest that is not NaN
  float sum;      // of exp(x - max)
  float total;    // of x
  int32_t first;  // column of max, the first of equals
};

struct CrossEntropyArgs {
  const float* x;               // [N, V], or [N, C] with cu_seqlens
  const int32_t* labels;        // [N], or [B, C]
  const int32_t* cu_seqlens;    // optional [B + 1]
  float* loss;                  // [N], or [B, C]
  float* log_sum_exp;           // optional, as loss
  float* dx;                    // optional, as x; may be x
  int32_t* correct;             // optional, as loss: 1 where the first largest x is the label's
  int64_t x_stride, dx_stride;  // of rows
  int32_t rows;                 // N
  int32_t columns;              // V, or C
  int32_t sequences;            // B
  float smoothing;              // s
  float z_loss;                 // z
  float scale;
  CrossEntropyPartial* partials;  // scratch [N, blocks of kSoftmaxBlock], without cu_seqlens
  DeviceFault* fault;
};

inline int64_t cross_entropy_blocks(const CrossEntropyArgs& args) {
  return (args.columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
}

Status cross_entropy(const CrossEntropyArgs& args, Stream stream);

}  // namespace gatun::cuda

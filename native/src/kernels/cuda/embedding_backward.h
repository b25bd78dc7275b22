// SPDX-License-Identifier: Apache-2.0
// Gradients of up to three tables that were looked up and added:
//   dtable_i[ids_i[n]] += scale_i dy[n], n ascending, in f32: the CPU's bits; tables in panel
//   order.
// An id of -1 is skipped; others outside the table are reported.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct EmbeddingBackwardArgs {
  struct Lookup {
    const int32_t* ids;  // [N]
    float* dtable;       // [ceil(V / 16)][E][16]; null: no such term
    int32_t rows;        // V
    float scale;
  };
  Lookup lookups[3];  // token, position, type
  const float* dy;    // [N, E]
  int64_t dy_stride;
  int32_t tokens;   // N
  int32_t columns;  // E
  DeviceFault* fault;
};

Status embedding_backward(const EmbeddingBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

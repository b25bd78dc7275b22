// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/norm_backward.h"

namespace gatun::cuda {

// Rows are cut into chunks whose number depends on N alone; each has its part of dweight and dbias
// in scratch memory.
inline int64_t norm_backward_chunk_rows(const NormBackwardArgs& args) {
  constexpr int64_t kLeastRows = 4, kMostChunks = 256;
  const int64_t rows = (args.rows + kMostChunks - 1) / kMostChunks;
  return rows < kLeastRows ? kLeastRows : rows;
}
inline int64_t norm_backward_chunks(const NormBackwardArgs& args) {
  const int64_t rows = norm_backward_chunk_rows(args);
  return (args.rows + rows - 1) / rows;
}
inline int64_t norm_backward_scratch_bytes(const NormBackwardArgs& args) {
  return norm_backward_chunks(args) * 2 * args.columns * static_cast<int64_t>(sizeof(float));
}

// Pointers are of the device, `scratch` included.
Status layer_norm_backward(const NormBackwardArgs& args, Stream stream);
Status rms_norm_backward(const NormBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

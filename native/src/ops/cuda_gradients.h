// SPDX-License-Identifier: Apache-2.0
// Gradients of rows, pooling and losses for a GPU: checked arguments into those of the CUDA
// kernels.
#pragma once

#include "kernels/cross_entropy.h"
#include "kernels/embedding_backward.h"
#include "kernels/gather_rows_backward.h"
#include "kernels/pooling_backward.h"
#include "runtime/cuda_stream.h"
#include "runtime/stream.h"

namespace gatun {

void cuda_cross_entropy(Stream& stream, const CrossEntropyArgs& args);
void cuda_embedding_backward(CudaStream& stream, const EmbeddingBackwardArgs& args);
void cuda_gather_rows_backward(CudaStream& stream,
                               const char* operation,
                               const GatherRowsBackwardArgs& args);
void cuda_pooling_backward(CudaStream& stream, const PoolingBackwardArgs& args);

}  // namespace gatun

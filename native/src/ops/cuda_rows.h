// SPDX-License-Identifier: Apache-2.0
// Operations on rows for a GPU: checked arguments into those of the CUDA kernels.
#pragma once

#include "gatun/ops.h"
#include "kernels/cuda/pooling.h"
#include "kernels/embedding.h"
#include "kernels/gather_rows.h"
#include "kernels/pooling.h"
#include "runtime/cuda_stream.h"
#include "runtime/stream.h"

namespace gatun {

void cuda_embedding(CudaStream& stream, const EmbeddingArgs& args);
void cuda_gather_rows(CudaStream& stream, const GatherRowsArgs& args);
void cuda_pooling(CudaStream& stream, const PoolingArgs& args);
void cuda_top_k(Stream& stream, const gatun_top_k_params& params);

cuda::PoolingArgs cuda_pooling_args(CudaStream& stream,
                                    const char* operation,
                                    const PoolingArgs& args);
// A count that a kernel takes in 32 bits.
int32_t cuda_count(const char* operation, const char* what, int64_t count);

}  // namespace gatun

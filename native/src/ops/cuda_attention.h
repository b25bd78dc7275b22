// SPDX-License-Identifier: Apache-2.0
// Attention, rotation and the paged cache for a GPU: checked arguments into launches of the CUDA
// kernels.
#pragma once

#include "gatun/ops.h"
#include "kernels/attention.h"
#include "kernels/attention_backward.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/kv_cache.h"
#include "kernels/rotary.h"
#include "runtime/stream.h"

namespace gatun {

// The kernels' own layout of the pages that the caller describes.
cuda::KvPages cuda_pages(const KvPages& pages);
int64_t cuda_page_bytes(const KvPages& pages);

// `fast`: bf16 operands on tensor cores where the device has them.
void cuda_attention(Stream& stream, const AttentionArgs& args, bool fast, bool batch_invariant);
void cuda_attention_backward(Stream& stream, const AttentionBackwardArgs& args, bool fast);
void cuda_rotary(CudaStream& stream, const RotaryArgs& args);
void cuda_kv_copy(CudaStream& stream, const KvCopyArgs& args);

}  // namespace gatun

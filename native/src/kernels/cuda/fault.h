// SPDX-License-Identifier: Apache-2.0
// Data that kernels cannot use: an id outside its table, a slot outside the cache. The first report
// of a stream stays in device memory until the host reads it; the kernel goes on without the
// access.
#pragma once

#include <cstdint>

#include "kernels/cuda/device.h"

namespace gatun::cuda {

enum class FaultSource : int32_t {
  kNone,
  kEmbeddingIds,
  kEmbeddingPositions,
  kEmbeddingTypes,
  kGatherRows,
  kRotaryFrequencyRows,
  kRotarySlots,
  kPoolingSequences,
  kAttentionQueries,  // cu_seqlens_q
  kAttentionSources,  // kv_sequence
  kAttentionKeys,     // cu_seqlens_k, kv_lengths
  kAttentionPages,    // page_table
  kKvCopySource,
  kKvCopyDestination,
  kLinearRows,
  kEmbeddingBackwardIds,
  kEmbeddingBackwardPositions,
  kEmbeddingBackwardTypes,
  kGatherRowsBackward,
  kCrossEntropyLabels,
  kCrossEntropySequences,
};

struct DeviceFault {
  int32_t source;  // FaultSource; zero before the first report
  int32_t position, value, limit;
};

#if GATUN_DEVICE_CODE
__device__ __forceinline__ void report_fault(
    DeviceFault* fault, FaultSource source, int position, int value, int limit) {
  if (atomicCAS(&fault->source, 0, static_cast<int32_t>(source)) != 0) return;
  fault->position = position;
  fault->value = value;
  fault->limit = limit;
}
#endif

}  // namespace gatun::cuda

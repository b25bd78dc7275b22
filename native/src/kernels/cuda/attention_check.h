// SPDX-License-Identifier: Apache-2.0
// What attention reads from memory as lengths and page numbers, checked before it is used. Threads
// of one block call these together.
#pragma once

#include "kernels/cuda/attention.h"

namespace gatun::cuda {

__device__ __forceinline__ void report_attention(
    DeviceFault* fault, FaultSource source, int position, int value, int limit) {
  if (value < 0 || value >= limit) report_fault(fault, source, position, value, limit);
}

// Ends of sequences ascend from 0 to at most `total`.
__device__ __forceinline__ void check_ends(DeviceFault* fault,
                                           FaultSource source,
                                           const int32_t* ends,
                                           int sequences,
                                           int total,
                                           int thread,
                                           int threads) {
  for (int b = thread; b <= sequences; b += threads) {
    report_attention(fault, source, b, ends[b], b == 0 ? 1 : total + 1);
    if (b > 0 && ends[b] < ends[b - 1])
      report_fault(fault, source, b - 1, ends[b - 1], ends[b] + 1);
  }
}

__device__ __forceinline__ void check_attention(const AttentionArgs& args,
                                                int tokens,
                                                int thread,
                                                int threads) {
  check_ends(args.fault, FaultSource::kAttentionQueries, args.cu_seqlens_q, args.sequences, tokens,
             thread, threads);
  for (int b = thread; b < args.sequences; b += threads) {
    const int begin = args.cu_seqlens_q[b], end = args.cu_seqlens_q[b + 1];
    if (end - begin > args.max_queries)
      report_fault(args.fault, FaultSource::kAttentionQueries, b + 1, end,
                   begin + args.max_queries + 1);
  }
  if (args.kv_sequence != nullptr) {
    for (int b = thread; b < args.sequences; b += threads)
      report_attention(args.fault, FaultSource::kAttentionSources, b, args.kv_sequence[b],
                       args.key_sequences);
  }
  if (args.pages.data == nullptr) {
    check_ends(args.fault, FaultSource::kAttentionKeys, args.cu_seqlens_k, args.key_sequences,
               args.keys, thread, threads);
    return;
  }
  const int per_sequence = args.pages_per_sequence, page_tokens = args.pages.page_tokens;
  for (int b = thread; b < args.key_sequences; b += threads)
    report_attention(args.fault, FaultSource::kAttentionKeys, b, args.kv_lengths[b],
                     per_sequence * page_tokens + 1);
  for (int i = thread; i < args.key_sequences * per_sequence; i += threads) {
    const int b = i / per_sequence, page = i % per_sequence;
    const bool read =
        args.kv_sequence != nullptr || args.cu_seqlens_q[b] < args.cu_seqlens_q[b + 1];
    if (read && page * page_tokens < args.kv_lengths[b])
      report_attention(args.fault, FaultSource::kAttentionPages, i,
                       args.page_table[b * args.page_table_stride + page], args.pages.page_count);
  }
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// y = softmax(cap(scale q k^T) + bias) v over ragged batches. Query i of a sequence of T queries
// and S keys stands at position S - T + i; it sees keys up to its position where `causal`, and none
// that are `window` or more behind. A query that sees none gives zeros, and +inf as log-sum-exp.
//
// Dropout multiplies the probabilities by 0 or 1 / (1 - probability), as
// kernels/attention_dropout.h draws them, behind the sum that divides them. A sink is one more
// logit of a head, of a key without value: it takes its share of the probabilities, and counts in
// the log-sum-exp.
#pragma once

#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/cuda/fault.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct AttentionArgs {
  const float* q;                                  // [N, H, D]
  const float* k;                                  // [M, G, D], null with pages
  const float* v;                                  // [M, G, D]
  float* y;                                        // [N, H, D]
  float* log_sum_exp;                              // optional [N, H], natural logarithm
  int64_t log_sum_exp_stride;                      // of rows
  int64_t q_stride, k_stride, v_stride, y_stride;  // of rows
  const int32_t* cu_seqlens_q;                     // [B + 1]
  const int32_t* cu_seqlens_k;                     // [C + 1], null with pages
  KvPages pages;                                   // data null: k and v
  const int32_t* page_table;                       // [C, P]
  int64_t page_table_stride;
  const int32_t* kv_lengths;   // [C]
  const int32_t* kv_sequence;  // [B] in [0, C): whose keys a sequence reads; null: its own
  int32_t sequences;           // B
  int32_t key_sequences;       // C
  int32_t keys;                // M
  int32_t pages_per_sequence;  // P
  int32_t max_queries;         // no sequence has more
  int32_t heads;               // H
  int32_t kv_heads;            // G
  int32_t head_size;           // D, up to 256
  float scale;
  float softcap;  // 0: none
  int32_t causal;
  int32_t window;              // 0: none
  const float* distance_bias;  // optional [H, 2 L + 1]: of key position - query position + L;
                               // relative_bias() makes it of a table by bucket
  int32_t distance_limit;      // L: longer distances have the bias of this one
  const float* sinks;          // optional [H]
  AttentionDropout dropout;    // threshold 0: none. Not with pages
  // Scratch to spread the keys of a sequence over blocks, attention_partial_floats(); null: a block
  // takes all keys of its rows. Not with dropout.
  float* partials;
  int32_t max_splits;  // splits of the longest sequence
  // attention_sm90_scratch_bytes() of scratch, for attention_bf16 on GPUs of capability 9.0 to take
  // the form of attention_sm90.h; null: it does not.
  void* sm90_scratch;
  // Optional: sequence lengths and pages that are out of range are reported here and not read.
  DeviceFault* fault;
};

inline constexpr int kSplitKeys =
    512;  // keys of a split: fixed, so that bits do not depend on the batch

inline int64_t attention_partial_floats(int64_t tokens, const AttentionArgs& args) {
  return tokens * args.heads * args.max_splits * (args.head_size + 2);
}

// q, k, v and the probabilities in bf16, or in f16 where the pages hold F16 or Q8_0; sums in f32.
// Tensor cores, from sm_80 on. Pages of F32 are for attention_f32.
Status attention_bf16(const AttentionArgs& args, int64_t tokens, Stream stream);
// The same in f16, from sm_75 on, where heads have up to 128 values and larger ones are left to
// attention_f32: rows, or pages of F16 and Q8_0. No dropout; values beyond 65504 become infinite.
Status attention_f16(const AttentionArgs& args, int64_t tokens, Stream stream);
// All in f32, pages of any format: any architecture. The bits of a row depend on its query and keys
// only.
Status attention_f32(const AttentionArgs& args, int64_t tokens, Stream stream);

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// y = softmax(cap(scale q k^T) + bias) v over ragged batches. Query i of a sequence of T queries
// and S keys stands at position S - T + i; it sees keys up to its position where `causal`, and none
// that are `window` or more behind. A query that sees none gives zeros, and +inf as log-sum-exp.
#pragma once

#include <cstdint>

#include "kernels/cuda/kv_pages.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

struct AttentionArgs {
  const float* q;                                  // [N, H, D]
  const float* k;                                  // [M, G, D], null with pages
  const float* v;                                  // [M, G, D]
  float* y;                                        // [N, H, D]
  float* log_sum_exp;                              // optional [N, H]
  int64_t q_stride, k_stride, v_stride, y_stride;  // of rows
  const int32_t* cu_seqlens_q;                     // [B + 1]
  const int32_t* cu_seqlens_k;                     // [B + 1], null with pages
  KvPages pages;                                   // data null: k and v
  const int32_t* page_table;                       // [B, P]
  int64_t page_table_stride;
  const int32_t* kv_lengths;  // [B]
  int32_t sequences;          // B
  int32_t max_queries;        // no sequence has more
  int32_t heads;              // H
  int32_t kv_heads;           // G
  int32_t head_size;          // D, up to 256
  float scale;
  float softcap;  // 0: none
  int32_t causal;
  int32_t window;              // 0: none
  const float* distance_bias;  // optional [H, 2 L + 1]: of key position - query position + L
  int32_t distance_limit;      // L: longer distances have the bias of this one
  // Scratch to spread the keys of a sequence over blocks, attention_partial_floats(); null: a block
  // takes all keys of its rows.
  float* partials;
  int32_t max_splits;  // splits of the longest sequence
};

inline constexpr int kSplitKeys =
    512;  // keys of a split: fixed, so that bits do not depend on the batch

inline int64_t attention_partial_floats(int64_t tokens, const AttentionArgs& args) {
  return tokens * args.heads * args.max_splits * (args.head_size + 2);
}

// q, k, v and the probabilities in bf16, sums in f32: tensor cores, from sm_80 on.
Status attention_bf16(const AttentionArgs& args, int64_t tokens, Stream stream);
// All in f32: any architecture. The bits of a row depend on its query and keys only.
Status attention_f32(const AttentionArgs& args, int64_t tokens, Stream stream);

}  // namespace gatun::cuda

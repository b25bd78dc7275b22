// SPDX-License-Identifier: Apache-2.0
// Gradients of attention over ragged batches of q, k and v in rows: kernels/attention_backward.h
// has the formulas. The probabilities are computed anew from the forward's log-sum-exp.
//
// Every element of a gradient is summed by one thread in ascending order of tiles that start with
// their sequence: no atomics, and no bits that depend on the rest of the batch. The bias is summed
// by distance within a block of queries, then over blocks, then by bucket.
#pragma once

#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"
#include "kernels/relative_bias.h"

namespace gatun::cuda {

struct AttentionBackwardArgs {
  const float* q;            // [N, H, D]
  const float* k;            // [M, G, D]
  const float* v;            // [M, G, D]
  const float* y;            // [N, H, D]
  const float* dy;           // [N, H, D]
  const float* log_sum_exp;  // [N, H]
  float* dq;                 // optional [N, H, D]
  float* dk;                 // optional [M, G, D]
  float* dv;                 // optional [M, G, D]
  float* dbias;              // optional [buckets, H], added to
  int64_t q_stride, k_stride, v_stride, y_stride, dy_stride, log_sum_exp_stride;  // of rows
  int64_t dq_stride, dk_stride, dv_stride, dbias_stride;
  const int32_t* cu_seqlens_q;  // [B + 1]
  const int32_t* cu_seqlens_k;  // [B + 1]
  int32_t sequences;            // B
  int32_t tokens;               // N
  int32_t keys;                 // M
  int32_t max_queries;          // no sequence has more
  int32_t max_keys;
  int32_t heads;      // H
  int32_t kv_heads;   // G
  int32_t head_size;  // D, up to 256
  float scale;
  float softcap;  // 0: none
  int32_t causal;
  int32_t window;              // 0: none
  const float* distance_bias;  // optional [H, 2 L + 1], as the forward had it
  int32_t distance_limit;      // L, for dbias at least bias.max_distance or the longest distance
  RelativeBias bias;           // how distances share buckets, for dbias; the table is not read
  AttentionDropout dropout;    // threshold 0: none
  int32_t add_dq, add_dk, add_dv;  // else written
  float* weighted;                 // scratch [N, H]: dy . y
  float* bias_partials;            // scratch with dbias, attention_bias_partial_floats()
  DeviceFault* fault;              // optional: sequence lengths that are out of range
};

// Queries of a block that computes dq.
__host__ __device__ constexpr int attention_gradient_queries(int head_size, bool f32) {
  return !f32 ? 64 : head_size <= 128 ? 32 : 8;
}

// Blocks of queries in sequences before one whose queries start at `first_query`: an upper bound
// that needs no walk over them.
__host__ __device__ constexpr int64_t attention_gradient_block(int64_t first_query,
                                                               int64_t b,
                                                               int queries) {
  return first_query / queries + b;
}

inline int64_t attention_bias_partial_floats(const AttentionBackwardArgs& args, bool f32) {
  const int queries = attention_gradient_queries(args.head_size, f32);
  const int64_t blocks = attention_gradient_block(args.tokens, args.sequences, queries);
  return (blocks + 1) * args.heads * (2 * int64_t{args.distance_limit} + 1);
}

// Operands, probabilities and their derivatives in bf16, sums in f32: from sm_80 on.
Status attention_backward_bf16(const AttentionBackwardArgs& args, Stream stream);
// All in f32: any architecture.
Status attention_backward_f32(const AttentionBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

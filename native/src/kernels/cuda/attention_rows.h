// SPDX-License-Identifier: Apache-2.0
// What both forms of attention share: which keys a row sees, and a score's way to its exponent.
//
// A row of a tile is one query of one head. The H / G heads that read the same keys lie side by
// side, so that a single query fills H / G rows: row r is query r / (H / G), head g H / G + r mod.
#pragma once

#include "kernels/cuda/attention.h"

namespace gatun::cuda {

inline constexpr float kLog2E = 1.44269504088896340736f;
inline constexpr float kLn2 = 0.69314718055994530942f;

__device__ __forceinline__ float no_score() {
  return -__builtin_huge_valf();
}

// The sequence that a block works on.
struct Sequence {
  int first_query;  // row of q
  int queries;      // T
  int first_key;    // row of k, 0 with pages
  int keys;         // S
};

__device__ __forceinline__ Sequence sequence_of(const AttentionArgs& args, int b) {
  Sequence s;
  s.first_query = args.cu_seqlens_q[b];
  s.queries = args.cu_seqlens_q[b + 1] - s.first_query;
  s.first_key = args.pages.data != nullptr ? 0 : args.cu_seqlens_k[b];
  s.keys = args.pages.data != nullptr ? args.kv_lengths[b] : args.cu_seqlens_k[b + 1] - s.first_key;
  return s;
}

struct KeyRange {
  int begin, end;
};

__device__ __forceinline__ KeyRange visible_keys(const AttentionArgs& args,
                                                 const Sequence& s,
                                                 int query) {
  const int position = s.keys - s.queries + query;
  const int end = args.causal != 0 ? min(max(position + 1, 0), s.keys) : s.keys;
  const int begin = args.window > 0 ? min(max(position - args.window + 1, 0), end) : 0;
  return {begin, end};
}

// log2(e) times the score of q . k = `dot`.
__device__ __forceinline__ float exponent_of(
    const AttentionArgs& args, const Sequence& s, int query, int head, int key, float dot) {
  float score = dot * args.scale;
  if (args.softcap != 0) score = args.softcap * tanhf(score / args.softcap);
  if (args.distance_bias != nullptr) {
    const int limit = args.distance_limit;
    const int distance = min(max(key - (s.keys - s.queries + query), -limit), limit);
    score += args.distance_bias[int64_t{head} * (2 * limit + 1) + distance + limit];
  }
  return score * kLog2E;
}

// Where a block writes what it has of a row: the result, or a split's part of it.
struct RowResult {
  float* y;            // [D]
  float* statistics;   // of a split: maximum (as an exponent of 2) and sum; else null
  float* log_sum_exp;  // optional
};

__device__ __forceinline__ RowResult result_of(const AttentionArgs& args,
                                               int token,
                                               int head,
                                               int split) {
  if (args.partials != nullptr) {
    float* entry =
        args.partials +
        ((int64_t{token} * args.heads + head) * args.max_splits + split) * (args.head_size + 2);
    return {entry + 2, entry, nullptr};
  }
  return {args.y + token * args.y_stride + int64_t{head} * args.head_size, nullptr,
          args.log_sum_exp == nullptr ? nullptr
                                      : args.log_sum_exp + int64_t{token} * args.heads + head};
}

__device__ __forceinline__ float log_sum_exp_of(float maximum, float sum) {
  return sum == 0 ? __builtin_huge_valf() : maximum * kLn2 + logf(sum);
}

// Merges the splits of every row in ascending order. In attention_merge.cu.
Status attention_merge(const AttentionArgs& args, int64_t tokens, Stream stream);
// Rows of y behind the last sequence become zeros. In attention_merge.cu.
Status attention_clear_rest(const AttentionArgs& args, int64_t tokens, Stream stream);

}  // namespace gatun::cuda

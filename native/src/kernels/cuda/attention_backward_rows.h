// SPDX-License-Identifier: Apache-2.0
// What both forms of attention's backward share.
//
// A pass owns a tile of rows and walks over tiles of others: for dq it owns queries and walks over
// keys, for dk and dv it owns keys and walks over the queries of each head in turn. Rows of a tile
// are of one head.
#pragma once

#include "kernels/cuda/attention_backward.h"
#include "kernels/cuda/attention_rows.h"

namespace gatun::cuda {

__device__ __forceinline__ Sequence sequence_of(const AttentionBackwardArgs& args, int b) {
  Sequence s{};
  if (attention_faulted(args.fault)) return s;
  s.source = b;
  s.first_query = args.cu_seqlens_q[b];
  s.queries = args.cu_seqlens_q[b + 1] - s.first_query;
  s.first_key = args.cu_seqlens_k[b];
  s.keys = args.cu_seqlens_k[b + 1] - s.first_key;
  return s;
}

__device__ __forceinline__ bool sees(const AttentionBackwardArgs& args,
                                     const Sequence& s,
                                     int query,
                                     int key) {
  const int position = s.keys - s.queries + query;
  return query < s.queries && key < s.keys && (args.causal == 0 || key <= position) &&
         (args.window == 0 || key > position - args.window);
}

// Whether each of these queries sees each of these keys, so that nobody need ask.
__device__ __forceinline__ bool all_see(const AttentionBackwardArgs& args,
                                        const Sequence& s,
                                        int query,
                                        int queries,
                                        int key,
                                        int keys) {
  return query + queries <= s.queries && key + keys <= s.keys &&
         sees(args, s, query, key + keys - 1) && sees(args, s, query + queries - 1, key);
}

// Queries that may see keys `key` to key + keys - 1.
__device__ __forceinline__ KeyRange seeing_queries(const AttentionBackwardArgs& args,
                                                   const Sequence& s,
                                                   int key,
                                                   int keys) {
  const int shift = s.keys - s.queries;  // position of query 0
  const int begin = args.causal != 0 ? max(key - shift, 0) : 0;
  const int end =
      args.window > 0 ? min(key + keys - 1 + args.window - shift, s.queries) : s.queries;
  return {begin, end};
}

// Derivative of the loss by the score of a pair, from its probability p, the dropout factor, and
// dy . v; `weighted` is dy . y.
__device__ __forceinline__ float score_gradient(float p, float factor, float dp, float weighted) {
  return p * (fmaf(factor, dp, -weighted));
}

// Where a block of queries sums the bias of one head by distance: [2 L + 1].
__device__ __forceinline__ float* bias_partial(const AttentionBackwardArgs& args,
                                               int64_t block,
                                               int head) {
  return args.bias_partials + (block * args.heads + head) * (2 * int64_t{args.distance_limit} + 1);
}

// Adds a tile of derivatives [rows, columns], whose first element is at `distance`, by distance.
// `diagonals` is room for rows + columns sums. The block's threads call it together, after a
// barrier behind the writes of the tile; another one is due before the tile is written again.
__device__ __forceinline__ void add_diagonals(const AttentionBackwardArgs& args,
                                              float* partial,
                                              const float* tile,
                                              int stride,
                                              int rows,
                                              int columns,
                                              int distance,
                                              float* diagonals,
                                              int threads) {
  const int thread = static_cast<int>(threadIdx.x), limit = args.distance_limit;
  const int count = rows + columns - 1, first = distance - (rows - 1);
  for (int c = thread; c < count; c += threads) {
    float sum = 0;
    for (int i = 0; i < rows; ++i) {  // all threads in the same row: consecutive addresses
      const int j = i + c - (rows - 1);
      const float value = tile[i * stride + min(max(j, 0), columns - 1)];
      sum += j >= 0 && j < columns ? value : 0.0f;
    }
    diagonals[c] = sum;
  }
  __syncthreads();
  const int low = min(max(first, -limit), limit);
  const int high = min(max(first + count - 1, -limit), limit);
  for (int d = low + thread; d <= high; d += threads) {
    const int begin = d == -limit ? 0 : max(d - first, 0);
    const int end = d == limit ? count : min(d - first + 1, count);
    float sum = 0;
    for (int c = begin; c < end; ++c) sum += diagonals[c];
    partial[d + limit] += sum;
  }
}

// In attention_backward_ends.cu: checks lengths, computes dy . y, clears rows that no sequence has;
// and sums the bias.
Status attention_backward_begin(const AttentionBackwardArgs& args, Stream stream);
Status attention_backward_end(const AttentionBackwardArgs& args, bool f32, Stream stream);

}  // namespace gatun::cuda

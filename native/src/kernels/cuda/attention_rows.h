// SPDX-License-Identifier: Apache-2.0
// What the forms of attention share, forward and backward: which keys a row sees, a score's way to
// its exponent, what dropout does to it.
//
// A row of a tile is one query of one head. The H / G heads that read the same keys lie side by
// side in the forward, so that a single query fills H / G rows: row r is query r / (H / G), head
// g H / G + r mod.
#pragma once

#include "kernels/cuda/attention.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/philox.h"

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
  int source;       // row of the page table
};

// Whether lengths and pages were reported as out of range. In attention_merge.cu, before any other
// kernel of an attention.
__device__ __forceinline__ bool attention_faulted(const DeviceFault* fault) {
  return fault != nullptr &&
         fault->source >= static_cast<int32_t>(FaultSource::kAttentionQueries) &&
         fault->source <= static_cast<int32_t>(FaultSource::kAttentionPages);
}

// Without queries after a fault.
__device__ __forceinline__ Sequence sequence_of(const AttentionArgs& args, int b) {
  Sequence s{};
  if (attention_faulted(args.fault)) return s;
  s.source = args.kv_sequence != nullptr ? args.kv_sequence[b] : b;
  s.first_query = args.cu_seqlens_q[b];
  s.queries = args.cu_seqlens_q[b + 1] - s.first_query;
  s.first_key = args.pages.data != nullptr ? 0 : args.cu_seqlens_k[s.source];
  s.keys = args.pages.data != nullptr ? args.kv_lengths[s.source]
                                      : args.cu_seqlens_k[s.source + 1] - s.first_key;
  return s;
}

struct KeyRange {
  int begin, end;
};

template <typename Args>
__device__ __forceinline__ KeyRange visible_keys(const Args& args, const Sequence& s, int query) {
  const int position = s.keys - s.queries + query;
  const int seen = max(position + 1, 0);
  // Never more than all keys: the minimum tells that to the compiler, which spills without.
  const int end = args.causal != 0 ? min(seen, s.keys) : s.keys;
  const int begin = args.window > 0 ? min(max(position - args.window + 1, 0), end) : 0;
  return {begin, end};
}

// Hyperbolic tangent within 3 units in the last place, without branches, of which an unrolled loop
// would get as many: a polynomial near zero, elsewhere 1 - 2 / (1 + e^2x).
__device__ __forceinline__ float tanh_of(float x) {
  const float square = x * x;
  float p = fmaf(square, 0.0157396831f, -0.0523039624f);
  p = fmaf(square, p, 0.133152977f);
  p = fmaf(square, p, -0.333327681f);
  const float near = fmaf(p, square * x, x);
  const float far = 1.0f - 2.0f / (1.0f + exp2_approximate(2 * kLog2E * fabsf(x)));
  return fabsf(x) < 0.55f ? near : copysignf(far, x);
}

struct Score {
  float exponent;  // log2(e) times the score
  float slope;     // of the softcap
};

// Of q . k = `dot`.
template <typename Args>
__device__ __forceinline__ Score
score_of(const Args& args, const Sequence& s, int query, int head, int key, float dot) {
  float score = dot * args.scale, slope = 1;
  if (args.softcap != 0) {
    const float t = tanh_of(score / args.softcap);
    score = args.softcap * t;
    slope = fmaf(-t, t, 1.0f);
  }
  if (args.distance_bias != nullptr) {
    const int limit = args.distance_limit;
    const int distance = min(max(key - (s.keys - s.queries + query), -limit), limit);
    score += args.distance_bias[int64_t{head} * (2 * limit + 1) + distance + limit];
  }
  return {score * kLog2E, slope};
}

__device__ __forceinline__ float exponent_of(
    const AttentionArgs& args, const Sequence& s, int query, int head, int key, float dot) {
  return score_of(args, s, query, head, key, dot).exponent;
}

// The words of four keys from 4 quarter on, for row token H + head of the probabilities.
__device__ __forceinline__ PhiloxWords dropout_words(const AttentionDropout& dropout,
                                                     int64_t row,
                                                     int quarter) {
  return philox(static_cast<uint32_t>(quarter), static_cast<uint32_t>(row), dropout.sequence[0],
                dropout.sequence[1], dropout.seed);
}

__device__ __forceinline__ float dropout_factor(const AttentionDropout& dropout, uint32_t word) {
  return word >= dropout.threshold ? dropout.scale : 0.0f;
}

// What dropout multiplies a probability by, whose key has number `key`.
__device__ __forceinline__ float dropout_factor(const AttentionDropout& dropout,
                                                int64_t row,
                                                int key) {
  const PhiloxWords words = dropout_words(dropout, row, key / 4);
  const uint32_t low = key % 2 == 0 ? words.w[0] : words.w[1];
  const uint32_t high = key % 2 == 0 ? words.w[2] : words.w[3];
  return dropout_factor(dropout, key % 4 < 2 ? low : high);
}

// Where four keys are the keys of four lanes, `distance` apart, and each has four rows of them:
// lane number `mine` makes the call for row `mine`, and gets word `mine` of all calls.
__device__ __forceinline__ void exchange_factors(const AttentionDropout& dropout,
                                                 const PhiloxWords& words,
                                                 int mine,
                                                 int distance,
                                                 float (&factor)[4]) {
#pragma unroll
  for (int i = 0; i < 4; ++i) factor[i] = 0;
#pragma unroll
  for (int step = 0; step < 4; ++step) {
    const int other = mine ^ step;  // whose call arrives; its lane wants the word of its number
    const uint32_t low = other % 2 == 0 ? words.w[0] : words.w[1];
    const uint32_t high = other % 2 == 0 ? words.w[2] : words.w[3];
    const float value = dropout_factor(
        dropout, __shfl_xor_sync(kAllLanes, other < 2 ? low : high, step * distance));
#pragma unroll
    for (int i = 0; i < 4; ++i) factor[i] = other == i ? value : factor[i];
  }
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
                                      : args.log_sum_exp + token * args.log_sum_exp_stride + head};
}

// What the sums of a row are worth: y is `factor` times them.
struct RowTotal {
  float factor;
  float log_sum_exp;
};

// Of a row whose exponents have this maximum, and whose powers of 2 under it have this sum.
__device__ __forceinline__ RowTotal total_of(const AttentionArgs& args,
                                             int head,
                                             float maximum,
                                             float sum) {
  float correction = 1;
  if (args.sinks != nullptr) {
    const float sink = args.sinks[head] * kLog2E, largest = fmaxf(maximum, sink);
    if (largest != no_score()) {  // -inf - -inf is no number
      correction = exp2f(maximum - largest);
      sum = fmaf(sum, correction, exp2f(sink - largest));
      maximum = largest;
    }
  }
  if (sum == 0) return {0, __builtin_huge_valf()};
  return {correction / sum, maximum * kLn2 + logf(sum)};
}

// Merges the splits of every row in ascending order. In attention_merge.cu.
Status attention_merge(const AttentionArgs& args, int64_t tokens, Stream stream);
// Checks lengths and pages; rows of y behind the last sequence become zeros. In attention_merge.cu.
Status attention_prepare(const AttentionArgs& args, int64_t tokens, Stream stream);

}  // namespace gatun::cuda

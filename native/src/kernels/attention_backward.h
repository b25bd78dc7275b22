// SPDX-License-Identifier: Apache-2.0
// Gradients of attention over ragged batches: arguments and implementations. With the probabilities
// P = exp(S - log_sum_exp) computed anew, M the dropout factors and D_i = dy_i . y_i:
//   dv_j = sum_i P_ij M_ij dy_i;  dS_ij = P_ij (M_ij dy_i . v_j - D_i)
//   dq_i = scale sum_j c_ij dS_ij k_j;  dk_j = scale sum_i c_ij dS_ij q_i
//   dbias_table[bucket(j - position of i), h] = sum dS_ij
// where c_ij = 1 - tanh^2 of the softcap, and the sums over i are over the heads of a group too.
//
// Same bits: keys are taken in blocks of kGradientKeys, rows (a query of one head, the heads of a
// group beside each other) in blocks of kGradientRows, both from the start of their sequence. dk
// and dv of a block of keys are sums over blocks of rows in ascending order; dq of a block of rows
// is a sum over blocks of keys in ascending order; the bias is summed by distance within a block of
// keys, then by bucket, then over blocks. Who computes a block does not matter.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/kv_cache.h"
#include "kernels/relative_bias.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

inline constexpr int kGradientKeys = 128;
inline constexpr int kGradientRows = 48;
inline constexpr int kGradientRowChunk =
    4 * kGradientRows;  // rows of a unit that computes dq alone

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
  int64_t sequences;            // B
  int64_t tokens;               // N
  int64_t keys;                 // M
  int64_t heads;                // H
  int64_t kv_heads;             // G
  int64_t head_size;            // D
  float scale;
  float softcap;  // 0: none
  int32_t causal;
  int32_t window;  // 0: none
  RelativeBias bias;
  AttentionDropout dropout;
  bool add_dq, add_dk, add_dv;  // else written

  // Scratch of the vector implementations.
  std::byte* member_scratch;
  int64_t member_bytes;
  int64_t* next_unit;     // counter that hands out units of work
  float* weighted;        // [N, H]: D_i
  float* distances;       // [H, span]: the bias by distance, times log2(e)
  int32_t* buckets;       // [span]: bucket of a distance
  double* bias_partials;  // [blocks of keys, H, buckets]
  int64_t bias_limit;     // a longer distance has the bias of this one
  bool by_blocks;         // few sequences and heads: dk, dv by blocks of keys and dq by rows
  Fault* fault;
};

// True if sequence lengths are in range; else the fault is reported by member 0 and nothing may be
// read.
bool attention_backward_check(const AttentionBackwardArgs& args, const Team& team);

namespace {

inline int64_t gradient_align(int64_t bytes) {
  return (bytes + 63) / 64 * 64;
}

// Distances of one head: [-limit - kGradientKeys, limit + kGradientKeys).
inline int64_t gradient_bias_span(int64_t limit) {
  return 2 * (limit + kGradientKeys);
}

// Blocks of keys before and in sequences whose keys end at cu_seqlens_k[b]: an upper bound that
// needs no walk over the sequences before.
inline int64_t gradient_first_block(int64_t b, int64_t first_key) {
  return first_key / kGradientKeys + b;
}

// Scratch of one member: a block of keys and values transposed and the keys in rows, the sums of dk
// and dv; rows of q and dy, scores, their derivatives, a row of dropout factors, a block of dq, the
// bias by distance of the heads of a group.
inline int64_t gradient_member_bytes(int64_t head_size, int64_t group, int64_t bias_span) {
  const int64_t width = kv_value_width(head_size);
  return 5 * gradient_align(kGradientKeys * width * 4) +
         3 * gradient_align(kGradientRows * width * 4) +
         2 * gradient_align(kGradientRows * kGradientKeys * 4) + gradient_align(kGradientKeys * 4) +
         gradient_align(group * bias_span * 4);
}

}  // namespace

namespace reference {
void attention_backward(const AttentionBackwardArgs& args, const Team& team);
}
namespace cpu::avx2 {
void attention_backward(const AttentionBackwardArgs& args, const Team& team);
}
namespace cpu::avx512 {
void attention_backward(const AttentionBackwardArgs& args, const Team& team);
}

}  // namespace gatun

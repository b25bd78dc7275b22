// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention over ragged batches: arguments and implementations.
//
// Same bits: keys are taken in blocks of kKeyBlock that are aligned to absolute key positions. Each
// block has its own softmax (m, l, o), and blocks are merged in ascending order, so it does not
// matter which member computes a block, which other queries share a tile, or how a prompt was cut.
// A key that a query may not see adds exact zeros.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention_dropout.h"
#include "kernels/kv_cache.h"
#include "kernels/relative_bias.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

inline constexpr int kKeyBlock = 256;  // keys of one softmax block
inline constexpr int kRowTile =
    24;  // rows (a query of one head) that share a pass over a part of a block
inline constexpr int kRowChunk = 192;  // rows that share a pass over the keys of a sequence

struct AttentionArgs {
  const float* q;                                  // [N, H, D]
  const float* k;                                  // [M, G, D], null with a cache
  const float* v;                                  // [M, G, D]
  float* y;                                        // [N, H, D]
  int64_t q_stride, k_stride, v_stride, y_stride;  // of rows
  const int32_t* cu_seqlens_q;                     // [B + 1]
  const int32_t* cu_seqlens_k;                     // [C + 1], null with a cache
  KvPages cache;                                   // data null: k and v
  const int32_t* page_table;                       // [C, P]
  int64_t page_table_stride;
  const int32_t* kv_lengths;   // [C]
  const int32_t* kv_sequence;  // [B] in [0, C), null: b
  int64_t sequences;           // B
  int64_t key_sequences;       // C
  int64_t tokens;              // N
  int64_t keys;                // M
  int64_t max_queries;         // of a sequence
  int64_t pages_per_sequence;  // P
  int64_t heads;               // H
  int64_t kv_heads;            // G
  int64_t head_size;           // D
  float scale;
  float softcap;  // 0: none
  int32_t causal;
  int32_t window;  // 0: none
  RelativeBias bias;
  AttentionDropout dropout;
  float* log_sum_exp;  // [N, H], optional
  int64_t log_sum_exp_stride;

  // Scratch of the vector implementations.
  std::byte* member_scratch;  // attention_member_bytes(D) per member
  int64_t member_bytes;
  int64_t* next_unit;  // counter that hands out units of work
  float* partials;     // [N, H, max_blocks, kv_value_width(D) + 16] where blocks are spread over
                       // members, else null
  int64_t max_blocks;  // blocks of the longest possible sequence
  float*
      distances;  // [H, attention_bias_span(bias_limit)]: the bias by distance, where there is one
  int64_t bias_limit;  // a longer distance has the bias of this one
  Fault* fault;
};

namespace {

inline int64_t attention_align(int64_t bytes) {
  return (bytes + 63) / 64 * 64;
}

// Scratch of one member: rows of q, scores and probabilities of a tile, a tile's output, a chunk's
// running output, maximum and sum, and a block of keys and values in page order.
inline int64_t attention_member_bytes(int64_t head_size) {
  const int64_t width = kv_value_width(head_size);
  return attention_align(kRowChunk * width * 4) +     // q
         attention_align(kRowTile * kKeyBlock * 4) +  // scores
         attention_align(kRowTile * kKeyBlock * 2) +  // probabilities in bf16
         attention_align(kRowTile * width * 4) +      // o of a tile
         attention_align(kRowChunk * width * 4) +
         4 * attention_align(kRowChunk * 4) +         // o, m, l of a chunk; m, l of a tile
         2 * attention_align(kKeyBlock * width * 4);  // keys, values
}

// Distances of one head in `distances`: [-limit - kKeyBlock, limit + kKeyBlock), so that a block of
// keys whose first distance is brought into [-limit - kKeyBlock, limit] reads the right bias.
inline int64_t attention_bias_span(int64_t limit) {
  return 2 * (limit + kKeyBlock);
}

// Floats of one entry of `partials`: m, l, padding, o.
inline int64_t attention_partial_width(int64_t head_size) {
  return kv_value_width(head_size) + 16;
}

// Row of the keys' lengths that sequence b of queries reads.
inline int64_t attention_key_sequence(const AttentionArgs& args, int64_t b) {
  return args.kv_sequence != nullptr ? args.kv_sequence[b] : b;
}

}  // namespace

// True if sequence lengths and pages are in range; else the fault is reported by member 0 and
// nothing may be read. In kernels/reference/attention_check.cpp.
bool attention_check(const AttentionArgs& args, const Team& team);

namespace reference {
void attention(const AttentionArgs& args, const Team& team);
}
namespace cpu::avx2 {
void attention(const AttentionArgs& args, const Team& team);
}
namespace cpu::avx512 {
void attention(const AttentionArgs& args, const Team& team);
}
// q, k, v and the probabilities in bf16, sums in f32; the cache, if any, is bf16.
namespace cpu::avx512_bf16 {
void attention(const AttentionArgs& args, const Team& team);
}

}  // namespace gatun

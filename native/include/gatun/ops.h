// SPDX-License-Identifier: Apache-2.0
// The operations: one function per fused step of a transformer.
//
// Every operation has the signature (stream, params, error) -> status. `struct_size` is sizeof the
// params that the caller was compiled with; fields are only ever appended; zero means the default.
// Tensors are f32 and row-major unless stated; "optional" tensors may be all zero. Index tensors
// are i32. Outputs may not overlap inputs unless stated.
//
// Letters: N tokens of all sequences, B sequences, E width, H query heads, G key/value heads, D
// head size, F inner width, K inputs and O outputs of a matrix, V vocabulary, P pages of a
// sequence, M keys of all sequences.
//
// Errors: INVALID_ARGUMENT names operation, argument, expected and got; UNSUPPORTED names the
// combination.
#ifndef GATUN_OPS_H
#define GATUN_OPS_H

#include <stdint.h>

#include "gatun/export.h"
#include "gatun/status.h"
#include "gatun/stream.h"
#include "gatun/tensor.h"
#include "gatun/weight.h"

// ---- linear -------------------------------------------------------------------------------------

#define GATUN_ACTIVATION_NONE 0
#define GATUN_ACTIVATION_RELU 1
#define GATUN_ACTIVATION_GELU 2       // x/2 (1 + erf(x / sqrt 2))
#define GATUN_ACTIVATION_GELU_TANH 3  // x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
#define GATUN_ACTIVATION_SILU 4       // x sigmoid(x)
#define GATUN_ACTIVATION_TANH 5
#define GATUN_ACTIVATION_QUICK_GELU 6  // x sigmoid(1.702 x)
#define GATUN_ACTIVATION_SIGMOID 7

#define GATUN_LINEAR_MAX_OUTPUTS 3

// y_i = activation(scale (x W_i^T) + bias_i) [+ residual], softcap tanh(y / softcap) * softcap, for
// up to three weights that share x (query, key and value in one call). The input is prepared once
// for all of them.
typedef struct gatun_linear_params {
  int64_t struct_size;
  // inputs
  gatun_tensor x;     // [N, K], row stride free
  gatun_tensor rows;  // optional [R] i32: product only for these rows of x, -1 gives zeros; N below
                      // is then R
  // weights
  const gatun_weight* weight[GATUN_LINEAR_MAX_OUTPUTS];  // [O_i, K]
  gatun_tensor bias[GATUN_LINEAR_MAX_OUTPUTS];           // optional [O_i]
  gatun_tensor residual;  // optional [N, O_0], one output only, may be y itself
  // outputs
  gatun_tensor y[GATUN_LINEAR_MAX_OUTPUTS];  // [N, O_i], row stride free
  // attributes
  int32_t outputs;     // 1 to 3; 0 means 1
  int32_t activation;  // GATUN_ACTIVATION_*
  float scale;         // 0 means 1
  float softcap;       // 0 means none
} gatun_linear_params;

GATUN_API gatun_status gatun_linear_forward(gatun_stream* stream,
                                            const gatun_linear_params* params,
                                            gatun_error* error);

// y = activation(x W_gate^T + bias_gate) * (x W_up^T + bias_up): the first half of a gated
// feed-forward.
typedef struct gatun_gated_linear_params {
  int64_t struct_size;
  gatun_tensor x;            // [N, K]
  const gatun_weight* gate;  // [F, K]
  const gatun_weight* up;    // [F, K]
  gatun_tensor gate_bias;    // optional [F]
  gatun_tensor up_bias;      // optional [F]
  gatun_tensor y;            // [N, F]
  int32_t activation;
  int32_t reserved;
} gatun_gated_linear_params;

GATUN_API gatun_status gatun_gated_linear_forward(gatun_stream* stream,
                                                  const gatun_gated_linear_params* params,
                                                  gatun_error* error);

// ---- embedding ----------------------------------------------------------------------------------

// y = scale table[ids] + position_table[position_offset + positions] + type_table[types], then
// LayerNorm where norm_weight is given. An id of -1 gives a row of zeros before the norm; any other
// id outside its table is INVALID_ARGUMENT.
typedef struct gatun_embedding_params {
  int64_t struct_size;
  gatun_tensor ids;                    // [N] i32
  gatun_tensor positions;              // optional [N] i32
  gatun_tensor types;                  // optional [N] i32
  const gatun_weight* table;           // [V, E]
  const gatun_weight* position_table;  // optional, with positions
  const gatun_weight* type_table;      // optional, with types
  gatun_tensor norm_weight;            // optional [E]
  gatun_tensor norm_bias;              // optional [E]
  gatun_tensor y;                      // [N, E]
  float scale;                         // of the table rows; 0 means 1
  float eps;
  int32_t position_offset;  // the row of position_table that position 0 means
  int32_t reserved;
} gatun_embedding_params;

GATUN_API gatun_status gatun_embedding_forward(gatun_stream* stream,
                                               const gatun_embedding_params* params,
                                               gatun_error* error);

// ---- normalisation ------------------------------------------------------------------------------

// s = x + residual; y = (s - mean(s)) / sqrt(var(s) + eps) * weight + bias, biased variance. x, y,
// sum may be the same.
typedef struct gatun_layer_norm_params {
  int64_t struct_size;
  gatun_tensor x;         // [N, E]
  gatun_tensor residual;  // optional [N, E]
  gatun_tensor weight;    // [E]
  gatun_tensor bias;      // optional [E]
  gatun_tensor y;         // [N, E]
  gatun_tensor sum;       // optional [N, E]: s
  float eps;
  int32_t reserved;
} gatun_layer_norm_params;

GATUN_API gatun_status gatun_layer_norm_forward(gatun_stream* stream,
                                                const gatun_layer_norm_params* params,
                                                gatun_error* error);

// s = x + residual; y = s / sqrt(mean(s^2) + eps) * (weight_offset + weight) + y_residual. x, y,
// sum may be the same.
typedef struct gatun_rms_norm_params {
  int64_t struct_size;
  gatun_tensor x;           // [N, E]
  gatun_tensor residual;    // optional [N, E]
  gatun_tensor weight;      // [E]
  gatun_tensor y_residual;  // optional [N, E], may be y
  gatun_tensor y;           // [N, E]
  gatun_tensor sum;         // optional [N, E]: s
  float eps;
  float weight_offset;  // 1 where weights are stored around 0
} gatun_rms_norm_params;

GATUN_API gatun_status gatun_rms_norm_forward(gatun_stream* stream,
                                              const gatun_rms_norm_params* params,
                                              gatun_error* error);

// ---- attention ----------------------------------------------------------------------------------

// The pages of one layer. The layout inside a page belongs to the kernels; gatun_kv_cache_layout
// gives its size.
typedef struct gatun_kv_cache {
  void* data;  // page_count * page_bytes bytes, 64-byte aligned, zeroed before first use
  int64_t byte_length;
  int32_t page_count;
  int32_t page_tokens;
  int32_t kv_heads;   // G
  int32_t head_size;  // D
  gatun_dtype dtype;  // F32, BF16
  int32_t reserved;
} gatun_kv_cache;

typedef struct gatun_kv_cache_layout_params {
  int64_t struct_size;
  int32_t kv_heads;
  int32_t head_size;
  gatun_dtype dtype;
  int32_t page_tokens;  // in: 0 lets the backend choose; out: the choice
  int64_t page_bytes;   // out: keys and values of page_tokens tokens of one layer
} gatun_kv_cache_layout_params;

GATUN_API gatun_status gatun_kv_cache_layout(gatun_device* device,
                                             gatun_kv_cache_layout_params* params,
                                             gatun_error* error);

// Copies whole pages inside one layer's cache: destination[i] = source[i]. Used to copy on write.
typedef struct gatun_kv_copy_params {
  int64_t struct_size;
  gatun_kv_cache cache;
  gatun_tensor source;       // [C] i32 page numbers
  gatun_tensor destination;  // [C] i32, distinct, none of them a source
} gatun_kv_copy_params;

GATUN_API gatun_status gatun_kv_copy_forward(gatun_stream* stream,
                                             const gatun_kv_copy_params* params,
                                             gatun_error* error);

// Normalises (optional, per head) and rotates q and k, and appends k and v to a paged cache
// (optional). Angle i of a token = position * inv_freq[frequency_row, i]; cos and sin are
// multiplied by attention_factor. Half-split pairs (i, i + R/2), or adjacent pairs (2i, 2i + 1)
// where interleaved. Dimensions from R on are not rotated. cos and sin are computed in double and
// rounded to f32.
typedef struct gatun_rotary_params {
  int64_t struct_size;
  gatun_tensor q;               // [N, H, D], rotated in place
  gatun_tensor k;               // optional [N, G, D], rotated in place
  gatun_tensor v;               // optional [N, G, D], only read; needed with a cache
  gatun_tensor positions;       // [N] i32
  gatun_tensor inv_freq;        // optional [C, R/2]: none means no rotation
  gatun_tensor frequency_rows;  // optional [N] i32 in [0, C)
  gatun_tensor q_norm_weight;   // optional [D]: RMS norm of each head before the rotation
  gatun_tensor k_norm_weight;   // optional [D]
  gatun_kv_cache cache;         // data NULL: no append
  gatun_tensor slots;      // with a cache: [N] i32 = page * page_tokens + offset, -1 = do not store
  float attention_factor;  // 0 means 1
  float norm_eps;
  float norm_weight_offset;
  int32_t interleaved;
  int32_t inverse;  // 1: by the negated angle, the backward of the rotation (of dq and dk, without
                    // norm and cache)
  int32_t reserved;
} gatun_rotary_params;

GATUN_API gatun_status gatun_rotary_forward(gatun_stream* stream,
                                            const gatun_rotary_params* params,
                                            gatun_error* error);

// FAST on a GPU spreads the keys of single queries over it, and adds the parts. This does without.
#define GATUN_ATTENTION_BATCH_INVARIANT 1

// y = softmax(mask(softcap(scale q k^T))) v per head. Query head h reads key/value head
// h / (H / G). Keys come either from k and v with cu_seqlens_k, or from a paged cache with
// page_table and kv_lengths. Query i of a sequence with T queries and S keys stands at key position
// S - T + i. causal: key j visible iff j <= position; window w > 0: additionally j > position - w.
// A query that sees no key gives zeros. Memory is O(N): no [T, S] matrix exists. The result of a
// query depends on its own sequence alone; its last bits, in FAST on a GPU, on whether all
// sequences of the call have a single query, unless GATUN_ATTENTION_BATCH_INVARIANT is set.
// bias_table: bias_table[bucket(key position - query position), h] is added to the scores, behind
// scale and softcap, with the buckets of T5 (kernels/relative_bias.h). kv_sequence: several
// sequences of queries may read the keys of one sequence (beams over one source); cu_seqlens_k,
// or page_table and kv_lengths, then have C sequences. dropout: probability j of row n * H + h is
// set to zero behind the softmax sum unless word j % 4 of Philox4x32-10 (key dropout_seed, counter
// (j / 4, n * H + h, low and high half of dropout_sequence)) is at least floor(2^32 dropout); those
// that stay are divided by 1 - dropout.
typedef struct gatun_attention_params {
  int64_t struct_size;
  gatun_tensor q;             // [N, H, D], row stride free
  gatun_tensor k;             // [M, G, D], without a cache
  gatun_tensor v;             // [M, G, D], without a cache
  gatun_tensor cu_seqlens_q;  // [B + 1] i32, ascending, from 0; rows of y beyond its last value are
                              // set to zero
  gatun_tensor cu_seqlens_k;  // [B + 1] i32, without a cache
  gatun_kv_cache cache;       // data NULL: k and v are used
  gatun_tensor page_table;    // [B, P] i32
  gatun_tensor kv_lengths;    // [B] i32: keys of each sequence, those of this call included
  gatun_tensor y;             // [N, H, D], row stride free
  float scale;                // 0 means 1 / sqrt(D)
  float softcap;              // 0 means none
  int32_t causal;
  int32_t window;              // 0 means none
  int32_t arithmetic;          // F32, or FAST: bf16 operands where that pays
  int32_t flags;               // GATUN_ATTENTION_*, a set
  gatun_tensor log_sum_exp;    // optional out [N, H]: log of the sum of exp(score) over the keys,
                               // +inf where a query sees no key; what the backward needs
  gatun_tensor bias_table;     // optional [buckets, H]
  gatun_tensor kv_sequence;    // optional [B] i32 in [0, C): whose keys a sequence reads; none: b
  int32_t bias_bidirectional;  // half of the buckets for keys behind the query
  int32_t bias_max_distance;   // from here on everything is in the last bucket
  float dropout;               // [0, 1); 0 means none
  int32_t reserved_2;
  int64_t dropout_seed;
  int64_t dropout_sequence;
  int32_t max_queries;  // no sequence has more queries; 0: unknown. A GPU plans with it, and
                        // refuses sequences that have more
  int32_t reserved_3;
} gatun_attention_params;

GATUN_API gatun_status gatun_attention_forward(gatun_stream* stream,
                                               const gatun_attention_params* params,
                                               gatun_error* error);

// ---- adapters -----------------------------------------------------------------------------------

#define GATUN_LOW_RANK_MOST 8

// What low-rank adapters add to a product with a matrix [O, K], each token its own or none:
//   y[n] += scale_i (x[n] A_i^T) B_i^T with i = slots[n] - first_slot
// or with x[rows[n]] and slots[rows[n]] where rows are given. Tokens whose i is not one of the
// adapters keep their y. Slots are data: a recorded call serves any choice of adapters. Hu et al.
// 2021, arXiv 2106.09685.
typedef struct gatun_low_rank_params {
  int64_t struct_size;
  // inputs
  gatun_tensor x;                       // [N, K]
  gatun_tensor slots;                   // optional [N] i32; without it all tokens use adapter 0
  gatun_tensor rows;                    // optional [R] i32: y of these tokens only, -1 for none
  gatun_tensor a[GATUN_LOW_RANK_MOST];  // A_i [r_i, K] in panel order (train.h), f32
  gatun_tensor b[GATUN_LOW_RANK_MOST];  // B_i [O, r_i] in panel order, f32
  // outputs
  gatun_tensor y;  // [N, O], or [R, O]
  // attributes
  int32_t rank[GATUN_LOW_RANK_MOST];  // r_i; 0: adapter i leaves y alone and has no a and b
  float scale[GATUN_LOW_RANK_MOST];
  int32_t first_slot;
  int32_t adapters;  // at most GATUN_LOW_RANK_MOST
} gatun_low_rank_params;

GATUN_API gatun_status gatun_low_rank_forward(gatun_stream* stream,
                                              const gatun_low_rank_params* params,
                                              gatun_error* error);

// ---- rows, pooling, logits ----------------------------------------------------------------------

// y[i] = x[rows[i]]; -1 gives zeros.
typedef struct gatun_gather_rows_params {
  int64_t struct_size;
  gatun_tensor x;     // [N, E]
  gatun_tensor rows;  // [R] i32
  gatun_tensor y;     // [R, E]
} gatun_gather_rows_params;

GATUN_API gatun_status gatun_gather_rows_forward(gatun_stream* stream,
                                                 const gatun_gather_rows_params* params,
                                                 gatun_error* error);

#define GATUN_POOLING_MEAN 0
#define GATUN_POOLING_CLS 1
#define GATUN_POOLING_LAST 2
#define GATUN_POOLING_MAX 3

// One vector per sequence; normalize: divided by max(L2 norm, 1e-12). An empty sequence gives
// zeros.
typedef struct gatun_pooling_params {
  int64_t struct_size;
  gatun_tensor x;           // [N, E]
  gatun_tensor cu_seqlens;  // [B + 1] i32
  gatun_tensor y;           // [B, E]
  int32_t mode;
  int32_t normalize;
} gatun_pooling_params;

GATUN_API gatun_status gatun_pooling_forward(gatun_stream* stream,
                                             const gatun_pooling_params* params,
                                             gatun_error* error);

// y = softmax(x / temperature) or its logarithm, per row; may be in place. A row of -inf gives NaN.
typedef struct gatun_softmax_params {
  int64_t struct_size;
  gatun_tensor x;     // [N, V]
  gatun_tensor y;     // [N, V]
  float temperature;  // 0 means 1
  int32_t log;
} gatun_softmax_params;

GATUN_API gatun_status gatun_softmax_forward(gatun_stream* stream,
                                             const gatun_softmax_params* params,
                                             gatun_error* error);

// The k largest values of each row in descending order, the lower index first on ties; NaN ranks
// below -inf.
typedef struct gatun_top_k_params {
  int64_t struct_size;
  gatun_tensor x;            // [N, V]
  gatun_tensor values;       // optional [N, k]
  gatun_tensor indices;      // [N, k] i32; k = 1 is arg-max
  gatun_tensor log_sum_exp;  // optional [N]
} gatun_top_k_params;

GATUN_API gatun_status gatun_top_k_forward(gatun_stream* stream,
                                           const gatun_top_k_params* params,
                                           gatun_error* error);

// How the next token of a row is chosen, in this order:
//   1. penalties: scores of tokens that occurred, prompt included, are divided by `repetition`
//      where positive, multiplied where negative; those of the answer then lose `frequency` per
//      occurrence and `presence` once
//   2. without `sample`, the largest score, the smallest token of equals
//   3. scores / temperature; the top_k largest and what equals the last of them; of these the
//      largest that together have probability top_p, the one that reaches it included, of equals
//      the smaller tokens; of these what has at least min_p times the probability of the best
//   4. in ascending order of tokens the first at which the sum of probabilities exceeds the random
//      number that the first two words of Philox4x32-10 (key seed, counter position) give
// A NaN and -inf are out.
typedef struct gatun_sample_row {
  double frequency;  // 0: none
  double presence;
  double top_p;  // 1: all
  double min_p;  // 0: all
  int64_t seed;
  int64_t position;
  float repetition;   // 1: none
  float temperature;  // above 0
  int32_t top_k;      // 0: all
  int32_t sample;     // 0: the largest
  int32_t first;      // of its tokens in the history
  int32_t answer;     // the first behind the prompt
  int32_t last;       // behind its tokens
  int32_t reserved;
} gatun_sample_row;

// The next token of every row. A token depends on its row alone. Not to be recorded: the rows are
// the call's.
typedef struct gatun_sample_params {
  int64_t struct_size;
  // inputs
  gatun_tensor scores;           // [N, V]; changed
  const gatun_sample_row* rows;  // [N], in the host's memory; copied, not kept
  int64_t row_count;             // N
  const int32_t* history;        // of all rows, likewise; tokens outside the vocabulary count for
                                 // nothing. NULL where no row has a penalty
  int64_t history_length;
  // outputs
  gatun_tensor tokens;  // [N] i32; -1 where no token is left
} gatun_sample_params;

GATUN_API gatun_status gatun_sample_forward(gatun_stream* stream,
                                            const gatun_sample_params* params,
                                            gatun_error* error);

// ---- storage formats ----------------------------------------------------------------------------

// y = the values of x; denormals are kept.
typedef struct gatun_dequantize_params {
  int64_t struct_size;
  const void* x;  // blocks of dtype
  int64_t x_byte_length;
  gatun_dtype dtype;
  int32_t reserved;
  gatun_tensor y;  // [C]
} gatun_dequantize_params;

GATUN_API gatun_status gatun_dequantize_forward(gatun_stream* stream,
                                                const gatun_dequantize_params* params,
                                                gatun_error* error);

// The format's own rounding of x (Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, F16, BF16), bit for bit as the GGUF
// reference does it.
typedef struct gatun_quantize_params {
  int64_t struct_size;
  gatun_tensor x;  // [C], a multiple of the block
  void* y;         // blocks of dtype
  int64_t y_byte_length;
  gatun_dtype dtype;
  int32_t reserved;
} gatun_quantize_params;

GATUN_API gatun_status gatun_quantize_forward(gatun_stream* stream,
                                              const gatun_quantize_params* params,
                                              gatun_error* error);

#endif

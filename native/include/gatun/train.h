// SPDX-License-Identifier: Apache-2.0
// Operations of training: gradients, losses, dropout and the optimiser.
//
// Conventions of ops.h. Besides:
//   - A gradient is named after what it belongs to: dx is the derivative of the scalar loss by x.
//   - Gradients of parameters (dweight, dbias, dtable ...) are f32 and always added to, in buffers
//     that the caller zeroes. Gradients of activations are written, or added to where the bit of
//     that output is set in `accumulate`.
//   - Every sum has an order that depends on the sizes alone: the same bits for any thread count.
//   - "Panel order" [ceil(O / 16)][K][16] is how a trainable weight [O, K] lies in memory
//     (weight.h), and so are its gradient and the optimiser's moments: element (o, k) is at
//     (o / 16 * K + k) * 16 + o % 16, elements of missing rows are zero.
//     gatun_weight_layout_forward converts.
#ifndef GATUN_TRAIN_H
#define GATUN_TRAIN_H

#include <stdint.h>

#include "gatun/export.h"
#include "gatun/ops.h"
#include "gatun/status.h"
#include "gatun/stream.h"
#include "gatun/tensor.h"
#include "gatun/weight.h"

// ---- linear -------------------------------------------------------------------------------------

// Backward of up to three products y_i = scale x W_i^T + bias_i that share x:
//   dx (+)= sum_i scale dy_i W_i;  dweight_i += scale dy_i^T x;  dbias_i += column sums of dy_i
// Every output is optional. Weights may have any format; one that is trainable in FAST arithmetic
// is read in its bf16 form, as forward does. Where every weight is given and in bf16, tile
// registers take all operands in bf16.
typedef struct gatun_linear_backward_params {
  int64_t struct_size;
  // inputs
  gatun_tensor x;     // [N, K], needed for dweight
  gatun_tensor rows;  // optional [R] i32, as in forward: dy has R rows and belongs to rows[r] of x
                      // and dx, -1 to none. dx is then always added to (accumulate = 1 is needed).
  const gatun_weight* weight[GATUN_LINEAR_MAX_OUTPUTS];  // [O_i, K], needed for dx
  gatun_tensor dy[GATUN_LINEAR_MAX_OUTPUTS];             // [N, O_i] or [R, O_i], row stride free
  // outputs
  gatun_tensor dx;                                 // optional [N, K]
  gatun_tensor dweight[GATUN_LINEAR_MAX_OUTPUTS];  // optional [ceil(O_i / 16) K 16], panel order
  gatun_tensor dbias[GATUN_LINEAR_MAX_OUTPUTS];    // optional [O_i]
  // attributes
  int32_t outputs;     // 1 to 3; 0 means 1
  int32_t accumulate;  // 1: dx is added to
  float scale;         // 0 means 1
  int32_t reserved;
} gatun_linear_backward_params;

GATUN_API gatun_status gatun_linear_backward(gatun_stream* stream,
                                             const gatun_linear_backward_params* params,
                                             gatun_error* error);

// ---- activations and dropout --------------------------------------------------------------------

// y = f(x), or f(x) * up. y may be x or up.
typedef struct gatun_activation_params {
  int64_t struct_size;
  gatun_tensor x;   // [N, F]
  gatun_tensor up;  // optional [N, F]
  gatun_tensor y;   // [N, F]
  int32_t activation;
  int32_t reserved;
} gatun_activation_params;

GATUN_API gatun_status gatun_activation_forward(gatun_stream* stream,
                                                const gatun_activation_params* params,
                                                gatun_error* error);

#define GATUN_ACTIVATION_ACCUMULATE_DX 1
#define GATUN_ACTIVATION_ACCUMULATE_DUP 2

// dx = dy [* up] * f'(x), dup = dy * f(x). dx and dup may each be x, up or dy.
typedef struct gatun_activation_backward_params {
  int64_t struct_size;
  gatun_tensor x;    // [N, F], before the activation
  gatun_tensor up;   // optional [N, F]
  gatun_tensor dy;   // [N, F]
  gatun_tensor dx;   // [N, F]
  gatun_tensor dup;  // optional [N, F], with up
  int32_t activation;
  int32_t accumulate;  // GATUN_ACTIVATION_ACCUMULATE_*
} gatun_activation_backward_params;

GATUN_API gatun_status gatun_activation_backward(gatun_stream* stream,
                                                 const gatun_activation_backward_params* params,
                                                 gatun_error* error);

// y = x / (1 - p) where kept, else 0 [+ residual]. Element i = n E + e is kept where word i % 4 of
// Philox4x32-10(key = seed, counter = (i / 4, sequence)), both split into low and high half, is at
// least floor(p 2^32). Its own backward: the same call on dy.
typedef struct gatun_dropout_params {
  int64_t struct_size;
  gatun_tensor x;         // [N, E]
  gatun_tensor residual;  // optional [N, E]
  gatun_tensor y;         // [N, E], may be x or residual
  int64_t seed;
  int64_t sequence;    // a number per use: step and place
  float probability;   // 0 <= p < 1
  int32_t accumulate;  // 1: y is added to
} gatun_dropout_params;

GATUN_API gatun_status gatun_dropout_forward(gatun_stream* stream,
                                             const gatun_dropout_params* params,
                                             gatun_error* error);

// ---- attention ----------------------------------------------------------------------------------

#define GATUN_ATTENTION_ACCUMULATE_DQ 1
#define GATUN_ATTENTION_ACCUMULATE_DK 2
#define GATUN_ATTENTION_ACCUMULATE_DV 4

// Backward of attention over k and v (no cache, no kv_sequence), from what forward wrote as y and
// log_sum_exp. Scores are computed anew: no [T, S] matrix exists. Every output is optional; rows
// behind the last sequence get zeros.
typedef struct gatun_attention_backward_params {
  int64_t struct_size;
  // inputs: those of forward
  gatun_tensor q;             // [N, H, D], row stride free, like all of rank 3
  gatun_tensor k;             // [M, G, D]
  gatun_tensor v;             // [M, G, D]
  gatun_tensor y;             // [N, H, D]
  gatun_tensor dy;            // [N, H, D]
  gatun_tensor log_sum_exp;   // [N, H]
  gatun_tensor cu_seqlens_q;  // [B + 1] i32
  gatun_tensor cu_seqlens_k;  // [B + 1] i32
  gatun_tensor bias_table;    // optional [buckets, H]
  // outputs
  gatun_tensor dq;           // optional [N, H, D]
  gatun_tensor dk;           // optional [M, G, D]
  gatun_tensor dv;           // optional [M, G, D]
  gatun_tensor dbias_table;  // optional [buckets, H], added to
  // attributes: those of forward
  float scale;    // 0 means 1 / sqrt(D)
  float softcap;  // 0 means none
  int32_t causal;
  int32_t window;  // 0 means none
  int32_t bias_bidirectional;
  int32_t bias_max_distance;
  float dropout;
  int32_t accumulate;  // GATUN_ATTENTION_ACCUMULATE_*
  int64_t dropout_seed;
  int64_t dropout_sequence;
  int32_t arithmetic;
  int32_t reserved;
} gatun_attention_backward_params;

GATUN_API gatun_status gatun_attention_backward(gatun_stream* stream,
                                                const gatun_attention_backward_params* params,
                                                gatun_error* error);

// ---- normalisation ------------------------------------------------------------------------------

// Backward of layer_norm. x is what was normalised (with a residual: the sum). dx may be x or dy.
typedef struct gatun_layer_norm_backward_params {
  int64_t struct_size;
  gatun_tensor x;        // [N, E]
  gatun_tensor weight;   // [E]
  gatun_tensor dy;       // [N, E]
  gatun_tensor dx;       // optional [N, E]
  gatun_tensor dweight;  // optional [E], added to
  gatun_tensor dbias;    // optional [E], added to
  float eps;
  int32_t accumulate;  // 1: dx is added to
} gatun_layer_norm_backward_params;

GATUN_API gatun_status gatun_layer_norm_backward(gatun_stream* stream,
                                                 const gatun_layer_norm_backward_params* params,
                                                 gatun_error* error);

// Backward of rms_norm. x is what was normalised (with a residual: the sum). dx may be x or dy.
typedef struct gatun_rms_norm_backward_params {
  int64_t struct_size;
  gatun_tensor x;        // [N, E]
  gatun_tensor weight;   // [E]
  gatun_tensor dy;       // [N, E]
  gatun_tensor dx;       // optional [N, E]
  gatun_tensor dweight;  // optional [E], added to
  float eps;
  float weight_offset;
  int32_t accumulate;  // 1: dx is added to
  int32_t reserved;
} gatun_rms_norm_backward_params;

GATUN_API gatun_status gatun_rms_norm_backward(gatun_stream* stream,
                                               const gatun_rms_norm_backward_params* params,
                                               gatun_error* error);

// ---- embedding, rows, pooling -------------------------------------------------------------------

// dtable[ids[n]] += scale dy[n], dposition_table[positions[n]] += dy[n], dtype_table[types[n]] +=
// dy[n], n ascending. Every table is optional and needs its indices; -1 is skipped, any other index
// outside its table is INVALID_ARGUMENT. A norm that forward fused is a step of its own here.
typedef struct gatun_embedding_backward_params {
  int64_t struct_size;
  gatun_tensor ids;              // [N] i32
  gatun_tensor positions;        // [N] i32
  gatun_tensor types;            // [N] i32
  gatun_tensor dy;               // [N, E]
  gatun_tensor dtable;           // [ceil(V / 16) E 16], panel order, added to
  gatun_tensor dposition_table;  // the same with position_rows
  gatun_tensor dtype_table;      // the same with type_rows
  int64_t table_rows;            // V
  int64_t position_rows;
  int64_t type_rows;
  float scale;  // of dtable; 0 means 1
  int32_t reserved;
} gatun_embedding_backward_params;

GATUN_API gatun_status gatun_embedding_backward(gatun_stream* stream,
                                                const gatun_embedding_backward_params* params,
                                                gatun_error* error);

// dx[rows[r]] += dy[r], r ascending; -1 is skipped.
typedef struct gatun_gather_rows_backward_params {
  int64_t struct_size;
  gatun_tensor rows;  // [R] i32
  gatun_tensor dy;    // [R, E]
  gatun_tensor dx;    // [N, E], added to
} gatun_gather_rows_backward_params;

GATUN_API gatun_status gatun_gather_rows_backward(gatun_stream* stream,
                                                  const gatun_gather_rows_backward_params* params,
                                                  gatun_error* error);

// Backward of pooling. The maximum belongs to the first token that has it.
typedef struct gatun_pooling_backward_params {
  int64_t struct_size;
  gatun_tensor x;           // [N, E], needed for the maximum and with normalize
  gatun_tensor cu_seqlens;  // [B + 1] i32
  gatun_tensor dy;          // [B, E]
  gatun_tensor dx;          // [N, E]
  int32_t mode;             // GATUN_POOLING_*
  int32_t normalize;
  int32_t accumulate;  // 1: dx is added to
  int32_t reserved;
} gatun_pooling_backward_params;

GATUN_API gatun_status gatun_pooling_backward(gatun_stream* stream,
                                              const gatun_pooling_backward_params* params,
                                              gatun_error* error);

// ---- losses -------------------------------------------------------------------------------------

#define GATUN_LABEL_IGNORED -100

// Per row, with s = label_smoothing and z = z_loss:
//   loss = (1 - s) (lse - x[label]) + s (lse - mean(x)) + z lse^2,  lse = log sum exp(x)
//   dx = scale ((1 + 2 z lse) softmax(x) - (1 - s) onehot(label) - s / V)
// Label -100: loss 0, gradient 0. Any other label outside [0, V) is INVALID_ARGUMENT.
//
// With cu_seqlens the classes are the tokens of a sequence: x is [N, C], and labels [B, C] hold for
// each column a token counted from the sequence's first. A label outside the sequence is ignored.
typedef struct gatun_cross_entropy_params {
  int64_t struct_size;
  gatun_tensor x;            // [N, V], row stride free
  gatun_tensor labels;       // [N] i32; with cu_seqlens [B, C]
  gatun_tensor cu_seqlens;   // optional [B + 1] i32
  gatun_tensor loss;         // as labels
  gatun_tensor log_sum_exp;  // optional, as labels
  gatun_tensor dx;           // optional, as x; may be x
  gatun_tensor correct;      // optional i32, as labels: 1 where the first largest x is the label's
  float label_smoothing;     // 0 <= s < 1
  float z_loss;
  float scale;  // 0 means 1
  int32_t reserved;
} gatun_cross_entropy_params;

GATUN_API gatun_status gatun_cross_entropy_forward(gatun_stream* stream,
                                                   const gatun_cross_entropy_params* params,
                                                   gatun_error* error);

#define GATUN_LOSS_MSE 0  // (x - t)^2
#define GATUN_LOSS_BCE 1  // log(1 + e^x) - x t: cross-entropy of sigmoid(x)

// loss = kind(x, target), dx = scale times its derivative.
typedef struct gatun_elementwise_loss_params {
  int64_t struct_size;
  gatun_tensor x;       // [N, C]
  gatun_tensor target;  // [N, C]
  gatun_tensor loss;    // [N, C]
  gatun_tensor dx;      // optional [N, C], may be x
  int32_t kind;         // GATUN_LOSS_*
  float scale;          // 0 means 1
} gatun_elementwise_loss_params;

GATUN_API gatun_status gatun_elementwise_loss_forward(gatun_stream* stream,
                                                      const gatun_elementwise_loss_params* params,
                                                      gatun_error* error);

// ---- vectors ------------------------------------------------------------------------------------

// y = alpha x + beta y. With beta = 0, y is not read.
typedef struct gatun_axpby_params {
  int64_t struct_size;
  gatun_tensor x;  // [C]
  gatun_tensor y;  // [C], may be x
  float alpha;
  float beta;
} gatun_axpby_params;

GATUN_API gatun_status gatun_axpby_forward(gatun_stream* stream,
                                           const gatun_axpby_params* params,
                                           gatun_error* error);

// y[0] (+)= sum of x, or of its squares, in double.
typedef struct gatun_sum_params {
  int64_t struct_size;
  gatun_tensor x;      // [C]
  gatun_tensor y;      // [1] f64
  int32_t squares;     // 1: of x^2
  int32_t accumulate;  // 1: y is added to
} gatun_sum_params;

GATUN_API gatun_status gatun_sum_forward(gatun_stream* stream,
                                         const gatun_sum_params* params,
                                         gatun_error* error);

// ---- optimiser and weights ----------------------------------------------------------------------

// One step of AdamW over four vectors, in one pass and in f32:
//   g = gradient_scale gradient;  m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2
//   p -= learning_rate weight_decay p
//   p -= learning_rate / (1 - beta1^step) m / (sqrt(v) / sqrt(1 - beta2^step) + eps)
typedef struct gatun_adamw_params {
  int64_t struct_size;
  gatun_tensor parameter;  // [C]
  gatun_tensor gradient;   // [C]; set to zero where zero_gradient is 1
  gatun_tensor m;          // [C]
  gatun_tensor v;          // [C]
  double learning_rate;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  double gradient_scale;  // 0 means 1
  int64_t step;           // from 1
  int32_t zero_gradient;
  int32_t reserved;
} gatun_adamw_params;

GATUN_API gatun_status gatun_adamw_step(gatun_stream* stream,
                                        const gatun_adamw_params* params,
                                        gatun_error* error);

// Makes what products read from the master values of a trainable weight that have changed: rounds
// the bf16 panels anew in FAST arithmetic, nothing in F32. No other stream may use the weight.
typedef struct gatun_weight_refresh_params {
  int64_t struct_size;
  gatun_weight* weight;  // created with GATUN_WEIGHT_TRAINABLE
} gatun_weight_refresh_params;

GATUN_API gatun_status gatun_weight_refresh_forward(gatun_stream* stream,
                                                    const gatun_weight_refresh_params* params,
                                                    gatun_error* error);

// Copies between panel order and rows. From rows, elements of missing rows become zero.
typedef struct gatun_weight_layout_params {
  int64_t struct_size;
  gatun_tensor panels;  // [ceil(O / 16) K 16]
  gatun_tensor rows;    // [O, K], row stride free
  int32_t to_rows;      // 1: panels -> rows; 0: rows -> panels
  int32_t reserved;
} gatun_weight_layout_params;

GATUN_API gatun_status gatun_weight_layout_forward(gatun_stream* stream,
                                                   const gatun_weight_layout_params* params,
                                                   gatun_error* error);

#endif

// SPDX-License-Identifier: Apache-2.0
// Weights: logical matrices [out, in] in a storage format, packed once for the kernels of a device.
#ifndef GATUN_WEIGHT_H
#define GATUN_WEIGHT_H

#include <stdint.h>

#include "gatun/device.h"
#include "gatun/export.h"
#include "gatun/status.h"
#include "gatun/tensor.h"

// Immutable after creation, so any number of streams may read one. Only a trainable weight changes:
// through its master values and gatun_weight_refresh_forward (train.h), while no other stream uses
// it.
typedef struct gatun_weight gatun_weight;

// Arithmetic of products with a weight, fixed when it is created.
// F32:  activations stay f32, stored values are widened to f32 on the way, every output is one
//       chain of fused multiply-adds over k in ascending order (same bits for any batch, chunk and
//       thread count).
// FAST: block formats multiply with activations quantised to 8 bits per 32 values (same bits for
//       any batch on VNNI tiers). f32, f16 and bf16 weights whose rows are whole blocks of 32 are
//       held as Q8_0 below the AMX tier; on it, and where rows are no whole blocks, in bf16 (f16
//       weights in f16 or bf16) and multiply with bf16 or f32 activations, whichever is faster on
//       this CPU. gatun_weight_info.implementation says which.
// A GPU keeps the bits of f32, f16 and bf16. In F32 its sums are the parts of 32 lanes in a fixed
// order, the same for any batch; in FAST many tokens take tensor cores, by cuBLASLt where it is
// installed, and few do not.
#define GATUN_ARITHMETIC_F32 0
#define GATUN_ARITHMETIC_FAST 1

// FAST with the same bits for any batch and chunking, where the default would choose by batch (AMX,
// GPUs).
#define GATUN_WEIGHT_BATCH_INVARIANT 1

// FAST keeps at least 16 bits per value of f32, f16 and bf16 weights: for tables and for products
// whose errors a model amplifies.
#define GATUN_WEIGHT_SIXTEEN_BITS 2

// An f32, f16 or bf16 weight whose values a training step changes. They are kept in f32, as the
// master: panels of 16 rows [ceil(rows / 16)][columns][16], missing rows zero ("panel order").
// Products in F32 arithmetic read the master itself; in FAST they read bf16 panels that
// gatun_weight_refresh_forward derives from it. gatun_weight_read gives the master's values.
#define GATUN_WEIGHT_TRAINABLE 4

typedef struct gatun_weight_params {
  int64_t struct_size;
  // source: `rows` rows of `columns` values in `dtype`, rows contiguous; copied, not kept
  const void* data;
  int64_t byte_length;
  gatun_dtype dtype;
  int32_t arithmetic;
  int64_t rows;     // outputs
  int64_t columns;  // inputs; a multiple of the format's block
  int32_t flags;
  int32_t reserved;
  // out: owned by the caller
  gatun_weight* weight;
} gatun_weight_params;

typedef struct gatun_weight_info {
  int64_t struct_size;
  int64_t rows;
  int64_t columns;
  gatun_dtype dtype;
  int32_t arithmetic;
  int64_t packed_bytes;
  char implementation[64];  // the packed form and the kernel chosen, for reports
  // of a trainable weight, else NULL and 0; lives as long as the weight, 64-byte aligned
  float* master;
  int64_t master_count;  // floats
} gatun_weight_info;

// Widened rows [first_row, first_row + row_count) of a weight, for inspection, saving and tests.
typedef struct gatun_weight_rows {
  int64_t struct_size;
  int64_t first_row;
  int64_t row_count;
  float* values;        // [row_count, columns]
  int64_t byte_length;  // of values
} gatun_weight_rows;

GATUN_API gatun_status gatun_weight_create(gatun_device* device,
                                           gatun_weight_params* params,
                                           gatun_error* error);
GATUN_API gatun_status gatun_weight_query(const gatun_weight* weight,
                                          gatun_weight_info* info,
                                          gatun_error* error);
GATUN_API gatun_status gatun_weight_read(const gatun_weight* weight,
                                         const gatun_weight_rows* rows,
                                         gatun_error* error);
// NULL is harmless. No stream may be using the weight.
GATUN_API gatun_status gatun_weight_destroy(gatun_weight* weight,
                                            void* reserved,
                                            gatun_error* error);

#endif

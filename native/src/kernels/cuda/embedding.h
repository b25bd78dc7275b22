// SPDX-License-Identifier: Apache-2.0
// y = scale table[ids] + position_table[positions] + type_table[types], then LayerNorm where
// norm_weight is given. An id of -1 stands for a row of zeros; one outside its table is reported
// and read as -1.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/quantised_weight.h"

namespace gatun::cuda {

// Rows of f32, f16 or bf16, or panels of f32 [ceil(V / 16)][E][16], or the planes of a block
// format.
struct Table {
  gatun_dtype dtype;
  const void* data;        // [V, E] of a plain format
  QuantisedWeight blocks;  // of a block format
  int32_t rows;            // V
  int32_t panels;          // 1: data is in panel order
  int64_t stride;          // of rows in elements; 0: E
};

struct EmbeddingArgs {
  struct Lookup {
    const int32_t* ids;  // [N], null: no such term
    Table table;
    int32_t offset;  // row of id 0
  };
  Lookup lookups[3];         // token, position, type
  const float* norm_weight;  // optional [E]
  const float* norm_bias;    // optional [E]
  float* y;                  // [N, E]
  int64_t y_stride;
  int32_t tokens;   // N
  int32_t columns;  // E
  float scale;      // of the first lookup
  float eps;
  DeviceFault* fault;
};

Status embedding(const EmbeddingArgs& args, Stream stream);

}  // namespace gatun::cuda

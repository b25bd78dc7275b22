// SPDX-License-Identifier: Apache-2.0
// Rows of a quantised weight as plain values: the same as `dequantize` gives for the file's blocks,
// or these rounded to 16 bits. For what multiplies plain weights alone: exact arithmetic, and the
// gradients that go through a frozen weight.
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/quantised_weight.h"

namespace gatun::cuda {

struct UnpackWeightArgs {
  QuantisedWeight weight;  // [O, K]
  int32_t first_row;
  int32_t row_count;   // R, first_row + R <= O
  gatun_dtype dtype;   // of out: GATUN_DTYPE_F32, F16, BF16
  void* out;           // [R, out_stride], 16-byte aligned: a DenseWeight of R rows
  int64_t out_stride;  // at least K, a multiple of 8; K is one of 32, so that nothing lies between
};

Status unpack_weight(const UnpackWeightArgs& args, Stream stream);

}  // namespace gatun::cuda

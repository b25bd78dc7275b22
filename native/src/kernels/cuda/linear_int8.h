// SPDX-License-Identifier: Apache-2.0
// y as in linear_dense.h, with weights of 8 bits and a scale per row, and rows of x with a scale of
// their own: y[n, o] = sx[n] sw[o] sum_k qx[n, k] qw[o, k]. The sums are exact integers for K up to
// 133,000, so that both functions give the same bits, whatever the batch.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

inline constexpr int32_t kMaxInt8Columns = 133000;

// Rows start at multiples of 16 bytes and are zero between their last column and the next multiple
// of 16.
struct Int8Matrix {
  const int8_t* codes;  // [rows, stride]
  const float* scales;  // [rows]: max |value| / 127
  int64_t stride;
  int32_t rows, columns;
};

struct Int8LinearArgs {
  Int8Matrix x;           // [N, K]
  Int8Matrix weight;      // [O, K]
  Int8Matrix up;          // of a gated pair
  const float* bias;      // optional [O]
  const float* up_bias;   // optional [O]
  const float* residual;  // optional [N, O], may be y
  float* y;               // [N, O]
  int64_t y_stride, residual_stride;
  int32_t gated;
  int32_t activation;  // GATUN_ACTIVATION_*
  float scale;
  float softcap;  // 0: none
  int32_t tile;   // rows of C in a block, 64 or 128; 0: as the sizes suggest
};

// For few tokens, at the speed of memory.
Status int8_vector(const Int8LinearArgs& args, Stream stream);
// For many, on int8 tensor cores (sm_80 on).
Status int8_tile(const Int8LinearArgs& args, Stream stream);

// Rows of x or of a weight: codes round_half_even(x / scale), zeros up to the stride. A row with a
// number that is not finite gets a scale of NaN, and so only such products.
struct Int8RowsArgs {
  const float* x;  // [X, K]
  int64_t x_stride;
  const int32_t* rows;  // optional [N] of [-1, X): -1 gives zeros
  int32_t x_rows;       // X
  int32_t tokens;       // N
  int32_t columns;      // K
  int8_t* codes;        // [N, code_stride], 16-byte aligned
  float* scales;        // [N]
  int64_t code_stride;  // a multiple of 16, at least K
  DeviceFault* fault;
};

Status int8_rows(const Int8RowsArgs& args, Stream stream);

}  // namespace gatun::cuda

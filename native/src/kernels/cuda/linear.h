// SPDX-License-Identifier: Apache-2.0
// y = softcap(activation(scale (x W^T) + bias) [+ residual]); or, gated,
// y = activation(scale (x W^T) + bias) (x U^T + up_bias) [+ residual], soft-capped. Weights are
// quantised blocks, x is quantised to 8 bits per 32 values, products of whole blocks are exact
// integers and their sums f32.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/quantised_weight.h"

namespace gatun::cuda {

// Rows of x as the products read them. K is a multiple of 32.
struct Int8Rows {
  int8_t* codes;  // [N, K]: round_half_even(x / scale)
  float* scales;  // [N, K / 32]: max |x| / 127
  float* sums;    // [N, K / 16]: scale * the codes' sum
};

struct QuantiseRowsArgs {
  const float* x;  // [X, K]
  int64_t x_stride;
  const int32_t* rows;  // optional [N] of [-1, X): -1 gives zeros
  int32_t tokens;       // N
  int32_t columns;      // K
  Int8Rows out;
};

struct QuantisedLinearArgs {
  Int8Rows x;              // [N, K]
  QuantisedWeight weight;  // [O, K]
  QuantisedWeight up;      // of a gated pair
  const float* bias;       // optional [O]
  const float* up_bias;    // optional [O]
  const float* residual;   // optional [N, O]
  float* y;                // [N, O]
  int64_t y_stride, residual_stride;
  int32_t tokens;  // N
  int32_t gated;
  int32_t activation;  // GATUN_ACTIVATION_*
  float scale;
  float softcap;  // 0: none
  int32_t tile;   // rows of y in a block of linear_tile: 64, or 0 for what suits the device
};

Status quantise_rows(const QuantiseRowsArgs& args, Stream stream);

// For few tokens, at the speed of memory: each weight is read once for up to eight of them. The
// bits of a row of y do not depend on the other rows.
Status linear_vector(const QuantisedLinearArgs& args, Stream stream);
// For many, on int8 tensor cores (sm_80 on). The bits of a row do not depend on the
// others, but differ from those of linear_vector.
Status linear_tile(const QuantisedLinearArgs& args, Stream stream);
// The same bits on TMA and wgmma: linear_tile as it is on GPUs of capability 9.0 for more than 64
// tokens. kInvalidConfiguration for what linear_tile_sm90_takes() does not take, which is x at a
// multiple of 16 bytes and rows of codes and high bits that are whole pieces of 16.
bool linear_tile_sm90_takes(const QuantisedLinearArgs& args);
Status linear_tile_sm90(const QuantisedLinearArgs& args, Stream stream);

}  // namespace gatun::cuda

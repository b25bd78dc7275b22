// SPDX-License-Identifier: Apache-2.0
// Products with weights that are plain matrices:
//   y = softcap(activation(scale (x W^T) + bias) [+ residual]); or, gated,
//   y = softcap(activation(scale (x W^T) + bias) (x U^T + up_bias) [+ residual])
//
//                    weights              x                 sums of a row of y
//   dense_vector     f32, f16, bf16 rows  f32               lanes' parts, added in a fixed order
//   dense_f32        f32 rows or panels   f32               one chain of fmaf, ascending k: the
//   bits
//                                                           of the CPU's F32 arithmetic
//   dense_half       f16, bf16 rows       rounded likewise  f32, tensor cores of sm_80, 16 columns
//                                                           at a time in ascending order
//   dense_half_sm90  f16, bf16 rows       rounded likewise  the same on wgmma of sm_90a
//
// The bits of a row of y depend on the function, the weight and the row of x: not on the other rows
// and not on their number. The functions differ from each other in the last bits.
#pragma once

#include <cstdint>

#include "gatun/ops.h"
#include "gatun/tensor.h"
#include "kernels/cuda/fault.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

// Rows of 16-bit values must start at multiples of 16 bytes and be zero between their last column
// and the next multiple of 8.
struct DenseWeight {
  const void* data;
  int64_t stride;     // of rows, in elements
  int32_t rows;       // O
  int32_t columns;    // K
  gatun_dtype dtype;  // GATUN_DTYPE_F32, F16, BF16
  // 1: f32 in panel order [ceil(O / 16)][K][16], the master of a trainable weight; no stride.
  int32_t panels;
};

struct DenseLinearArgs {
  const float* x;       // [X, K]
  const uint16_t* x16;  // [N, x16_stride] as round_rows writes it, for dense_half alone
  const int32_t* rows;  // optional [N] of [-1, X): -1 is a row of zeros; not for dense_half
  int64_t x_stride, x16_stride;
  int32_t x_rows;         // X
  int32_t tokens;         // N
  DenseWeight weight;     // [O, K]
  DenseWeight up;         // of a gated pair, as weight
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
  DeviceFault* fault;
};

// For few tokens, at the speed of memory: each weight is read once for up to eight of them.
Status dense_vector(const DenseLinearArgs& args, Stream stream);
Status dense_f32(const DenseLinearArgs& args, Stream stream);
Status dense_half(const DenseLinearArgs& args, Stream stream);
// dense_half as it is on GPUs of capability 9.0, on TMA and wgmma, unless `tile` asks for the
// other: kInvalidConfiguration for what dense_half_sm90_takes() does not take, which is 16-bit rows
// at multiples of 16 bytes.
bool dense_half_sm90_takes(const DenseLinearArgs& args);
Status dense_half_sm90(const DenseLinearArgs& args, Stream stream);

// Rows of x rounded to the nearest even value of 16 bits, zeros up to the stride.
struct RoundRowsArgs {
  const float* x;  // [X, K]
  int64_t x_stride;
  const int32_t* rows;  // optional [N] of [-1, X): -1 gives zeros
  int32_t x_rows;       // X
  int32_t tokens;       // N
  int32_t columns;      // K
  int32_t dtype;        // GATUN_DTYPE_BF16, F16
  uint16_t* out;        // [N, out_stride], 16-byte aligned
  int64_t out_stride;   // a multiple of 8, at least K
  DeviceFault* fault;
};

Status round_rows(const RoundRowsArgs& args, Stream stream);

}  // namespace gatun::cuda

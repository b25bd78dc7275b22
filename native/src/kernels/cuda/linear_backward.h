// SPDX-License-Identifier: Apache-2.0
// Backward of y = scale x W^T + bias:
//   dx (+)= scale dy W;  dweight += scale dy^T x;  dbias += column sums of dy
//
// Sums are in f32, over the outputs for dx and over the rows for dweight, in ascending order: one
// chain of fmaf each in linear_backward_f32, 16 at a time on tensor cores in linear_backward_half,
// which multiplies what round_rows made of x and dy in bf16. dbias adds every eighth row, then the
// eight sums. Nothing else decides the bits.
//
// Several products that share x are calls one after another, with `accumulate` for dx from the
// second on. Chosen rows of x are gathered before (gather_rows, round_rows), and their dx is
// scattered after (gather_rows_backward). Weights of other formats are made plain before
// (unpack_weight, dequantize).
#pragma once

#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/linear_dense.h"

namespace gatun::cuda {

struct DenseBackwardArgs {
  const float* x;        // [N, K], for dweight of linear_backward_f32
  const float* dy;       // [N, O], for linear_backward_f32 and dbias
  const uint16_t* x16;   // bf16 [N, K], for dweight of linear_backward_half
  const uint16_t* dy16;  // bf16 [N, O], for dx and dweight of linear_backward_half
  int64_t x_stride, dy_stride, x16_stride, dy16_stride;
  DenseWeight weight;  // [O, K], for dx: f32 rows or panels, or bf16 rows
  float* dx;           // optional [N, K]
  float* dweight;      // optional, panel order [ceil(O / 16)][K][16], 16-byte aligned; added to
  float* dbias;        // optional [O]; added to
  int64_t dx_stride;
  int32_t tokens;      // N
  int32_t outputs;     // O
  int32_t columns;     // K
  int32_t accumulate;  // of dx
  float scale;
  int32_t tile;  // rows of C in a block, 64 or 128; 0: as the sizes suggest
};

Status linear_backward_f32(const DenseBackwardArgs& args, Stream stream);
Status linear_backward_half(const DenseBackwardArgs& args, Stream stream);
// dbias alone; the functions above call it.
Status linear_backward_bias(const DenseBackwardArgs& args, Stream stream);

}  // namespace gatun::cuda

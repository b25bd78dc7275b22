// SPDX-License-Identifier: Apache-2.0
// The part of a linear step that is the same for all tiers, and the steps that a tier brings.
#pragma once

#include <cstdint>

#include "kernels/cpu/activation_int8.h"
#include "kernels/linear.h"

namespace gatun::cpu {

// A finished tile of sums and what becomes of it; pointers stand at the tile's first row and
// output.
struct LinearTile {
  const float* acc = nullptr;  // [rows, count]
  const float* up = nullptr;   // gated: the second weight's sums, same stride
  int64_t acc_stride = 0;
  int64_t rows = 0;
  int64_t count = 0;               // outputs, any number
  const float* bias = nullptr;     // optional [count]
  const float* up_bias = nullptr;  // optional [count]
  const float* residual = nullptr;
  int64_t residual_stride = 0;
  float* y = nullptr;
  int64_t y_stride = 0;
  int32_t activation = 0;
  float scale = 1;
  float softcap = 0;
};

struct LinearSteps {
  // x [columns] rounded to nearest even; out is padded with zeros to a multiple of 32. A NaN stays
  // one.
  void (*round_to_bf16)(const float* x, int64_t columns, uint16_t* out);
  PrepareInt8Function prepare_int8;
  void (*finish)(const LinearTile& tile);
};

void run_linear(const LinearArgs& args, const Team& team, const LinearSteps& steps);

}  // namespace gatun::cpu

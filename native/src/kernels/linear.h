// SPDX-License-Identifier: Apache-2.0
// y_i = activation(scale (x W_i^T) + bias_i) [+ residual], soft-capped, for up to three weights
// that share x; or, gated, y = activation(x W_0^T + bias_0) * (x W_1^T + bias_1).
//
// Accumulation as the weight's format says (cpu/matmul_format.h); everything after it in f32
// (reference: in double). y may be the residual, and overlaps nothing else. Work is split over rows
// or over outputs, never over k.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/ops.h"
#include "kernels/cpu/packed_weight.h"
#include "runtime/device.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct LinearOutput {
  const cpu::PackedWeight* weight = nullptr;  // [O, K]
  const float* bias = nullptr;                // optional [O]
  float* y = nullptr;                         // [N, O]; null for the second weight of a gated pair
  int64_t y_stride = 0;
};

struct LinearArgs {
  // inputs
  const float* x = nullptr;  // [X, K]
  int64_t x_stride = 0;
  int64_t x_rows = 0;  // X
  const int32_t* rows =
      nullptr;            // optional [N]: rows of x to multiply, -1 stands for a row of zeros
  int64_t row_count = 0;  // N
  int64_t columns = 0;    // K
  // weights and outputs
  LinearOutput output[GATUN_LINEAR_MAX_OUTPUTS];
  int32_t outputs = 1;
  bool gated = false;  // outputs 0 and 1 are gate and up
  // attributes
  int32_t activation = GATUN_ACTIVATION_NONE;
  float scale = 1;
  float softcap = 0;                // 0: none
  const float* residual = nullptr;  // optional [N, O]
  int64_t residual_stride = 0;
  // runtime
  std::byte* scratch = nullptr;  // linear_scratch_bytes, 64-byte aligned
  Fault* fault = nullptr;
  Device* device = nullptr;  // counts the passes over weights
};

namespace reference {
int64_t linear_scratch_bytes(const LinearArgs& args, int members);
void linear(const LinearArgs& args, const Team& team);
}  // namespace reference

namespace cpu {
int64_t linear_scratch_bytes(const LinearArgs& args, int members);
namespace avx2 {
void linear(const LinearArgs& args, const Team& team);
}
namespace avx512 {
void linear(const LinearArgs& args, const Team& team);
}
}  // namespace cpu

}  // namespace gatun

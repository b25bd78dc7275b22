// SPDX-License-Identifier: Apache-2.0
// Backward of up to three products y_i = scale x W_i^T + bias_i that share x:
//   dx (+)= sum_i scale dy_i W_i;  dweight_i += scale dy_i^T x;  dbias_i += column sums of dy_i
//
// Outputs are split over the team, sums never: each element of dx is one sum over the outputs o of
// all weights in ascending order, each of dweight and dbias one over the rows n.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/ops.h"
#include "kernels/cpu/packed_weight.h"
#include "runtime/device.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct LinearBackwardArgs {
  struct Product {
    const cpu::PackedWeight* weight = nullptr;  // [O, K], with dx
    const float* dy = nullptr;                  // [N, O]
    int64_t dy_stride = 0;
    int64_t outputs = 0;       // O
    float* dweight = nullptr;  // optional [ceil(O / 16)][K][16]
    float* dbias = nullptr;    // optional [O]
  };
  const float* x = nullptr;  // [X, K], with dweight
  int64_t x_stride = 0;
  int64_t x_rows = 0;             // X, also of dx
  const int32_t* rows = nullptr;  // optional [N] in [0, X), or -1
  int64_t row_count = 0;          // N
  int64_t columns = 0;            // K
  float* dx = nullptr;            // optional [X, K]
  int64_t dx_stride = 0;
  bool accumulate = false;  // of dx; always with rows
  Product product[GATUN_LINEAR_MAX_OUTPUTS];
  int32_t products = 1;
  float scale = 1;
  // runtime
  std::byte* scratch = nullptr;  // as many bytes as the implementation asks for, 64-byte aligned
  Fault* fault = nullptr;
  Device* device = nullptr;  // counts the passes over weights

  // The row of x and dx behind row n of dy, or -1.
  int64_t row_of(int64_t n) const {
    if (rows == nullptr) return n;
    return rows[n] >= 0 && rows[n] < x_rows ? rows[n] : -1;
  }
};

namespace {

// Reports rows outside x; a member of the team calls it before it works.
inline void check_rows(const LinearBackwardArgs& args) {
  for (int64_t n = 0; args.rows != nullptr && n < args.row_count; ++n) {
    if (args.row_of(n) < 0 && args.rows[n] != -1)
      args.fault->report("linear_backward: rows", n, args.rows[n], args.x_rows,
                         Fault::Range::kIndexOrNone);
  }
}

}  // namespace

namespace reference {
int64_t linear_backward_scratch_bytes(const LinearBackwardArgs& args, int members);
void linear_backward(const LinearBackwardArgs& args, const Team& team);
}  // namespace reference

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Backward of pooling. With p the pooled vector before it was normalised and m = max(|p|, 1e-12):
//   normalize      dp = (dy - y (y . dy)) / m with y = p / m, or dy / m where |p| < 1e-12
//   mean           dx[n] = dp / count      cls, last   dx[n] = dp at that token
//   max            dx[n, e] = dp[e] at the first token that has the largest x[n, e]
// dx of every other token is zero, or stays with accumulate.
//
// Sequences are split over the team.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pooling.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct PoolingBackwardArgs {
  PoolingArgs pooling;  // x optional; y is null
  const float* dy;      // [B, E]
  float* dx;            // [N, E]
  int64_t dy_stride, dx_stride;
  bool accumulate;
  float* scratch;  // [members, E] and more as the implementation asks for, 64-byte aligned
};

namespace reference {
int64_t pooling_backward_scratch_bytes(const PoolingBackwardArgs& args, int members);
void pooling_backward(const PoolingBackwardArgs& args, const Team& team);
}  // namespace reference
namespace cpu {
namespace {

// Two vectors [E] per member.
inline int64_t pooling_backward_scratch_bytes(const PoolingBackwardArgs& args, int members) {
  return members * 2 * args.pooling.columns * 4;
}

}  // namespace
}  // namespace cpu
namespace cpu::avx2 {
void pooling_backward(const PoolingBackwardArgs& args, const Team& team);
}
namespace cpu::avx512 {
void pooling_backward(const PoolingBackwardArgs& args, const Team& team);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Per-head RMS norm of q and k (optional), rotation of both in place, append of k and v to a paged
// cache (optional).
//
//   x = x / sqrt(mean(x^2) + eps) (offset + weight)
//   (a, b) = (a cos - b sin, b cos + a sin), angle of pair i = position inv_freq[row, i], negated
//   where inverse
// cos and sin are computed in double, multiplied by attention_factor and rounded to f32; the
// rotation is two products and one sum per value, fused. Work is split over tokens and heads.
#pragma once

#include <cstdint>

#include "kernels/kv_cache.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct RotaryArgs {
  float* q;                              // [N, H, D], optional
  float* k;                              // [N, G, D], optional
  const float* v;                        // [N, G, D], with a cache
  int64_t q_stride, k_stride, v_stride;  // of rows
  const int32_t* positions;              // [N]
  const float* inv_freq;                 // [C, R/2]; null: no rotation
  int64_t inv_freq_stride;
  const int32_t* frequency_rows;  // [N] in [0, C), optional
  const float* q_norm_weight;     // [D], optional
  const float* k_norm_weight;     // [D], optional
  KvPages cache;                  // data null: no append
  const int32_t* slots;           // [N]
  int64_t tokens;                 // N
  int64_t heads;                  // H
  int64_t kv_heads;               // G
  int64_t head_size;              // D
  int64_t frequency_count;        // C
  int64_t half_rotated;           // R/2
  float attention_factor;
  float norm_eps;
  float norm_weight_offset;
  int32_t interleaved;
  bool inverse;  // sin is negated
  Fault* fault;
};

// True if frequency rows and slots are in range; else the fault is reported by member 0 and nothing
// may be touched.
bool rotary_check(const RotaryArgs& args, const Team& team);

namespace reference {
void rotary(const RotaryArgs& args, const Team& team);
}
namespace cpu::avx2 {
void rotary(const RotaryArgs& args, const Team& team);
}
namespace cpu::avx512 {
void rotary(const RotaryArgs& args, const Team& team);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Per-head RMS norm of q and k (optional), rotation of both in place, append of k and v to the
// paged cache (optional): kernels/rotary.h has the formula.
#pragma once

#include <cstdint>

#include "kernels/cuda/fault.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda {

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
  const int32_t* slots;           // [N], -1: not kept
  int32_t tokens;                 // N
  int32_t heads;                  // H
  int32_t kv_heads;               // G
  int32_t head_size;              // D, up to 256
  int32_t frequency_count;        // C
  int32_t half_rotated;           // R/2
  float attention_factor;
  float norm_eps;
  float norm_weight_offset;
  int32_t interleaved;
  int32_t inverse;  // rotates back
  DeviceFault* fault;
};

// A token whose frequency row or slot is out of range is reported and left as it is.
Status rotary(const RotaryArgs& args, Stream stream);

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Elements and rows of the key/value cache in whatever format its pages have.
#pragma once

#include "kernels/cuda/instructions.h"
#include "kernels/cuda/kv_pages.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {

// Element d of a row.
__device__ __forceinline__ float kv_element(
    const KvPages& p, int64_t page, int head, int part, int token, int d) {
  const std::byte* row = kv_row(p, page, head, part, token);
  if (p.dtype == GATUN_DTYPE_BF16) return bf16_to_float(reinterpret_cast<const uint16_t*>(row)[d]);
  if (p.dtype == GATUN_DTYPE_F16) return half_to_float(reinterpret_cast<const uint16_t*>(row)[d]);
  if (p.dtype == GATUN_DTYPE_F32) return reinterpret_cast<const float*>(row)[d];
  return static_cast<float>(reinterpret_cast<const int8_t*>(row)[d]) *
         half_to_float(kv_scales(p, page, head, part, token)[d / kKvBlock]);
}

struct LargestMagnitude {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

// A warp writes a row [D] in the format of the pages, padding included.
__device__ __forceinline__ void kv_write_row(
    const KvPages& p, int64_t page, int head, int part, int token, const float* x) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize, size = p.head_size;
  const int width = kv_row_width(size, p.dtype);
  std::byte* row = kv_row(p, page, head, part, token);
  const auto at = [&](int d) { return d < size ? x[d] : 0.0f; };
  if (p.dtype == GATUN_DTYPE_F32) {
    for (int d = lane; d < width; d += kWarpSize) reinterpret_cast<float*>(row)[d] = at(d);
  } else if (p.dtype == GATUN_DTYPE_Q8_0) {
    // As GGUF rounds: codes by the exact scale, which is then kept in f16.
    for (int d = lane; d < width; d += kWarpSize) {
      const float value = at(d);
      const float scale = warp_reduce(fabsf(value), LargestMagnitude{}) / 127.0f;
      const float code = scale == 0 ? 0.0f : rintf(value / scale);
      reinterpret_cast<int8_t*>(row)[d] = static_cast<int8_t>(code);
      if (lane == 0) kv_scales(p, page, head, part, token)[d / kKvBlock] = float_to_half(scale);
    }
  } else {
    const bool in_pairs = size % 2 == 0 && reinterpret_cast<uintptr_t>(x) % 8 == 0;
    for (int d = 2 * lane; d < width; d += 2 * kWarpSize) {
      Float2 pair;
      if (in_pairs && d < size) {
        pair = load_vector(reinterpret_cast<const Float2*>(x + d));
      } else {
        pair.v[0] = at(d);
        pair.v[1] = at(d + 1);
      }
      reinterpret_cast<uint32_t*>(row)[d / 2] = p.dtype == GATUN_DTYPE_BF16
                                                    ? pack_bf16(pair.v[0], pair.v[1])
                                                    : pack_f16(pair.v[0], pair.v[1]);
    }
  }
}

}  // namespace gatun::cuda

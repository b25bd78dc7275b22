// SPDX-License-Identifier: Apache-2.0
// Pages of the key/value cache as the CUDA kernels keep them. A page has page_tokens tokens of one
// layer; of each head
//   keys [page_tokens, Dp], values [page_tokens, Dp], and behind them with Q8_0
//   f16 scales of keys [page_tokens, Dp/32], of values [page_tokens, Dp/32]
// Dp is D rounded up so that every row is whole copies of 16 bytes, and whole blocks with Q8_0; the
// padding is zero. page_tokens is a multiple of 16.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/tensor.h"
#include "kernels/cuda/device.h"

namespace gatun::cuda {

struct KvPages {
  std::byte* data;
  int32_t page_count;
  int32_t page_tokens;
  int32_t kv_heads;   // G
  int32_t head_size;  // D
  int32_t dtype;      // GATUN_DTYPE_BF16, F16, F32 or Q8_0
};

inline constexpr int kKvBlock = 32;  // values that share a scale of Q8_0

// Dp.
__host__ __device__ inline int kv_row_width(int head_size, int dtype) {
  const int multiple = dtype == GATUN_DTYPE_Q8_0 ? kKvBlock : dtype == GATUN_DTYPE_F32 ? 4 : 8;
  return (head_size + multiple - 1) / multiple * multiple;
}
__host__ __device__ inline int kv_row_bytes(const KvPages& p) {
  const int element = p.dtype == GATUN_DTYPE_Q8_0 ? 1 : p.dtype == GATUN_DTYPE_F32 ? 4 : 2;
  return kv_row_width(p.head_size, p.dtype) * element;
}
__host__ __device__ inline int kv_row_scales(const KvPages& p) {
  return p.dtype == GATUN_DTYPE_Q8_0 ? kv_row_width(p.head_size, p.dtype) / kKvBlock : 0;
}
__host__ __device__ inline int64_t kv_head_bytes(const KvPages& p) {
  return int64_t{2} * p.page_tokens * (kv_row_bytes(p) + 2 * kv_row_scales(p));
}
__host__ __device__ inline int64_t kv_page_bytes(const KvPages& p) {
  return p.kv_heads * kv_head_bytes(p);
}
// A token's key (part 0) or value (part 1).
__host__ __device__ inline std::byte* kv_row(
    const KvPages& p, int64_t page, int head, int part, int token) {
  return p.data + page * kv_page_bytes(p) + head * kv_head_bytes(p) +
         (int64_t{part} * p.page_tokens + token) * kv_row_bytes(p);
}
// Of Q8_0.
__host__ __device__ inline uint16_t* kv_scales(
    const KvPages& p, int64_t page, int head, int part, int token) {
  std::byte* behind_rows = kv_row(p, page, head, 2, 0);
  return reinterpret_cast<uint16_t*>(behind_rows) +
         (int64_t{part} * p.page_tokens + token) * kv_row_scales(p);
}

}  // namespace gatun::cuda

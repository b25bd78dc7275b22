// SPDX-License-Identifier: Apache-2.0
// Pages of the key/value cache as the CUDA kernels keep them: a page has page_tokens tokens of one
// layer, in bf16, for each head its keys [page_tokens, Dp] and then its values [page_tokens, Dp].
// Dp is D rounded up to 8, so that every row is whole copies of 16 bytes; the padding is zero.
#pragma once

#include <cstdint>

#include "kernels/cuda/device.h"

namespace gatun::cuda {

struct KvPages {
  uint16_t* data;
  int32_t page_count;
  int32_t page_tokens;
  int32_t kv_heads;   // G
  int32_t head_size;  // D
};

__host__ __device__ inline int kv_row_width(int head_size) {
  return (head_size + 7) / 8 * 8;
}
__host__ __device__ inline int64_t kv_page_elements(const KvPages& p) {
  return int64_t{2} * p.kv_heads * p.page_tokens * kv_row_width(p.head_size);
}
// Keys of a head of a page; its values follow page_tokens rows later.
__host__ __device__ inline uint16_t* kv_page_keys(const KvPages& p, int64_t page, int head) {
  return p.data + page * kv_page_elements(p) +
         int64_t{2} * head * p.page_tokens * kv_row_width(p.head_size);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// The layout of a page of the key/value cache, and the kernel that copies pages.
//
// A page holds page_tokens tokens (a multiple of kKeyGroup) of one layer, for G heads one after
// another; a head has its keys, then its values. Both are kept in the order in which attention
// reads them:
//   keys, f32     [page_tokens/16][D][16]        one vector of 16 keys per dimension
//   keys, bf16    [page_tokens/16][Dk/2][16][2]  pairs of dimensions, Dk = D rounded up to 2
//   values, f32   [page_tokens][Dv]              Dv = D rounded up to 16
//   values, bf16  [page_tokens/2][Dv][2]         pairs of keys
// Padding is zero: pages start zeroed and every append writes the padding of its token.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/tensor.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

inline constexpr int kKeyGroup = 16;
inline constexpr int kMaxHeadSize = 256;
inline constexpr int kDefaultPageTokens = 64;
inline constexpr int kMaxPageTokens = 4096;

struct KvPages {
  std::byte* data;
  int64_t page_bytes;
  int64_t head_bytes;    // keys and values of one head of a page
  int64_t value_offset;  // of the values inside a head, in bytes
  int32_t page_count;
  int32_t page_tokens;
  int32_t kv_heads;   // G
  int32_t head_size;  // D
  gatun_dtype dtype;  // F32, BF16
};

struct KvCopyArgs {
  KvPages pages;
  const int32_t* source;       // [C]
  const int32_t* destination;  // [C]
  int64_t count;
  Fault* fault;
};

namespace {  // own copy per instruction set

inline int64_t kv_key_width(const KvPages& p) {
  return p.dtype == GATUN_DTYPE_F32 ? p.head_size : (p.head_size + 1) / 2 * 2;
}
inline int64_t kv_value_width(int64_t head_size) {
  return (head_size + 15) / 16 * 16;
}

// Fills in the derived sizes.
inline KvPages kv_pages(void* data,
                        int32_t page_count,
                        int32_t page_tokens,
                        int32_t kv_heads,
                        int32_t head_size,
                        gatun_dtype dtype) {
  KvPages p{
      static_cast<std::byte*>(data), 0, 0, 0, page_count, page_tokens, kv_heads, head_size, dtype};
  const int64_t element = dtype == GATUN_DTYPE_F32 ? 4 : 2;
  p.value_offset = page_tokens * kv_key_width(p) * element;
  p.head_bytes = p.value_offset + page_tokens * kv_value_width(head_size) * element;
  p.page_bytes = p.head_bytes * kv_heads;
  return p;
}

inline std::byte* kv_head(const KvPages& p, int64_t page, int64_t head) {
  return p.data + page * p.page_bytes + head * p.head_bytes;
}

// Round to nearest even; a NaN stays one.
inline uint16_t kv_to_bf16(float value) {
  const uint32_t bits = __builtin_bit_cast(uint32_t, value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}
inline float kv_from_bf16(uint16_t value) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(value) << 16);
}

// Key and value element d of token `offset` of a head.
inline float kv_key(const KvPages& p, const std::byte* head, int64_t offset, int64_t d) {
  const int64_t group = offset / kKeyGroup, lane = offset % kKeyGroup, width = kv_key_width(p);
  if (p.dtype == GATUN_DTYPE_F32) {
    return reinterpret_cast<const float*>(head)[(group * width + d) * kKeyGroup + lane];
  }
  const auto* keys = reinterpret_cast<const uint16_t*>(head);
  return kv_from_bf16(keys[(group * width / 2 + d / 2) * 2 * kKeyGroup + lane * 2 + d % 2]);
}
inline float kv_value(const KvPages& p, const std::byte* head, int64_t offset, int64_t d) {
  const int64_t width = kv_value_width(p.head_size);
  const std::byte* values = head + p.value_offset;
  if (p.dtype == GATUN_DTYPE_F32) return reinterpret_cast<const float*>(values)[offset * width + d];
  return kv_from_bf16(
      reinterpret_cast<const uint16_t*>(values)[(offset / 2 * width + d) * 2 + offset % 2]);
}

// Writes one token of one head, padding included.
inline void kv_append(
    const KvPages& p, int64_t slot, int64_t head, const float* k, const float* v) {  // [D], [D]
  std::byte* base = kv_head(p, slot / p.page_tokens, head);
  const int64_t offset = slot % p.page_tokens, group = offset / kKeyGroup,
                lane = offset % kKeyGroup;
  const int64_t size = p.head_size, key_width = kv_key_width(p), value_width = kv_value_width(size);
  if (p.dtype == GATUN_DTYPE_F32) {
    auto* keys = reinterpret_cast<float*>(base) + group * key_width * kKeyGroup + lane;
    auto* values = reinterpret_cast<float*>(base + p.value_offset) + offset * value_width;
    for (int64_t d = 0; d < size; ++d) keys[d * kKeyGroup] = k[d];
    for (int64_t d = 0; d < size; ++d) values[d] = v[d];
    for (int64_t d = size; d < value_width; ++d) values[d] = 0.0f;
    return;
  }
  auto* keys = reinterpret_cast<uint16_t*>(base) + group * key_width * kKeyGroup + lane * 2;
  auto* values = reinterpret_cast<uint16_t*>(base + p.value_offset) + offset / 2 * value_width * 2 +
                 offset % 2;
  for (int64_t d = 0; d < key_width; ++d) {
    keys[d / 2 * 2 * kKeyGroup + d % 2] = d < size ? kv_to_bf16(k[d]) : uint16_t{0};
  }
  for (int64_t d = 0; d < size; ++d) values[d * 2] = kv_to_bf16(v[d]);
  for (int64_t d = size; d < value_width; ++d) values[d * 2] = 0;
}

}  // namespace

namespace reference {
void kv_copy(const KvCopyArgs& args, const Team& team);
}  // namespace reference

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Products of attention in f32: every score is one chain of fused multiply-adds over the dimensions, every output one
// chain over the keys of a block. Chains do not depend on how many rows share a tile.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "kernels/kv_cache.h"

namespace gatun::cpu {
namespace {

template <class V>
inline bool all_finite(typename V::F32 x) {
  const auto finite = V::less(V::abs(x), V::set(std::numeric_limits<float>::infinity()));
  return V::bits(finite) == (1u << V::kWidth) - 1u;
}

// Row j < count of `from` becomes lane j of the vectors of `to` [width][16]; other lanes are zero.
inline void transpose_group(const float* from, int64_t stride, int count, int64_t width, float* to) {
  for (int j = 0; j < count; ++j) {
    for (int64_t d = 0; d < width; ++d) to[d * kKeyGroup + j] = from[j * stride + d];
  }
  for (int j = count; j < kKeyGroup; ++j) {
    for (int64_t d = 0; d < width; ++d) to[d * kKeyGroup + j] = 0.0f;
  }
}

template <class Vector>
struct F32Tile {
  using V = Vector;
  using F32 = typename V::F32;
  using Storage = float;
  static constexpr int kRows = 6;
  static constexpr int kChunks = V::kWidth == 16 ? 4 : 1;  // 16 floats each: 24 sums of 32 registers, 12 of 16
  static constexpr int kPerChunk = kKeyGroup / V::kWidth;
  static constexpr gatun_dtype kCacheDtype = GATUN_DTYPE_F32;
  static constexpr bool kWidens = true;  // a bf16 cache, group by group

  static int64_t key_width(int64_t head_size) { return head_size; }

  static void load_query(const float* q, int64_t head_size, float* to) {
    std::memcpy(to, q, static_cast<size_t>(head_size) * sizeof(float));
  }

  // s[r, 16 c + lane] = q[r] . k[c][:, lane] for kR rows and kC groups of keys.
  template <int kR, int kC>
  static void scores(const float* q, int64_t q_stride, const float* const* k, int64_t width, float* s,
                     int64_t s_stride) {
    constexpr int kN = kC * kPerChunk;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::set(0.0f);
    }
    for (int64_t d = 0; d < width; ++d) {
      F32 keys[kN];
      for (int n = 0; n < kN; ++n) keys[n] = V::load(k[n / kPerChunk] + d * kKeyGroup + n % kPerChunk * V::kWidth);
      for (int r = 0; r < kR; ++r) {
        const F32 x = V::set(q[r * q_stride + d]);
        for (int n = 0; n < kN; ++n) sum[r][n] = V::fma(x, keys[n], sum[r][n]);
      }
    }
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) V::store(s + r * s_stride + n * V::kWidth, sum[r][n]);
    }
  }

  // Probabilities stay where the scores were.
  static const float* probabilities(const float* s, float*, int, int, int, int64_t) { return s; }

  // o[r, 16 kC values from d] += sum over keys j in [begin, end), ascending, of p[r, j] v[j, d].
  template <int kR, int kC>
  static void outputs(const float* p, int64_t p_stride, const float* const* v, int64_t d, int begin, int end, float* o,
                      int64_t width) {
    constexpr int kN = kC * kPerChunk;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::load(o + r * width + n * V::kWidth);
    }
    for (int j = begin; j < end;) {
      const float* values = v[j / kKeyGroup] + j % kKeyGroup * width + d;
      const int stop = j / kKeyGroup * kKeyGroup + kKeyGroup;
      for (const int last = stop < end ? stop : end; j < last; ++j, values += width) {
        F32 x[kN];
        for (int n = 0; n < kN; ++n) x[n] = V::load(values + n * V::kWidth);
        for (int r = 0; r < kR; ++r) {
          const F32 weight = V::set(p[r * p_stride + j]);
          for (int n = 0; n < kN; ++n) sum[r][n] = V::fma(weight, x[n], sum[r][n]);
        }
      }
    }
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) V::store(o + r * width + n * V::kWidth, sum[r][n]);
    }
  }

  static bool values_finite(const float* const* v, int begin, int end, int64_t width) {
    for (int j = begin; j < end; ++j) {
      const float* values = v[j / kKeyGroup] + j % kKeyGroup * width;
      for (int64_t d = 0; d < width; d += V::kWidth) {
        if (!all_finite<V>(V::load(values + d))) return false;
      }
    }
    return true;
  }

  // Up to 16 rows of contiguous k and v into a group in page order, missing keys zero.
  static void pack_group(const float* k, int64_t k_stride, const float* v, int64_t v_stride, int count,
                         int64_t head_size, float* keys, float* values) {
    const int64_t width = kv_value_width(head_size);
    transpose_group(k, k_stride, count, head_size, keys);
    for (int j = 0; j < count; ++j) {
      std::memcpy(values + j * width, v + j * v_stride, static_cast<size_t>(head_size) * sizeof(float));
      for (int64_t d = head_size; d < width; ++d) values[j * width + d] = 0.0f;
    }
  }

  // A group of a bf16 page, widened.
  static void widen_group(const uint16_t* k, const uint16_t* v, int64_t head_size, float* keys, float* values) {
    const int64_t width = kv_value_width(head_size);
    for (int64_t d = 0; d < head_size; ++d) {
      const uint16_t* from = k + d / 2 * 2 * kKeyGroup + d % 2;
      for (int j = 0; j < kKeyGroup; ++j) keys[d * kKeyGroup + j] = kv_from_bf16(from[2 * j]);
    }
    for (int j = 0; j < kKeyGroup; ++j) {
      const uint16_t* from = v + j / 2 * width * 2 + j % 2;
      for (int64_t d = 0; d < width; ++d) values[j * width + d] = kv_from_bf16(from[2 * d]);
    }
  }
};

}  // namespace
}  // namespace gatun::cpu

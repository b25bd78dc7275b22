// SPDX-License-Identifier: Apache-2.0
// Products of attention in f32: every score is one chain of fused multiply-adds over the
// dimensions, every output one chain over the keys of a block. Chains do not depend on how many
// rows share a tile.
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

// kTranspose, low_half and high_half: attention_pages_*.h, included before this.
template <class Vector, auto kTranspose>
struct F32Tile {
  using V = Vector;
  using F32 = typename V::F32;
  using Storage = float;
  static constexpr int kRows = 6;
  static constexpr int kChunks =
      V::kWidth == 16 ? 4 : 1;  // 16 floats each: 24 sums of 32 registers, 12 of 16
  static constexpr int kPerChunk = kKeyGroup / V::kWidth;
  static constexpr gatun_dtype kCacheDtype = GATUN_DTYPE_F32;
  static constexpr bool kReadsBf16 =
      true;  // a bf16 cache is widened, in registers or group by group

  static int64_t key_width(int64_t head_size) { return head_size; }

  static void load_query(const float* q, int64_t head_size, float* to) {
    int64_t d = 0;
    for (; d + V::kWidth <= head_size; d += V::kWidth) V::store(to + d, V::load(q + d));
    for (; d < head_size; ++d) to[d] = q[d];
  }

  // s[r, 16 c + lane] = q[r] . k[c][:, lane] for kR rows and kC groups of keys.
  template <int kR, int kC>
  static void scores(const float* q,
                     int64_t q_stride,
                     const float* const* k,
                     int64_t width,
                     float* s,
                     int64_t s_stride) {
    constexpr int kN = kC * kPerChunk;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::set(0.0f);
    }
    for (int64_t d = 0; d < width; ++d) {
      F32 keys[kN];
      for (int n = 0; n < kN; ++n)
        keys[n] = V::load(k[n / kPerChunk] + d * kKeyGroup + n % kPerChunk * V::kWidth);
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
  static void outputs(const float* p,
                      int64_t p_stride,
                      const float* const* v,
                      int64_t v_stride,
                      int64_t d,
                      int begin,
                      int end,
                      float* o,
                      int64_t width) {
    constexpr int kN = kC * kPerChunk;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::load(o + r * width + n * V::kWidth);
    }
    for (int j = begin; j < end;) {
      const float* values = v[j / kKeyGroup] + j % kKeyGroup * v_stride + d;
      const int stop = j / kKeyGroup * kKeyGroup + kKeyGroup;
      for (const int last = stop < end ? stop : end; j < last; ++j, values += v_stride) {
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

  static bool values_finite(
      const float* const* v, int64_t v_stride, int begin, int end, int64_t width) {
    for (int j = begin; j < end; ++j) {
      const float* values = v[j / kKeyGroup] + j % kKeyGroup * v_stride;
      for (int64_t d = 0; d < width; d += V::kWidth) {
        if (!all_finite<V>(V::load(values + d))) return false;
      }
    }
    return true;
  }

  // Contiguous values can be read where they are if no padding is needed.
  static bool values_in_place(int64_t head_size) { return head_size % kKeyGroup == 0; }

  // Up to 16 rows of contiguous k and, unless `values` is null, v into a group in page order;
  // missing keys are zero.
  static void pack_group(const float* k,
                         int64_t k_stride,
                         const float* v,
                         int64_t v_stride,
                         int count,
                         int64_t head_size,
                         float* keys,
                         float* values) {
    const int64_t width = kv_value_width(head_size);
    kTranspose(k, k_stride, count, head_size, keys);
    if (values == nullptr) return;
    for (int j = 0; j < count; ++j) {
      std::memcpy(values + j * width, v + j * v_stride,
                  static_cast<size_t>(head_size) * sizeof(float));
      for (int64_t d = head_size; d < width; ++d) values[j * width + d] = 0.0f;
    }
  }

  // A group of a bf16 page, widened: 16 dimensions or keys of a pair at a time.
  static void widen_group(
      const uint16_t* k, const uint16_t* v, int64_t head_size, float* keys, float* values) {
    const int64_t width = kv_value_width(head_size);
    for (int64_t d = 0; d < head_size; ++d) {
      for (int n = 0; n < kKeyGroup; n += V::kWidth) {
        V::store(keys + d * kKeyGroup + n, widen(k + d / 2 * 2 * kKeyGroup + 2 * n, d % 2));
      }
    }
    for (int j = 0; j < kKeyGroup; ++j) {
      for (int64_t d = 0; d < width; d += V::kWidth) {
        V::store(values + j * width + d, widen(v + j / 2 * 2 * width + 2 * d, j % 2));
      }
    }
  }

  // One half of kWidth pairs, as f32.
  static F32 widen(const uint16_t* pairs, int64_t half) {
    const F32 both = V::load(reinterpret_cast<const float*>(pairs));
    return half == 0 ? low_half(both) : high_half(both);
  }

  // scores() and outputs() straight from bf16 groups, for few rows: the same chains over the same
  // values.
  template <int kR, int kC>
  static void scores_bf16(const float* q,
                          int64_t q_stride,
                          const uint16_t* const* k,
                          int64_t width,
                          float* s,
                          int64_t s_stride) {
    constexpr int kN = kC * kPerChunk;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::zero();
    }
    int64_t d = 0;
    for (; d + 1 < width; d += 2) {
      for (int n = 0; n < kN; ++n) {
        const uint16_t* pairs = k[n / kPerChunk] + d * kKeyGroup + n % kPerChunk * 2 * V::kWidth;
        const F32 low = widen(pairs, 0), high = widen(pairs, 1);
        for (int r = 0; r < kR; ++r)
          sum[r][n] = V::fma(V::set(q[r * q_stride + d]), low, sum[r][n]);
        for (int r = 0; r < kR; ++r)
          sum[r][n] = V::fma(V::set(q[r * q_stride + d + 1]), high, sum[r][n]);
      }
    }
    if (d < width) {
      for (int n = 0; n < kN; ++n) {
        const F32 low = widen(k[n / kPerChunk] + d * kKeyGroup + n % kPerChunk * 2 * V::kWidth, 0);
        for (int r = 0; r < kR; ++r)
          sum[r][n] = V::fma(V::set(q[r * q_stride + d]), low, sum[r][n]);
      }
    }
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) V::store(s + r * s_stride + n * V::kWidth, sum[r][n]);
    }
  }

  template <int kR, int kC>
  static void outputs_bf16(const float* p,
                           int64_t p_stride,
                           const uint16_t* const* v,
                           int64_t d,
                           int begin,
                           int end,
                           float* o,
                           int64_t width) {
    constexpr int kN = kC * kPerChunk;
    const auto pair_of = [&](int j) {
      return v[j / kKeyGroup] + (j % kKeyGroup / 2 * width + d) * 2;
    };
    if (begin % 2 != 0) {
      add_key_bf16<kR, kC>(p + begin, p_stride, pair_of(begin), 1, o, width);
      ++begin;
    }
    const int even_end = end / 2 * 2;
    F32 sum[kR][kN];
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) sum[r][n] = V::load(o + r * width + n * V::kWidth);
    }
    for (int j = begin; j < even_end;) {
      const uint16_t* values = pair_of(j);
      const int stop = j / kKeyGroup * kKeyGroup + kKeyGroup;
      for (const int last = stop < even_end ? stop : even_end; j < last;
           j += 2, values += 2 * width) {
        for (int n = 0; n < kN; ++n) {
          const F32 low = widen(values + n * 2 * V::kWidth, 0),
                    high = widen(values + n * 2 * V::kWidth, 1);
          for (int r = 0; r < kR; ++r)
            sum[r][n] = V::fma(V::set(p[r * p_stride + j]), low, sum[r][n]);
          for (int r = 0; r < kR; ++r)
            sum[r][n] = V::fma(V::set(p[r * p_stride + j + 1]), high, sum[r][n]);
        }
      }
    }
    for (int r = 0; r < kR; ++r) {
      for (int n = 0; n < kN; ++n) V::store(o + r * width + n * V::kWidth, sum[r][n]);
    }
    if (even_end >= begin && even_end < end) {
      add_key_bf16<kR, kC>(p + even_end, p_stride, pair_of(even_end), 0, o, width);
    }
  }

  // One half of a pair of keys that the range cuts.
  template <int kR, int kC>
  static void add_key_bf16(const float* p,
                           int64_t p_stride,
                           const uint16_t* pairs,
                           int64_t half,
                           float* o,
                           int64_t width) {
    for (int n = 0; n < kC * kPerChunk; ++n) {
      const F32 x = widen(pairs + n * 2 * V::kWidth, half);
      for (int r = 0; r < kR; ++r) {
        float* sum = o + r * width + n * V::kWidth;
        V::store(sum, V::fma(V::set(p[r * p_stride]), x, V::load(sum)));
      }
    }
  }
};

}  // namespace
}  // namespace gatun::cpu

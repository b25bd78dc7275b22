// SPDX-License-Identifier: Apache-2.0
// Rotary over Simd of simd_avx2.h or simd_avx512.h: items (token, head) are shared among the
// members, and a member computes the cosines of a token when it comes to its first head.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/rotary.h"

namespace gatun::cpu {
namespace {

// cos and sin of position times frequency, in double: the angle is reduced by multiples of pi/2 in
// three parts (fused, so that 2^31 positions keep 1e-15 absolute), then two polynomials, errors
// below 1e-16. No branch: compilers vectorise it.
inline void cosines(double position,
                    const float* frequency,
                    int64_t count,
                    double factor,
                    double sine_factor,
                    float* cosine,
                    float* sine) {
  for (int64_t i = 0; i < count; ++i) {
    const double angle = position * static_cast<double>(frequency[i]);
    const double n = __builtin_nearbyint(angle * 0.63661977236758134308);
    double r = __builtin_fma(-n, 1.57079632679489655800, angle);
    r = __builtin_fma(-n, 6.12323399573676603587e-17, r);
    r = __builtin_fma(-n, -1.49738490485916983e-33, r);
    const double z = r * r;
    double s = __builtin_fma(1.58969099521155010221e-10, z, -2.50507602534068634195e-8);
    s = __builtin_fma(s, z, 2.75573137070700676789e-6);
    s = __builtin_fma(s, z, -1.98412698298579493134e-4);
    s = __builtin_fma(s, z, 8.33333333332248946124e-3);
    s = __builtin_fma(s, z, -1.66666666666666324348e-1);
    s = __builtin_fma(s * z, r, r);
    double c = __builtin_fma(-1.13596475577881948265e-11, z, 2.08757232129817482790e-9);
    c = __builtin_fma(c, z, -2.75573143513906633035e-7);
    c = __builtin_fma(c, z, 2.48015872894767294178e-5);
    c = __builtin_fma(c, z, -1.38888888888741095749e-3);
    c = __builtin_fma(c, z, 4.16666666666666019037e-2);
    c = __builtin_fma(c * z, z, __builtin_fma(z, -0.5, 1.0));
    // n mod 4 chooses: 0 (c, s), 1 (-s, c), 2 (-c, -s), 3 (s, -c)
    const double quarter = n - 4.0 * __builtin_floor(n * 0.25);
    const bool swapped = quarter == 1.0 || quarter == 3.0;
    const double cos_magnitude = swapped ? s : c, sin_magnitude = swapped ? c : s;
    const double cos_sign = quarter == 1.0 || quarter == 2.0 ? -factor : factor;
    const double sin_sign = quarter >= 2.0 ? -sine_factor : sine_factor;
    cosine[i] = static_cast<float>(cos_magnitude * cos_sign);
    sine[i] = static_cast<float>(sin_magnitude * sin_sign);
  }
}

template <class V>
inline float sum_of_squares(const float* x, int64_t size) {
  auto sum = V::zero();
  for (int64_t d = 0; d < size; d += V::kWidth) {
    const auto value = size - d >= V::kWidth ? V::load(x + d) : V::load(x + d, V::first(size - d));
    sum = V::fma(value, value, sum);
  }
  return V::sum(sum);
}

template <class V>
class RotaryHeads {
 public:
  explicit RotaryHeads(const RotaryArgs& args) : a_(args) {}

  void run(const Team& team) {
    const int64_t q_heads = a_.q != nullptr ? a_.heads : 0;
    const int64_t per_token = q_heads + (a_.k != nullptr ? a_.kv_heads : 0);
    const auto share = team.share(a_.tokens * per_token);
    int64_t prepared = -1;
    for (int64_t item = share.begin; item < share.end; ++item) {
      const int64_t token = item / per_token, head = item % per_token;
      if (token != prepared && a_.inv_freq != nullptr) prepare(token);
      prepared = token;
      if (head < q_heads) {
        transform(a_.q + token * a_.q_stride + head * a_.head_size, a_.q_norm_weight);
        continue;
      }
      const int64_t g = head - q_heads;
      float* k = a_.k + token * a_.k_stride + g * a_.head_size;
      transform(k, a_.k_norm_weight);
      if (a_.cache.data != nullptr && a_.slots[token] >= 0) {
        kv_append(a_.cache, a_.slots[token], g, k, a_.v + token * a_.v_stride + g * a_.head_size);
      }
    }
  }

 private:
  void prepare(int64_t token) {
    const int64_t row = a_.frequency_rows != nullptr ? a_.frequency_rows[token] : 0;
    const auto factor = static_cast<double>(a_.attention_factor);
    cosines(a_.positions[token], a_.inv_freq + row * a_.inv_freq_stride, a_.half_rotated, factor,
            a_.inverse ? -factor : factor, cosine_, sine_);
  }

  void transform(float* x, const float* norm_weight) {  // [D]
    if (norm_weight != nullptr) normalise(x, norm_weight);
    if (a_.inv_freq == nullptr) return;
    if (a_.interleaved != 0) {
      rotate_pairs(x);
    } else {
      rotate_halves(x);
    }
  }

  void normalise(float* x, const float* weight) {
    const int64_t size = a_.head_size;
    const float mean = sum_of_squares<V>(x, size) / static_cast<float>(size);
    const auto inverse = V::set(1.0f / std::sqrt(mean + a_.norm_eps));
    const auto offset = V::set(a_.norm_weight_offset);
    for (int64_t d = 0; d < size; d += V::kWidth) {
      const auto lanes = V::first(size - d < V::kWidth ? size - d : V::kWidth);
      const auto scaled = V::mul(V::load(x + d, lanes), inverse);
      V::store(x + d, V::mul(scaled, V::add(V::load(weight + d, lanes), offset)), lanes);
    }
  }

  void rotate_halves(float* x) {
    const int64_t half = a_.half_rotated;
    for (int64_t i = 0; i < half; i += V::kWidth) {
      const auto lanes = V::first(half - i < V::kWidth ? half - i : V::kWidth);
      const auto c = V::load(cosine_ + i, lanes), s = V::load(sine_ + i, lanes);
      const auto first = V::load(x + i, lanes), second = V::load(x + half + i, lanes);
      V::store(x + i, V::fnma(second, s, V::mul(first, c)), lanes);
      V::store(x + half + i, V::fma(first, s, V::mul(second, c)), lanes);
    }
  }

  void rotate_pairs(float* x) {
    for (int64_t i = 0; i < a_.half_rotated; ++i) {
      const float first = x[2 * i], second = x[2 * i + 1];
      x[2 * i] = __builtin_fmaf(-second, sine_[i], first * cosine_[i]);
      x[2 * i + 1] = __builtin_fmaf(first, sine_[i], second * cosine_[i]);
    }
  }

  const RotaryArgs& a_;
  float cosine_[kMaxHeadSize / 2];
  float sine_[kMaxHeadSize / 2];
};

template <class V>
void rotary_heads(const RotaryArgs& args, const Team& team) {
  if (!rotary_check(args, team)) return;
  RotaryHeads<V>(args).run(team);
}

}  // namespace
}  // namespace gatun::cpu

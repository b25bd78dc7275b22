// SPDX-License-Identifier: Apache-2.0
// What the fused multiply-adds of one thread reach on registers alone: the measure of a product's
// quality on a machine whose clock is not known.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <ctime>

namespace gatun {

namespace fma_peak_detail {

inline constexpr int kSteps = 8192;

// Flops of kSteps rounds of independent chains; the sum goes out so that it is not optimised away.
__attribute__((target("avx512f"), noinline)) inline double run_avx512(float* out) {
  constexpr int kChains = 24;
  const __m512 x = _mm512_set1_ps(0.9f), y = _mm512_set1_ps(0.013f);
  __m512 sum[kChains];
  for (int i = 0; i < kChains; ++i) sum[i] = _mm512_set1_ps(0.1f * static_cast<float>(i));
  for (int step = 0; step < kSteps; ++step) {
#pragma GCC unroll 24
    for (int i = 0; i < kChains; ++i) sum[i] = _mm512_fmadd_ps(sum[i], x, y);
  }
  for (int i = 1; i < kChains; ++i) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  _mm512_storeu_ps(out, sum[0]);
  return 2.0 * 16 * kChains * kSteps;
}

__attribute__((target("avx2,fma"), noinline)) inline double run_avx2(float* out) {
  constexpr int kChains = 12;
  const __m256 x = _mm256_set1_ps(0.9f), y = _mm256_set1_ps(0.013f);
  __m256 sum[kChains];
  for (int i = 0; i < kChains; ++i) sum[i] = _mm256_set1_ps(0.1f * static_cast<float>(i));
  for (int step = 0; step < kSteps; ++step) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sum[i] = _mm256_fmadd_ps(sum[i], x, y);
  }
  for (int i = 1; i < kChains; ++i) sum[0] = _mm256_add_ps(sum[0], sum[i]);
  _mm256_storeu_ps(out, sum[0]);
  return 2.0 * 8 * kChains * kSteps;
}

}  // namespace fma_peak_detail

// Flops per second: the best of a few tries of a fraction of a millisecond, on the processor's
// time.
inline double fma_peak() {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  const bool wide = __builtin_cpu_supports("avx512f") != 0;
  alignas(64) float sink[16];
  double best = 0;
  for (int i = 0; i < 8; ++i) {
    const double begin = now();
    const double flops = wide ? fma_peak_detail::run_avx512(sink) : fma_peak_detail::run_avx2(sink);
    best = std::max(best, flops / (now() - begin));
  }
  return best;
}

}  // namespace gatun

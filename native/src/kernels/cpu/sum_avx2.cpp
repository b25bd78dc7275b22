// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/sum_chunks.h"

namespace gatun::cpu::avx2 {
namespace {

struct Doubles {
  using Type = __m256d;
  static constexpr int64_t kWidth = 4;
  static Type zero() { return _mm256_setzero_pd(); }
  static Type widen(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
  static Type add(Type a, Type b) { return _mm256_add_pd(a, b); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_pd(a, b, c); }
  static double sum(Type x) {
    const __m128d z = _mm_add_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(_mm_add_sd(z, _mm_unpackhi_pd(z, z)));
  }
};

}  // namespace

void sum(const SumArgs& args, const Team& team) {
  sum_chunks<Doubles>(args, team);
}

}  // namespace gatun::cpu::avx2

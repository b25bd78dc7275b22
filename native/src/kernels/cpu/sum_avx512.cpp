// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "kernels/cpu/sum_chunks.h"

namespace gatun::cpu::avx512 {
namespace {

struct Doubles {
  using Type = __m512d;
  static constexpr int64_t kWidth = 8;
  static Type zero() { return _mm512_setzero_pd(); }
  static Type widen(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
  static Type add(Type a, Type b) { return _mm512_add_pd(a, b); }
  static Type fma(Type a, Type b, Type c) { return _mm512_fmadd_pd(a, b, c); }
  static double sum(Type x) {
    const __m256d y = _mm256_add_pd(_mm512_castpd512_pd256(x), _mm512_extractf64x4_pd(x, 1));
    const __m128d z = _mm_add_pd(_mm256_castpd256_pd128(y), _mm256_extractf128_pd(y, 1));
    return _mm_cvtsd_f64(_mm_add_sd(z, _mm_unpackhi_pd(z, z)));
  }
};

}  // namespace

void sum(const SumArgs& args, const Team& team) {
  sum_chunks<Doubles>(args, team);
}

}  // namespace gatun::cpu::avx512

// SPDX-License-Identifier: Apache-2.0
// Elementary functions of AVX2 vectors; errors are stated in vector_math.h.
#pragma once

#include "kernels/cpu/simd_avx2.h"
#include "kernels/cpu/vector_math.h"

namespace gatun::cpu::avx2 {
namespace {

inline __m256 exp(__m256 x) {
  return VectorMath<Simd>::exp(x);
}
inline __m256 erf(__m256 x) {
  return VectorMath<Simd>::erf(x);
}
inline __m256 tanh(__m256 x) {
  return VectorMath<Simd>::tanh(x);
}
inline __m256 sigmoid(__m256 x) {
  return VectorMath<Simd>::sigmoid(x);
}
inline __m256 silu(__m256 x) {
  return VectorMath<Simd>::silu(x);
}
inline __m256 gelu(__m256 x) {
  return VectorMath<Simd>::gelu(x);
}
inline __m256 gelu_tanh(__m256 x) {
  return VectorMath<Simd>::gelu_tanh(x);
}

}  // namespace
}  // namespace gatun::cpu::avx2

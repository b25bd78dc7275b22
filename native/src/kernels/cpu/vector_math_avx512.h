// SPDX-License-Identifier: Apache-2.0
// Elementary functions of AVX-512 vectors; errors are stated in vector_math.h.
#pragma once

#include "kernels/cpu/simd_avx512.h"
#include "kernels/cpu/vector_math.h"

namespace gatun::cpu::avx512 {
namespace {

inline __m512 exp(__m512 x) {
  return VectorMath<Simd>::exp(x);
}
inline __m512 erf(__m512 x) {
  return VectorMath<Simd>::erf(x);
}
inline __m512 tanh(__m512 x) {
  return VectorMath<Simd>::tanh(x);
}
inline __m512 sigmoid(__m512 x) {
  return VectorMath<Simd>::sigmoid(x);
}
inline __m512 silu(__m512 x) {
  return VectorMath<Simd>::silu(x);
}
inline __m512 gelu(__m512 x) {
  return VectorMath<Simd>::gelu(x);
}
inline __m512 gelu_tanh(__m512 x) {
  return VectorMath<Simd>::gelu_tanh(x);
}

}  // namespace
}  // namespace gatun::cpu::avx512

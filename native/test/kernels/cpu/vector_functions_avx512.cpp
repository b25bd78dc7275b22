// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/vector_functions.h"
#include "kernels/cpu/vector_math_avx512.h"

namespace gatun::test {
namespace {

using cpu::avx512::Simd;

template <typename Function>
constexpr VectorFunctions::Apply apply(Function) {
  return [](const float* x, float* y) {
    for (int i = 0; i < VectorFunctions::kCount; i += Simd::kWidth)
      Simd::store(y + i, Function{}(Simd::load(x + i)));
  };
}

}  // namespace

extern const VectorFunctions kAvx512Functions = {
    apply([](Simd::F32 x) { return cpu::avx512::exp(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::erf(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::tanh(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::sigmoid(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::silu(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::gelu(x); }),
    apply([](Simd::F32 x) { return cpu::avx512::gelu_tanh(x); }),
};

}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// Elementary functions over a vector type (Simd of simd_avx2.h or simd_avx512.h);
// vector_math_avx2.h and vector_math_avx512.h give them plain names. Polynomials are minimax fits
// of relative error, by weighted least squares.
//
// Largest error against the exact value, in units in the last place of the result
// (vector_math_test.cpp): exp 1, erf 1.1, tanh 1.5, sigmoid and silu 2.5. gelu and gelu_tanh: 2e-7
// |x| absolute, since they vanish for negative x. NaN gives NaN; results of sigmoid, silu and
// gelu_tanh below 1e-36 become zero.
#pragma once

namespace gatun::cpu {
namespace {

template <typename S>
struct VectorMath {
  using F32 = typename S::F32;

  // e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2. ln 2 in two parts: n times the first
  // is exact.
  static F32 exp(F32 x) {
    x = S::max(S::set(-104.0f), S::min(S::set(89.0f), x));  // beyond: 0 and infinity in f32
    const F32 n = S::round(S::mul(x, S::set(1.44269504f)));
    F32 r = S::fnma(n, S::set(0.693145752f), x);
    r = S::fnma(n, S::set(1.42860677e-6f), r);
    F32 p = S::set(1.381453942e-3f);
    p = S::fma(p, r, S::set(8.368745446e-3f));
    p = S::fma(p, r, S::set(4.166838899e-2f));
    p = S::fma(p, r, S::set(1.666652113e-1f));
    p = S::fma(p, r, S::set(4.999999404e-1f));
    p = S::fma(S::mul(r, r), p, r);
    return S::scale(S::add(p, S::set(1.0f)), n);
  }

  // |x| < 0.925: x + x P(x^2); else 1 - e^(-|x| + |x| Q(|x|)) with the sign of x.
  static F32 erf(F32 x) {
    const F32 t = S::min(S::set(4.0f), S::abs(x));  // erf(4) rounds to 1
    const F32 s = S::mul(x, x);
    F32 p = S::set(8.316775347e-5f);
    p = S::fma(p, s, S::set(-8.130012429e-4f));
    p = S::fma(p, s, S::set(5.199906882e-3f));
    p = S::fma(p, s, S::set(-2.685894072e-2f));
    p = S::fma(p, s, S::set(1.128368750e-1f));
    p = S::fma(p, s, S::set(-3.761263192e-1f));
    p = S::fma(p, s, S::set(1.283791661e-1f));
    p = S::fma(p, x, x);
    F32 q = S::set(2.139850258e-4f);
    q = S::fma(q, t, S::set(-3.214956261e-3f));
    q = S::fma(q, t, S::set(2.288996615e-2f));
    q = S::fma(q, t, S::set(-1.052618474e-1f));
    q = S::fma(q, t, S::set(-6.357182860e-1f));
    q = S::fma(q, t, S::set(-1.285143644e-1f));
    q = S::fma(q, t, S::sub(S::zero(), t));
    q = S::copysign(S::sub(S::set(1.0f), exp(q)), x);
    return S::select(S::less(t, S::set(0.925f)), p, q);
  }

  // |x| < 0.5625: x + x^3 P(x^2); else 1 - 2 / (e^(2|x|) + 1) with the sign of x.
  static F32 tanh(F32 x) {
    const F32 t = S::min(S::set(10.0f), S::abs(x));  // tanh(10) rounds to 1
    const F32 s = S::mul(x, x);
    F32 p = S::set(-6.179815158e-3f);
    p = S::fma(p, s, S::set(2.100746334e-2f));
    p = S::fma(p, s, S::set(-5.383742973e-2f));
    p = S::fma(p, s, S::set(1.333245188e-1f));
    p = S::fma(p, s, S::set(-3.333331347e-1f));
    p = S::fma(S::mul(s, x), p, x);
    const F32 e = exp(S::add(t, t));
    const F32 q = S::sub(S::set(1.0f), S::div(S::set(2.0f), S::add(e, S::set(1.0f))));
    return S::select(S::less(t, S::set(0.5625f)), p, S::copysign(q, x));
  }

  static F32 sigmoid(F32 x) {
    return S::div(S::set(1.0f), S::add(S::set(1.0f), exp(S::sub(S::zero(), x))));
  }

  static F32 silu(F32 x) { return S::div(x, S::add(S::set(1.0f), exp(S::sub(S::zero(), x)))); }

  static F32 gelu(F32 x) {
    const F32 half = S::mul(x, S::set(0.5f));
    return S::fma(half, erf(S::mul(x, S::set(0.707106781f))), half);
  }

  // x/2 (1 + tanh u) = x sigmoid(2u), which does not cancel.
  static F32 gelu_tanh(F32 x) {
    const F32 cube = S::mul(S::mul(x, x), x);
    const F32 u = S::fma(S::set(0.044715f), cube, x);
    const F32 e = exp(S::mul(S::set(-1.59576912f), u));  // 2 sqrt(2 / pi)
    return S::div(x, S::add(S::set(1.0f), e));
  }
};

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Activation functions and their derivatives over a vector type; included only by the sources of
// the tiers.
#pragma once

#include "gatun/ops.h"
#include "kernels/cpu/vector_math.h"

namespace gatun::cpu {
namespace {

template <typename S, int32_t kActivation>
typename S::F32 activate(typename S::F32 x) {
  using Math = VectorMath<S>;
  if constexpr (kActivation == GATUN_ACTIVATION_RELU) return S::max(S::zero(), x);  // a NaN x stays
  if constexpr (kActivation == GATUN_ACTIVATION_GELU) return Math::gelu(x);
  if constexpr (kActivation == GATUN_ACTIVATION_GELU_TANH) return Math::gelu_tanh(x);
  if constexpr (kActivation == GATUN_ACTIVATION_SILU) return Math::silu(x);
  if constexpr (kActivation == GATUN_ACTIVATION_TANH) return Math::tanh(x);
  if constexpr (kActivation == GATUN_ACTIVATION_QUICK_GELU) {
    return S::mul(x, Math::sigmoid(S::mul(x, S::set(1.702f))));
  }
  if constexpr (kActivation == GATUN_ACTIVATION_SIGMOID) return Math::sigmoid(x);
  return x;
}

template <typename F32>
struct ValueAndSlope {
  F32 value;  // f(x)
  F32 slope;  // f'(x)
};

// x s(k x), s the sigmoid: slope s + k x s (1 - s), which is 0 or 1 to f32 beyond |k x| = 100.
template <typename S>
ValueAndSlope<typename S::F32> sigmoid_gate(typename S::F32 x, float k) {
  using F32 = typename S::F32;
  const F32 scaled = S::mul(x, S::set(k));
  const F32 z = S::max(S::set(-100.0f), S::min(S::set(100.0f), scaled));
  const F32 s = VectorMath<S>::sigmoid(scaled);
  const F32 fall = S::mul(s, S::sub(S::set(1.0f), s));
  return {S::mul(x, s), S::fma(z, fall, s)};
}

// Phi(x) + x phi(x), which is 0 or 1 to f32 beyond |x| = 15.
template <typename S>
ValueAndSlope<typename S::F32> gelu_with_slope(typename S::F32 x) {
  using F32 = typename S::F32;
  const F32 z = S::max(S::set(-15.0f), S::min(S::set(15.0f), x));
  const F32 e = VectorMath<S>::erf(S::mul(x, S::set(0.707106781f)));
  const F32 half = S::set(0.5f), half_x = S::mul(x, half);
  const F32 density =
      S::mul(S::set(0.398942280f), VectorMath<S>::exp(S::mul(S::mul(z, z), S::set(-0.5f))));
  return {S::fma(half_x, e, half_x), S::fma(z, density, S::fma(half, e, half))};
}

// x s(2u): slope s + x s (1 - s) 2u', 0 or 1 to f32 beyond |x| = 15.
template <typename S>
ValueAndSlope<typename S::F32> gelu_tanh_with_slope(typename S::F32 x) {
  using F32 = typename S::F32;
  const F32 z = S::max(S::set(-15.0f), S::min(S::set(15.0f), x));
  const F32 square = S::mul(z, z), one = S::set(1.0f);
  const F32 inner = S::mul(z, S::fma(square, S::set(0.044715f), one));       // x + c x^3
  const F32 s = VectorMath<S>::sigmoid(S::mul(S::set(1.59576912f), inner));  // 2 sqrt(2 / pi)
  const F32 rise = S::mul(S::set(1.59576912f), S::fma(square, S::set(3 * 0.044715f), one));
  const F32 fall = S::mul(s, S::sub(one, s));
  return {S::mul(x, s), S::fma(S::mul(z, rise), fall, s)};
}

// e / (1 + e)^2 with e = exp(-|x|): the slope of the sigmoid, exact in the tails.
template <typename S>
typename S::F32 sigmoid_slope(typename S::F32 x) {
  using F32 = typename S::F32;
  const F32 e = VectorMath<S>::exp(S::sub(S::zero(), S::abs(x)));
  const F32 sum = S::add(S::set(1.0f), e);
  return S::div(e, S::mul(sum, sum));
}

template <typename S, int32_t kActivation>
ValueAndSlope<typename S::F32> activate_with_slope(typename S::F32 x) {
  using F32 = typename S::F32;
  if constexpr (kActivation == GATUN_ACTIVATION_RELU) {
    const F32 slope = S::select(S::greater(x, S::zero()), S::set(1.0f), S::zero());
    return {S::max(S::zero(), x), S::select(S::is_nan(x), x, slope)};
  }
  if constexpr (kActivation == GATUN_ACTIVATION_GELU) return gelu_with_slope<S>(x);
  if constexpr (kActivation == GATUN_ACTIVATION_GELU_TANH) return gelu_tanh_with_slope<S>(x);
  if constexpr (kActivation == GATUN_ACTIVATION_SILU) return sigmoid_gate<S>(x, 1.0f);
  if constexpr (kActivation == GATUN_ACTIVATION_QUICK_GELU) return sigmoid_gate<S>(x, 1.702f);
  if constexpr (kActivation == GATUN_ACTIVATION_TANH) {
    const F32 slope = sigmoid_slope<S>(S::add(x, x));  // 1 - tanh^2
    return {VectorMath<S>::tanh(x), S::mul(S::set(4.0f), slope)};
  }
  if constexpr (kActivation == GATUN_ACTIVATION_SIGMOID)
    return {VectorMath<S>::sigmoid(x), sigmoid_slope<S>(x)};
  return {x, S::set(1.0f)};
}

// run.template operator()<kActivation>() for the activation of a call.
template <typename Run>
void with_activation(int32_t activation, Run run) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return run.template operator()<GATUN_ACTIVATION_RELU>();
    case GATUN_ACTIVATION_GELU:
      return run.template operator()<GATUN_ACTIVATION_GELU>();
    case GATUN_ACTIVATION_GELU_TANH:
      return run.template operator()<GATUN_ACTIVATION_GELU_TANH>();
    case GATUN_ACTIVATION_SILU:
      return run.template operator()<GATUN_ACTIVATION_SILU>();
    case GATUN_ACTIVATION_TANH:
      return run.template operator()<GATUN_ACTIVATION_TANH>();
    case GATUN_ACTIVATION_QUICK_GELU:
      return run.template operator()<GATUN_ACTIVATION_QUICK_GELU>();
    case GATUN_ACTIVATION_SIGMOID:
      return run.template operator()<GATUN_ACTIVATION_SIGMOID>();
    default:
      return run.template operator()<GATUN_ACTIVATION_NONE>();
  }
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// What follows the sums of a linear step, over a vector type; included only by the sources of the
// tiers.
#pragma once

#include "kernels/cpu/activation_lanes.h"
#include "kernels/cpu/linear_driver.h"
#include "kernels/cpu/vector_math.h"

namespace gatun::cpu {
namespace {

// One vector of outputs; kWhole: all lanes exist, otherwise the first `lanes`.
template <typename S, int32_t kActivation, bool kWhole>
void finish_vector(const LinearTile& t, int64_t row, int64_t o, typename S::Mask lanes) {
  using F32 = typename S::F32;
  const auto read = [lanes](const float* p) {
    if constexpr (kWhole) return S::load(p);
    return S::load(p, lanes);
  };
  F32 value = S::mul(S::load(t.acc + row * t.acc_stride + o), S::set(t.scale));
  if (t.bias != nullptr) value = S::add(value, read(t.bias + o));
  value = activate<S, kActivation>(value);
  if (t.up != nullptr) {
    F32 up = S::load(t.up + row * t.acc_stride + o);
    if (t.up_bias != nullptr) up = S::add(up, read(t.up_bias + o));
    value = S::mul(value, up);
  }
  if (t.residual != nullptr) value = S::add(value, read(t.residual + row * t.residual_stride + o));
  if (t.softcap != 0) {
    const F32 cap = S::set(t.softcap);
    value = S::mul(VectorMath<S>::tanh(S::div(value, cap)), cap);
  }
  float* y = t.y + row * t.y_stride + o;
  if constexpr (kWhole) {
    S::store(y, value);
  } else {
    S::store(y, value, lanes);
  }
}

template <typename S, int32_t kActivation>
void finish_rows(const LinearTile& t) {
  const typename S::Mask none = S::first(0);
  for (int64_t row = 0; row < t.rows; ++row) {
    int64_t o = 0;
    for (; o + S::kWidth <= t.count; o += S::kWidth)
      finish_vector<S, kActivation, true>(t, row, o, none);
    if (o < t.count) finish_vector<S, kActivation, false>(t, row, o, S::first(t.count - o));
  }
}

template <typename S>
void finish_tile(const LinearTile& t) {
  with_activation(t.activation, [&]<int32_t kActivation>() { finish_rows<S, kActivation>(t); });
}

}  // namespace
}  // namespace gatun::cpu

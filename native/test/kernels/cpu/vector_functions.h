// SPDX-License-Identifier: Apache-2.0
// The vector functions of each tier as plain function pointers, so that a test without wide
// instructions can call them.
#pragma once

namespace gatun::test {

struct VectorFunctions {
  static constexpr int kCount = 16;
  // y[i] = f(x[i]) for kCount values.
  using Apply = void (*)(const float* x, float* y);
  Apply exp, erf, tanh, sigmoid, silu, gelu, gelu_tanh;
};

extern const VectorFunctions kAvx2Functions;
extern const VectorFunctions kAvx512Functions;

}  // namespace gatun::test

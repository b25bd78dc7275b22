// SPDX-License-Identifier: Apache-2.0
// The activation functions and their derivatives in double.
#pragma once

#include <cmath>
#include <cstdint>

#include "gatun/ops.h"

namespace gatun::reference {

inline double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

inline double activate(int32_t activation, double x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return x < 0 ? 0.0 : x;
    case GATUN_ACTIVATION_GELU:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case GATUN_ACTIVATION_GELU_TANH:
      return 0.5 * x *
             (1 + std::tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));  // sqrt(2 / pi)
    case GATUN_ACTIVATION_SILU:
      return x / (1 + std::exp(-x));
    case GATUN_ACTIVATION_TANH:
      return std::tanh(x);
    case GATUN_ACTIVATION_QUICK_GELU:
      return x / (1 + std::exp(-1.702 * x));
    case GATUN_ACTIVATION_SIGMOID:
      return sigmoid(x);
    default:
      return x;
  }
}

// f'(x); 0 at the corner of relu.
inline double activation_slope(int32_t activation, double x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return std::isnan(x) ? x : (x > 0 ? 1.0 : 0.0);
    case GATUN_ACTIVATION_GELU: {  // Phi(x) + x phi(x); 1 / sqrt(2 pi)
      const double density = 0.39894228040143267794 * std::exp(-0.5 * x * x);
      return 0.5 * (1 + std::erf(x / std::sqrt(2.0))) + (density == 0 ? 0.0 : x * density);
    }
    case GATUN_ACTIVATION_GELU_TANH: {
      const double t = std::tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x));
      const double tail = 1 - t * t;
      const double inner = 0.79788456080286535588 * (1 + 3 * 0.044715 * x * x);
      return 0.5 * (1 + t) + (tail == 0 ? 0.0 : 0.5 * x * tail * inner);
    }
    case GATUN_ACTIVATION_SILU: {
      const double s = sigmoid(x), fall = s * (1 - s);
      return s + (fall == 0 ? 0.0 : x * fall);
    }
    case GATUN_ACTIVATION_TANH: {
      const double t = std::tanh(x);
      return 1 - t * t;
    }
    case GATUN_ACTIVATION_QUICK_GELU: {
      const double s = sigmoid(1.702 * x), fall = s * (1 - s);
      return s + (fall == 0 ? 0.0 : 1.702 * x * fall);
    }
    case GATUN_ACTIVATION_SIGMOID: {
      const double s = sigmoid(x);
      return s * (1 - s);
    }
    default:
      return 1;
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
// What the tests of gradients share: central differences in double, and panel order.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/cpu/matmul_format.h"
#include "support/row_cases.h"

namespace gatun::test {

// d f / d x by a central difference; the error is about h^2 |f'''| + 1e-16 |f| / h.
template <typename Function>
double slope(Function f, double& x) {
  constexpr double kStep = 1e-5;
  const double at = x;
  x = at + kStep;
  const double above = f();
  x = at - kStep;
  const double below = f();
  x = at;
  return (above - below) / (2 * kStep);
}

inline int64_t panel_count(int64_t rows, int64_t columns) {
  return (rows + 15) / 16 * columns * 16;
}

// Where element (row, column) of a matrix lies in panel order.
inline size_t panel_index(int64_t row, int64_t column, int64_t columns) {
  return static_cast<size_t>((row / 16 * columns + column) * 16 + row % 16);
}

inline gatun_tensor i32_vector(std::vector<int32_t>& values) {
  gatun_tensor tensor{};
  tensor.data = values.data();
  tensor.byte_length = static_cast<int64_t>(values.size() * sizeof(int32_t));
  tensor.dtype = GATUN_DTYPE_I32;
  tensor.rank = 1;
  tensor.shape[0] = static_cast<int64_t>(values.size());
  tensor.stride[0] = 1;
  return tensor;
}

}  // namespace gatun::test

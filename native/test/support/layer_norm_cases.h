// SPDX-License-Identifier: Apache-2.0
// The cases of layer_norm, the same for every backend.
#pragma once

#include <cstdint>
#include <vector>

#include "support/row_widths.h"

namespace gatun::test {

struct LayerNormCase {
  int64_t rows, columns, stride_extra;
  bool residual, bias, sum;
  float scale, centre;
};

inline std::vector<LayerNormCase> layer_norm_cases() {
  std::vector<LayerNormCase> all;
  for (const int64_t columns : kWidths)
    all.push_back({3, columns, columns % 3, columns % 2 == 0, true, false, 1, 0});
  for (const bool residual : {false, true}) {
    for (const bool bias : {false, true}) {
      for (const bool sum : {false, true}) all.push_back({2, 70, 5, residual, bias, sum, 1, 0.5f});
    }
  }
  all.push_back({0, 16, 0, true, true, true, 1, 0});
  all.push_back({9, 384, 0, true, true, true, 1e15f, 0});
  all.push_back({2, 768, 0, false, true, false, 1,
                 1000});  // a variance in one pass would lose its digits here
  return all;
}

}  // namespace gatun::test

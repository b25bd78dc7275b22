// SPDX-License-Identifier: Apache-2.0
// The cases of rms_norm, the same for every backend.
#pragma once

#include <cstdint>
#include <vector>

#include "support/row_widths.h"

namespace gatun::test {

struct RmsNormCase {
  int64_t rows, columns, stride_extra;
  bool residual, y_residual, sum;
  float scale, weight_offset;
};

inline std::vector<RmsNormCase> rms_norm_cases() {
  std::vector<RmsNormCase> all;
  for (const int64_t columns : kWidths)
    all.push_back({3, columns, columns % 3, columns % 2 == 0, false, false, 1, 0});
  for (const bool residual : {false, true}) {
    for (const bool y_residual : {false, true}) {
      for (const bool sum : {false, true})
        all.push_back({2, 70, 5, residual, y_residual, sum, 1, 1});
    }
  }
  all.push_back({0, 16, 0, true, true, true, 1, 0});
  all.push_back({9, 576, 0, true, false, true, 1e15f, 0});
  all.push_back({2, 4099, 1, false, false, false, 1e-15f, 0});
  return all;
}

}  // namespace gatun::test

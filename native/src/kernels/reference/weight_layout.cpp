// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_layout.h"

#include <algorithm>

#include "kernels/cpu/matmul_format.h"

namespace gatun::reference {
namespace {

// Columns handled per row before the next row: the part of the panel that they touch stays in L1.
constexpr int64_t kBlock = 64;

}  // namespace

void weight_layout(const WeightLayoutArgs& args, const Team& team) {
  constexpr int64_t kRows = cpu::kPanelRows;
  const auto [begin, end] = team.share((args.row_count + kRows - 1) / kRows);
  for (int64_t p = begin; p < end; ++p) {
    float* panel = args.panels + p * args.columns * kRows;  // [K][16]
    for (int64_t first = 0; first < args.columns; first += kBlock) {
      const int64_t last = std::min(first + kBlock, args.columns);
      for (int64_t r = 0; r < kRows; ++r) {
        const int64_t row = p * kRows + r;
        const bool exists = row < args.row_count;
        float* values = args.rows + row * args.row_stride;  // [K]
        for (int64_t k = first; k < last; ++k) {
          float& element = panel[k * kRows + r];
          if (!args.to_rows) {
            element = exists ? values[k] : 0.0f;
          } else if (exists) {
            values[k] = element;
          }
        }
      }
    }
  }
}

}  // namespace gatun::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/low_rank.h"

namespace gatun::reference {
namespace {

// Element (row, column) of a matrix with `columns` columns in panel order.
double element(const float* panels, int64_t columns, int64_t row, int64_t column) {
  return double{panels[(row / 16 * columns + column) * 16 + row % 16]};
}

}  // namespace

void low_rank(const LowRankArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) {
    const LowRankArgs::Adapter* adapter = adapter_of(args, n);
    if (adapter == nullptr) continue;
    float* inner = args.inner + n * args.inner_stride;
    for (int64_t j = 0; j < adapter->rank; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < args.columns; ++k)
        sum += double{args.x[token_of(args, n) * args.x_stride + k]} *
               element(adapter->a, args.columns, j, k);
      inner[j] = static_cast<float>(sum);
    }
    for (int64_t o = 0; o < args.outputs; ++o) {
      double sum = 0;
      for (int64_t j = 0; j < adapter->rank; ++j)
        sum += double{inner[j]} * element(adapter->b, adapter->rank, o, j);
      float& y = args.y[n * args.y_stride + o];
      y = static_cast<float>(double{y} + double{adapter->scale} * sum);
    }
  }
}

}  // namespace gatun::reference

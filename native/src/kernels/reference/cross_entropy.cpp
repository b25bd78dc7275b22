// SPDX-License-Identifier: Apache-2.0
#include "kernels/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gatun::reference {
namespace {

struct Statistics {
  double log_sum_exp;
  double sum;
  int64_t largest;  // index of the first largest value
};

// Value j of an item is x[j * step].
Statistics statistics(const float* x, int64_t step, int64_t count) {
  Statistics s{-std::numeric_limits<double>::infinity(), 0, 0};
  if (count == 0) return s;
  for (int64_t j = 1; j < count; ++j) {
    if (x[j * step] > x[s.largest * step]) s.largest = j;
  }
  const double largest{x[s.largest * step]};
  double exponentials = 0;
  for (int64_t j = 0; j < count; ++j) {
    exponentials += std::exp(x[j * step] - largest);
    s.sum += double{x[j * step]};
  }
  s.log_sum_exp = largest + std::log(exponentials);
  return s;
}

void one_item(const CrossEntropyArgs& args, int64_t i) {
  const CrossEntropyItem item = cross_entropy_item(args, i);
  const bool by_rows = args.cu_seqlens == nullptr;
  const int64_t step = by_rows ? 1 : args.x_stride, dx_step = by_rows ? 1 : args.dx_stride;
  const float* x = args.x + item.first * args.x_stride + item.column;
  const Statistics s = statistics(x, step, item.count);
  const double lse = s.log_sum_exp, smoothing{args.smoothing}, z{args.z_loss};
  const auto count = static_cast<double>(item.count);
  double loss = 0;
  if (item.label >= 0) {
    loss = (1 - smoothing) * (lse - double{x[item.label * step]});
    if (smoothing != 0) loss += smoothing * (lse - s.sum / count);
    if (z != 0) loss += z * lse * lse;
  }
  args.loss[i] = static_cast<float>(loss);
  if (args.log_sum_exp != nullptr) args.log_sum_exp[i] = static_cast<float>(lse);
  if (args.correct != nullptr) args.correct[i] = item.label >= 0 && s.largest == item.label ? 1 : 0;
  if (args.dx == nullptr) return;
  float* dx = args.dx + item.first * args.dx_stride + item.column;
  for (int64_t j = 0; j < item.count; ++j) {
    double slope = 0;
    if (item.label >= 0) {
      slope = (1 + 2 * z * lse) * std::exp(x[j * step] - lse) - smoothing / count;
      if (j == item.label) slope -= 1 - smoothing;
    }
    dx[j * dx_step] = static_cast<float>(double{args.scale} * slope);
  }
}

}  // namespace

void cross_entropy(const CrossEntropyArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.items());
  for (int64_t i = begin; i < end; ++i) one_item(args, i);
  if (args.cu_seqlens == nullptr || args.dx == nullptr || team.index() != 0) return;
  // Tokens of no sequence have no gradient.
  const int64_t first = args.cu_seqlens[0], last = args.cu_seqlens[args.sequences];
  for (int64_t n = 0; n < args.rows; ++n) {
    if (n < first || n >= last) std::fill_n(args.dx + n * args.dx_stride, args.columns, 0.0f);
  }
}

}  // namespace gatun::reference

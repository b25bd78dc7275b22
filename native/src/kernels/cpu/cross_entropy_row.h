// SPDX-License-Identifier: Apache-2.0
// Cross-entropy of rows over a vector type S. The exponentials are formed once: with a gradient
// they go to dx, which may be x. Sums of a block in f32, of a row in double.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/cpu/row_loops.h"
#include "kernels/cpu/softmax_row.h"
#include "kernels/cpu/vector_math.h"
#include "kernels/cross_entropy.h"

namespace gatun::cpu {
namespace {

template <typename S>
class CrossEntropyRows {
 public:
  explicit CrossEntropyRows(const CrossEntropyArgs& args) : a_(args) {}

  void row(int64_t n) const {
    const CrossEntropyItem item = cross_entropy_item(a_, n);
    const int64_t count = a_.columns;
    const float* x = a_.x + n * a_.x_stride;
    float* dx = a_.dx == nullptr ? nullptr : a_.dx + n * a_.dx_stride;
    const bool ignored = item.label < 0;
    if (ignored && a_.log_sum_exp == nullptr) {
      finish(n, 0, 0, false);
      if (dx != nullptr) std::fill_n(dx, count, 0.0f);
      return;
    }
    const float max = largest<S>(x, count);
    // dx may be x: what is needed of the values comes first.
    const float labelled = ignored ? 0 : x[item.label];
    const bool correct =
        !ignored && labelled == max && std::find(x, x + item.label, max) == x + item.label;
    const double total = a_.smoothing != 0 && !ignored ? sum(x, count) : 0;
    const double exponentials = sum_of_exponentials(x, count, max, ignored ? nullptr : dx);
    const double lse = double{max} + std::log(exponentials);
    if (ignored) {
      finish(n, 0, lse, false);
      if (dx != nullptr) std::fill_n(dx, count, 0.0f);
      return;
    }
    const double smoothing{a_.smoothing}, z{a_.z_loss};
    double loss = (1 - smoothing) * (lse - double{labelled});
    if (smoothing != 0) loss += smoothing * (lse - total / static_cast<double>(count));
    if (z != 0) loss += z * lse * lse;
    finish(n, loss, lse, correct);
    if (dx == nullptr) return;
    const double scale{a_.scale};
    const F32 factor = S::set(static_cast<float>(scale * (1 + 2 * z * lse) / exponentials));
    const F32 shift = S::set(static_cast<float>(scale * smoothing / static_cast<double>(count)));
    for_each_vector<S>(count, [&](int64_t v, auto lanes) {
      S::store(dx + v, S::sub(S::mul(S::load(dx + v, lanes), factor), shift), lanes);
    });
    dx[item.label] -= static_cast<float>(scale * (1 - smoothing));
  }

 private:
  using F32 = typename S::F32;
  static constexpr int64_t kBlock = 4096;  // terms that are added in f32

  static double sum(const float* x, int64_t count) {
    double total = 0;
    for (int64_t first = 0; first < count; first += kBlock) {
      const float* block = x + first;
      total += double{sum_vectors<S>(std::min(kBlock, count - first), [&](int64_t v, auto lanes) {
        return S::load(block + v, lanes);
      })};
    }
    return total;
  }

  // Of exp(x - max), which are stored in `values` if given.
  static double sum_of_exponentials(const float* x, int64_t count, float max, float* values) {
    const F32 shift = S::set(max);
    double total = 0;
    for (int64_t first = 0; first < count; first += kBlock) {
      const float* block = x + first;
      float* stored = values == nullptr ? nullptr : values + first;
      total += double{sum_vectors<S>(std::min(kBlock, count - first), [&](int64_t v, auto lanes) {
        const F32 e = VectorMath<S>::exp(S::sub(S::load(block + v, lanes), shift));
        if (stored != nullptr) S::store(stored + v, e, lanes);
        return S::keep(e, lanes);
      })};
    }
    return total;
  }

  void finish(int64_t n, double loss, double lse, bool correct) const {
    a_.loss[n] = static_cast<float>(loss);
    if (a_.log_sum_exp != nullptr) a_.log_sum_exp[n] = static_cast<float>(lse);
    if (a_.correct != nullptr) a_.correct[n] = correct ? 1 : 0;
  }

  const CrossEntropyArgs& a_;
};

template <typename S>
void cross_entropy_rows(const CrossEntropyArgs& args, const Team& team) {
  const CrossEntropyRows<S> rows(args);
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) rows.row(n);
}

}  // namespace
}  // namespace gatun::cpu

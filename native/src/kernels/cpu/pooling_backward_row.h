// SPDX-License-Identifier: Apache-2.0
// Backward of pooling over a vector type S. Tokens are added in ascending order.
#pragma once

#include <algorithm>
#include <cmath>

#include "gatun/ops.h"
#include "kernels/cpu/row_loops.h"
#include "kernels/pooling_backward.h"

namespace gatun::cpu {
namespace {

template <typename S>
class PoolingBackward {
 public:
  PoolingBackward(const PoolingBackwardArgs& args, const Team& team)
      : a_(args),
        columns_(args.pooling.columns),
        dp_(args.scratch + 2 * team.index() * columns_),
        pooled_(dp_ + columns_) {}

  void sequence(int64_t b) {
    const TokenRange tokens = pooled_tokens(a_.pooling, b);
    if (tokens.begin == tokens.end) return;
    before_normalisation(tokens, a_.dy + b * a_.dy_stride);
    switch (a_.pooling.mode) {
      case GATUN_POOLING_CLS:
        return add(tokens.begin);
      case GATUN_POOLING_LAST:
        return add(tokens.end - 1);
      case GATUN_POOLING_MAX:
        return add_to_first_largest(tokens);
      default: {
        const F32 share = S::set(1 / static_cast<float>(tokens.end - tokens.begin));
        for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
          S::store(dp_ + e, S::mul(S::load(dp_ + e, lanes), share), lanes);
        });
        for (int64_t n = tokens.begin; n < tokens.end; ++n) add(n);
      }
    }
  }

 private:
  using F32 = typename S::F32;

  const float* x(int64_t n) const { return a_.pooling.x + n * a_.pooling.x_stride; }
  float* dx(int64_t n) const { return a_.dx + n * a_.dx_stride; }

  void add(int64_t n) const {
    float* row = dx(n);
    for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
      S::store(row + e, S::add(S::load(row + e, lanes), S::load(dp_ + e, lanes)), lanes);
    });
  }

  // The largest x of each column, to `values`; a NaN stays.
  void pool_largest(TokenRange tokens, float* values) const {
    std::copy_n(x(tokens.begin), columns_, values);
    for (int64_t n = tokens.begin + 1; n < tokens.end; ++n) {
      const float* row = x(n);
      for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
        const F32 value = S::load(row + e, lanes), best = S::load(values + e, lanes);
        // max gives its second operand where one is NaN
        F32 larger = S::select(S::is_nan(best), best, S::max(best, value));
        S::store(values + e, larger, lanes);
      });
    }
  }

  void add_to_first_largest(TokenRange tokens) const {
    pool_largest(tokens, pooled_);
    // Columns that have found their token are marked by a zero slope.
    for (int64_t n = tokens.begin; n < tokens.end; ++n) {
      const float* row = x(n);
      float* out = dx(n);
      for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
        const F32 value = S::load(row + e, lanes), best = S::load(pooled_ + e, lanes);
        const F32 slope = S::load(dp_ + e, lanes);
        const F32 nan_slope = S::select(S::is_nan(value), slope, S::zero());
        const F32 taken = S::select(S::is_nan(best), nan_slope,
                                    S::select(S::equal(value, best), slope, S::zero()));
        S::store(out + e, S::add(S::load(out + e, lanes), taken), lanes);
        S::store(dp_ + e, S::sub(slope, taken), lanes);
      });
    }
  }

  void pool(TokenRange tokens) const {
    switch (a_.pooling.mode) {
      case GATUN_POOLING_CLS:
        std::copy_n(x(tokens.begin), columns_, pooled_);
        return;
      case GATUN_POOLING_LAST:
        std::copy_n(x(tokens.end - 1), columns_, pooled_);
        return;
      case GATUN_POOLING_MAX:
        return pool_largest(tokens, pooled_);
      default: {
        std::fill_n(pooled_, columns_, 0.0f);
        for (int64_t n = tokens.begin; n < tokens.end; ++n) {
          const float* row = x(n);
          for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
            S::store(pooled_ + e, S::add(S::load(pooled_ + e, lanes), S::load(row + e, lanes)),
                     lanes);
          });
        }
        const F32 share = S::set(1 / static_cast<float>(tokens.end - tokens.begin));
        for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
          S::store(pooled_ + e, S::mul(S::load(pooled_ + e, lanes), share), lanes);
        });
      }
    }
  }

  // dp_ from dy.
  void before_normalisation(TokenRange tokens, const float* dy) const {
    constexpr float kSmallest = 1e-12f;
    std::copy_n(dy, columns_, dp_);
    if (a_.pooling.normalize == 0) return;
    pool(tokens);
    const float length = std::sqrt(sum_vectors<S>(columns_, [&](int64_t e, auto lanes) {
      const F32 p = S::load(pooled_ + e, lanes);
      return S::mul(p, p);
    }));
    const float norm = length < kSmallest ? kSmallest : length;
    const F32 inverse = S::set(1 / norm);
    // y . dy with y = p / norm: a product of small p with themselves could underflow.
    const F32 along = S::set(length < kSmallest
                                 ? 0
                                 : sum_vectors<S>(
                                       columns_,
                                       [&](int64_t e, auto lanes) {
                                         return S::mul(S::mul(S::load(pooled_ + e, lanes), inverse),
                                                       S::load(dp_ + e, lanes));
                                       }));
    for_each_vector<S>(columns_, [&](int64_t e, auto lanes) {
      const F32 y = S::mul(S::load(pooled_ + e, lanes), inverse);
      S::store(dp_ + e, S::mul(S::fnma(y, along, S::load(dp_ + e, lanes)), inverse), lanes);
    });
  }

  const PoolingBackwardArgs& a_;
  const int64_t columns_;
  float* dp_;      // [E]: slope by the pooled vector
  float* pooled_;  // [E]
};

template <typename S>
void pooling_backward_rows(const PoolingBackwardArgs& args, const Team& team) {
  if (!args.accumulate) {
    const auto [begin, end] = team.share(args.pooling.tokens);
    for (int64_t n = begin; n < end; ++n)
      std::fill_n(args.dx + n * args.dx_stride, args.pooling.columns, 0.0f);
    team.barrier();
  }
  PoolingBackward<S> backward(args, team);
  const auto [begin, end] = team.share(args.pooling.sequences);
  for (int64_t b = begin; b < end; ++b) backward.sequence(b);
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Softmax over a vector type S, by blocks (kernels/softmax.h), and the parts of it that top-k
// shares. Sums of a block in f32; blocks are merged in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/row_loops.h"
#include "kernels/cpu/vector_math.h"
#include "kernels/softmax.h"

namespace gatun::cpu {
namespace {

inline int64_t softmax_blocks(int64_t columns) {
  return (columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
}

// The largest value that is not NaN; -inf where there is none.
template <typename S>
float largest(const float* x, int64_t count) {
  using F32 = typename S::F32;
  constexpr int64_t kWidth = S::kWidth;
  const F32 lowest = S::set(-std::numeric_limits<float>::infinity());
  // S::max gives its second operand where one is NaN, so a NaN of x leaves the maximum as it was.
  F32 a = lowest, b = lowest, c = lowest, d = lowest;
  int64_t i = 0;
  for (; i + 4 * kWidth <= count; i += 4 * kWidth) {
    a = S::max(S::load(x + i), a);
    b = S::max(S::load(x + i + kWidth), b);
    c = S::max(S::load(x + i + 2 * kWidth), c);
    d = S::max(S::load(x + i + 3 * kWidth), d);
  }
  for_each_vector<S>(
      count - i, [&](int64_t e, auto lanes) { a = S::max(S::load(x + i + e, lanes, lowest), a); });
  return S::largest(S::max(S::max(a, b), S::max(c, d)));
}

// sum exp((x - max) / temperature); 0 for max = -inf unless there is a NaN.
template <typename S>
float sum_of_exponentials(const float* x, int64_t count, float max, float inverse_temperature) {
  // Nothing but -inf and NaN in the block: subtracting 0 keeps them what they are.
  const auto shift = S::set(max == -std::numeric_limits<float>::infinity() ? 0 : max);
  const auto inverse = S::set(inverse_temperature);
  return sum_vectors<S>(count, [&](int64_t v, auto lanes) {
    const auto shifted = S::mul(S::sub(S::load(x + v, lanes), shift), inverse);
    return S::keep(VectorMath<S>::exp(shifted), lanes);
  });
}

struct SoftmaxTotal {
  float max;
  double sum;
};

// sum = sum_b partial_b.sum exp((partial_b.max - max) / temperature); NaN where every max is -inf.
inline SoftmaxTotal merge_partials(const SoftmaxPartial* partials,
                                   int64_t blocks,
                                   float inverse_temperature) {
  SoftmaxTotal total{-std::numeric_limits<float>::infinity(), 0};
  for (int64_t b = 0; b < blocks; ++b) total.max = std::max(total.max, partials[b].max);
  for (int64_t b = 0; b < blocks; ++b) {
    total.sum += partials[b].sum *
                 std::exp((double{partials[b].max} - total.max) * double{inverse_temperature});
  }
  return total;
}

template <typename S>
void softmax_rows(const SoftmaxArgs& args, const Team& team) {
  using F32 = typename S::F32;
  const float inverse_temperature = 1 / args.temperature;
  const int64_t blocks = softmax_blocks(args.columns);
  const auto [begin, end] = team.share(args.rows * blocks);
  const auto columns_from = [&](int64_t first) {
    return std::min(kSoftmaxBlock, args.columns - first);
  };
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t first = unit % blocks * kSoftmaxBlock;
    const float* x = args.x + unit / blocks * args.x_stride + first;
    const float max = largest<S>(x, columns_from(first));
    args.partials[unit] = {
        max, sum_of_exponentials<S>(x, columns_from(first), max, inverse_temperature)};
  }

  team.barrier();
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t row = unit / blocks, first = unit % blocks * kSoftmaxBlock;
    const SoftmaxTotal total =
        merge_partials(args.partials + row * blocks, blocks, inverse_temperature);
    const float* x = args.x + row * args.x_stride + first;
    float* y = args.y + row * args.y_stride + first;
    const F32 max = S::set(total.max), inverse = S::set(inverse_temperature);
    const auto shifted = [&](int64_t v, auto lanes) {
      return S::mul(S::sub(S::load(x + v, lanes), max), inverse);
    };
    if (args.log != 0) {
      const F32 log_sum = S::set(static_cast<float>(std::log(total.sum)));
      for_each_vector<S>(columns_from(first), [&](int64_t v, auto lanes) {
        S::store(y + v, S::sub(shifted(v, lanes), log_sum), lanes);
      });
    } else {
      const F32 factor = S::set(static_cast<float>(1 / total.sum));
      for_each_vector<S>(columns_from(first), [&](int64_t v, auto lanes) {
        S::store(y + v, S::mul(VectorMath<S>::exp(shifted(v, lanes)), factor), lanes);
      });
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

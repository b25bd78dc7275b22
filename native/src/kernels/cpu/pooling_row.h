// SPDX-License-Identifier: Apache-2.0
// Pooling over a vector type S. A unit of work is a block of columns of one sequence; its tokens
// are taken in order with the block's sums in registers. Norms follow behind a barrier, one
// sequence at a time.
#pragma once

#include <algorithm>
#include <cmath>

#include "gatun/ops.h"
#include "kernels/cpu/row_loops.h"
#include "kernels/pooling.h"

namespace gatun::cpu {
namespace {

constexpr int64_t kPoolingBlock = 64;  // columns: 256 bytes of a row, four cache lines

// combine(result so far, values of the next token) over tokens, for `columns` <= kPoolingBlock
// columns.
template <typename S, typename Combine>
void pool_block(const float* x,
                int64_t x_stride,
                int64_t tokens,
                int64_t columns,
                float scale,
                float* y,
                Combine combine) {
  using F32 = typename S::F32;
  constexpr int kVectors = static_cast<int>(kPoolingBlock / S::kWidth);
  F32 result[kVectors];
  int v = 0;
  for_each_vector<S>(columns, [&](int64_t e, auto lanes) { result[v++] = S::load(x + e, lanes); });
  for (int64_t n = 1; n < tokens; ++n) {
    const float* row = x + n * x_stride;
    v = 0;
    for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
      result[v] = combine(result[v], S::load(row + e, lanes));
      ++v;
    });
  }
  v = 0;
  for_each_vector<S>(columns, [&](int64_t e, auto lanes) {
    S::store(y + e, S::mul(result[v++], S::set(scale)), lanes);
  });
}

template <typename S>
void pool_unit(const PoolingArgs& args, int64_t sequence, int64_t first_column) {
  using F32 = typename S::F32;
  const int64_t columns = std::min(kPoolingBlock, args.columns - first_column);
  const TokenRange range = pooled_tokens(args, sequence);
  float* y = args.y + sequence * args.y_stride + first_column;
  const int64_t tokens = range.end - range.begin;
  if (tokens == 0) {
    std::fill(y, y + columns, 0.0f);
    return;
  }
  const float* x = args.x + range.begin * args.x_stride + first_column;
  const auto first = [](F32 result, F32) { return result; };
  switch (args.mode) {
    case GATUN_POOLING_CLS:
      pool_block<S>(x, 0, 1, columns, 1, y, first);
      return;
    case GATUN_POOLING_LAST:
      pool_block<S>(x + (tokens - 1) * args.x_stride, 0, 1, columns, 1, y, first);
      return;
    case GATUN_POOLING_MAX:  // S::max passes on a NaN of its second operand; one of the first is
                             // kept by hand
      pool_block<S>(x, args.x_stride, tokens, columns, 1, y, [](F32 result, F32 value) {
        return S::select(S::is_nan(result), result, S::max(result, value));
      });
      return;
    default:
      pool_block<S>(x, args.x_stride, tokens, columns, 1 / static_cast<float>(tokens), y,
                    [](F32 result, F32 value) { return S::add(result, value); });
      return;
  }
}

template <typename S>
void pooling_rows(const PoolingArgs& args, const Team& team) {
  const int64_t blocks = (args.columns + kPoolingBlock - 1) / kPoolingBlock;
  const auto [begin, end] = team.share(args.sequences * blocks);
  for (int64_t unit = begin; unit < end; ++unit)
    pool_unit<S>(args, unit / blocks, unit % blocks * kPoolingBlock);
  if (args.normalize == 0) return;

  team.barrier();
  const auto [first, last] = team.share(args.sequences);
  for (int64_t b = first; b < last; ++b) {
    float* y = args.y + b * args.y_stride;
    const float squares = sum_vectors<S>(args.columns, [&](int64_t e, auto lanes) {
      const auto value = S::load(y + e, lanes);
      return S::mul(value, value);
    });
    const float length = std::sqrt(squares);
    const auto inverse = S::set(1 / (length < 1e-12f ? 1e-12f : length));  // NaN stays
    for_each_vector<S>(args.columns, [&](int64_t e, auto lanes) {
      S::store(y + e, S::mul(S::load(y + e, lanes), inverse), lanes);
    });
  }
}

}  // namespace
}  // namespace gatun::cpu

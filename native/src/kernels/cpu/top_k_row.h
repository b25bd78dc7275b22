// SPDX-License-Identifier: Apache-2.0
// Top-k over a vector type S. For k = 1 the maximum of a block and its sum of exponentials are
// taken while the block is in L1, and only the block that holds the row's maximum is searched for
// its index. For larger k, a chunk gathers what is greater than its k-th value so far, and now and
// then drops all but the best k.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/softmax_row.h"
#include "kernels/top_k.h"

namespace gatun::cpu {
namespace {

// First position of `value`; where `value` is -inf and absent (a row of NaN), 0.
template <typename S>
int64_t first_position(const float* x, int64_t count, float value) {
  const auto wanted = S::set(value);
  for (int64_t i = 0; i < count; i += S::kWidth) {
    const auto lanes = S::first(std::min<int64_t>(S::kWidth, count - i));
    const uint32_t hits = S::bits(S::equal(S::load(x + i, lanes), wanted)) & S::bits(lanes);
    if (hits != 0) return i + __builtin_ctz(hits);
  }
  return 0;
}

// The best k of x[begin, end) in order; returns how many there are, fewer than k in a short chunk.
template <typename S>
int64_t select_chunk(const float* x, int64_t begin, int64_t end, int64_t k, TopKEntry* best) {
  int64_t kept = 0;
  bool bounded = false;  // best[k - 1] is the k-th so far: what ranks behind it cannot enter
  const auto keep_best_k = [&] {
    std::nth_element(best, best + k - 1, best + kept, RanksBefore{});
    kept = k;
    bounded = true;
  };
  for (int64_t i = begin; i < end; i += S::kWidth) {
    const auto lanes = S::first(std::min<int64_t>(S::kWidth, end - i));
    const auto values = S::load(x + i, lanes);
    uint32_t candidates = S::bits(lanes);
    if (bounded) {
      // A later index loses a tie, so only what is greater can enter; behind a NaN, anything that
      // is not one.
      const float worst = best[k - 1].value;
      candidates &=
          worst != worst ? ~S::bits(S::is_nan(values)) : S::bits(S::greater(values, S::set(worst)));
    }
    for (; candidates != 0; candidates &= candidates - 1) {
      const int64_t index = i + __builtin_ctz(candidates);
      best[kept++] = {x[index], static_cast<int32_t>(index)};
    }
    if (kept + S::kWidth > top_k_capacity(k)) keep_best_k();
  }
  if (kept > k) keep_best_k();
  std::sort(best, best + kept, RanksBefore{});
  return kept;
}

// The lists of all chunks of a row, each in order, into one.
inline void merge_chunks(const TopKArgs& args, int64_t row) {
  const int64_t capacity = top_k_capacity(args.k);
  const TopKEntry* lists = args.entries + row * args.chunks * capacity;  // [chunks, capacity]
  const int64_t* lengths = args.lengths + row * args.chunks;             // [chunks]
  int64_t* taken = args.taken + row * args.chunks;                       // [chunks]
  std::fill(taken, taken + args.chunks, int64_t{0});
  for (int64_t i = 0; i < args.k; ++i) {
    const TopKEntry* next = nullptr;
    int64_t from = 0;
    for (int64_t c = 0; c < args.chunks; ++c) {
      const TopKEntry* head = lists + c * capacity + taken[c];
      if (taken[c] == lengths[c] || (next != nullptr && !RanksBefore{}(*head, *next))) continue;
      next = head;
      from = c;
    }
    ++taken[from];
    if (args.values != nullptr) args.values[row * args.values_stride + i] = next->value;
    args.indices[row * args.indices_stride + i] = next->index;
  }
}

// k = 1: the first block that has the row's maximum is searched for it.
template <typename S>
void pick_largest(const TopKArgs& args, int64_t row, int64_t blocks, float max) {
  const float* x = args.x + row * args.x_stride;
  int64_t index = 0;
  if (max ==
      -std::numeric_limits<float>::infinity()) {  // a block of NaN alone has this maximum too
    index = first_position<S>(x, args.columns, max);
  } else {
    int64_t block = 0;
    while (block + 1 < blocks && args.partials[row * blocks + block].max != max) ++block;
    const int64_t first = block * kSoftmaxBlock;
    index =
        first + first_position<S>(x + first, std::min(kSoftmaxBlock, args.columns - first), max);
  }
  if (args.values != nullptr) args.values[row * args.values_stride] = x[index];
  args.indices[row * args.indices_stride] = static_cast<int32_t>(index);
}

template <typename S>
void top_k_rows(const TopKArgs& args, const Team& team) {
  const int64_t blocks = softmax_blocks(args.columns);
  if (args.k == 1 || args.log_sum_exp != nullptr) {
    const auto [begin, end] = team.share(args.rows * blocks);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t first = unit % blocks * kSoftmaxBlock,
                    count = std::min(kSoftmaxBlock, args.columns - first);
      const float* x = args.x + unit / blocks * args.x_stride + first;
      const float max = largest<S>(x, count);
      args.partials[unit] = {
          max, args.log_sum_exp == nullptr ? 0 : sum_of_exponentials<S>(x, count, max, 1)};
    }
  }
  if (args.k > 1) {
    const auto [begin, end] = team.share(args.rows * args.chunks);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t row = unit / args.chunks, chunk = unit % args.chunks;
      args.lengths[unit] =
          select_chunk<S>(args.x + row * args.x_stride, args.columns * chunk / args.chunks,
                          args.columns * (chunk + 1) / args.chunks, args.k,
                          args.entries + unit * top_k_capacity(args.k));
    }
  }

  team.barrier();
  const auto [begin, end] = team.share(args.rows);
  for (int64_t row = begin; row < end; ++row) {
    SoftmaxTotal total{};
    if (args.k == 1 || args.log_sum_exp != nullptr)
      total = merge_partials(args.partials + row * blocks, blocks, 1);
    if (args.log_sum_exp != nullptr)
      args.log_sum_exp[row] = static_cast<float>(total.max + std::log(total.sum));
    if (args.k == 1) {
      pick_largest<S>(args, row, blocks, total.max);
    } else {
      merge_chunks(args, row);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Top-k over a vector type S. For k = 1 the maximum of a block and its sum of exponentials are taken while the block is
// in L1, and only the block that holds the row's maximum is searched for its index. For larger k, each chunk keeps its best k in a heap with the worst on top; a vector of values is looked at only if one of them
// may enter.
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

// The best `k` of x[0, count) in order, with indices from `first_index` on. count >= k.
template <typename S>
void select_chunk(const float* x, int64_t count, int64_t first_index, int64_t k, TopKEntry* best) {
  const auto entry = [&](int64_t i) { return TopKEntry{x[i], static_cast<int32_t>(first_index + i)}; };
  for (int64_t i = 0; i < k; ++i) best[i] = entry(i);
  std::make_heap(best, best + k, ranks_before);  // best[0]: the worst of them
  for (int64_t i = k; i < count; i += S::kWidth) {
    const auto lanes = S::first(std::min<int64_t>(S::kWidth, count - i));
    // A later index loses a tie, so only what is greater can enter; over a NaN, anything that is not one.
    const float worst = best[0].value;
    const auto values = S::load(x + i, lanes);
    const uint32_t better = worst != worst ? ~S::bits(S::is_nan(values)) : S::bits(S::greater(values, S::set(worst)));
    for (uint32_t candidates = better & S::bits(lanes); candidates != 0; candidates &= candidates - 1) {
      const TopKEntry candidate = entry(i + __builtin_ctz(candidates));
      if (!ranks_before(candidate, best[0])) continue;
      std::pop_heap(best, best + k, ranks_before);
      best[k - 1] = candidate;
      std::push_heap(best, best + k, ranks_before);
    }
  }
  std::sort_heap(best, best + k, ranks_before);
}

// The lists of all chunks of a row, each in order, into one. lists: [chunks, k], taken: [chunks].
inline void merge_chunks(const TopKArgs& args, int64_t row, int64_t chunks, const TopKEntry* lists, int64_t* taken) {
  std::fill(taken, taken + chunks, int64_t{0});
  for (int64_t i = 0; i < args.k; ++i) {
    const TopKEntry* next = nullptr;
    int64_t from = 0;
    for (int64_t c = 0; c < chunks; ++c) {
      const int64_t listed = std::min(args.k, std::min(kTopKChunk, args.columns - c * kTopKChunk));
      const TopKEntry* head = lists + c * args.k + taken[c];
      if (taken[c] == listed || (next != nullptr && !ranks_before(*head, *next))) continue;
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
  if (max == -std::numeric_limits<float>::infinity()) {  // a block of NaN alone has this maximum too
    index = first_position<S>(x, args.columns, max);
  } else {
    int64_t block = 0;
    while (block + 1 < blocks && args.partials[row * blocks + block].max != max) ++block;
    const int64_t first = block * kSoftmaxBlock;
    index = first + first_position<S>(x + first, std::min(kSoftmaxBlock, args.columns - first), max);
  }
  if (args.values != nullptr) args.values[row * args.values_stride] = x[index];
  args.indices[row * args.indices_stride] = static_cast<int32_t>(index);
}

template <typename S>
void top_k_rows(const TopKArgs& args, const Team& team) {
  const int64_t blocks = softmax_blocks(args.columns);
  const int64_t chunks = (args.columns + kTopKChunk - 1) / kTopKChunk;
  if (args.k == 1 || args.log_sum_exp != nullptr) {
    const auto [begin, end] = team.share(args.rows * blocks);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t first = unit % blocks * kSoftmaxBlock, count = std::min(kSoftmaxBlock, args.columns - first);
      const float* x = args.x + unit / blocks * args.x_stride + first;
      const float max = largest<S>(x, count);
      args.partials[unit] = {max, args.log_sum_exp == nullptr ? 0 : sum_of_exponentials<S>(x, count, max, 1)};
    }
  }
  if (args.k > 1) {
    const auto [begin, end] = team.share(args.rows * chunks);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t first = unit % chunks * kTopKChunk, count = std::min(kTopKChunk, args.columns - first);
      select_chunk<S>(args.x + unit / chunks * args.x_stride + first, count, first, std::min(args.k, count),
                      args.entries + unit * args.k);
    }
  }

  team.barrier();
  const auto [begin, end] = team.share(args.rows);
  for (int64_t row = begin; row < end; ++row) {
    SoftmaxTotal total{};
    if (args.k == 1 || args.log_sum_exp != nullptr) total = merge_partials(args.partials + row * blocks, blocks, 1);
    if (args.log_sum_exp != nullptr) args.log_sum_exp[row] = static_cast<float>(total.max + std::log(total.sum));
    if (args.k == 1) {
      pick_largest<S>(args, row, blocks, total.max);
    } else {
      merge_chunks(args, row, chunks, args.entries + row * chunks * args.k, args.taken + row * chunks);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu

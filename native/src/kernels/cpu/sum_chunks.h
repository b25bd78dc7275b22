// SPDX-License-Identifier: Apache-2.0
// Sums in double over lanes of doubles D: Type, kWidth, zero(), widen(p) of kWidth floats, add,
// fma, sum (a fixed tree).
#pragma once

#include <algorithm>

#include "kernels/sum.h"

namespace gatun::cpu {
namespace {

template <typename D, bool kSquares>
double sum_chunk(const float* x, int64_t count) {
  using Lanes = typename D::Type;
  constexpr int kChains = 4;  // hide the latency of an addition
  Lanes total[kChains] = {D::zero(), D::zero(), D::zero(), D::zero()};
  const auto add = [&](int chain, Lanes value) {
    total[chain] = kSquares ? D::fma(value, value, total[chain]) : D::add(value, total[chain]);
  };
  int64_t i = 0;
  for (; i + kChains * D::kWidth <= count; i += kChains * D::kWidth) {
    for (int chain = 0; chain < kChains; ++chain) add(chain, D::widen(x + i + chain * D::kWidth));
  }
  double rest = 0;
  for (; i < count; ++i) rest += kSquares ? double{x[i]} * double{x[i]} : double{x[i]};
  return D::sum(D::add(D::add(total[0], total[1]), D::add(total[2], total[3]))) + rest;
}

template <typename D>
void sum_chunks(const SumArgs& args, const Team& team) {
  const auto [begin, end] = team.share(args.chunks());
  for (int64_t c = begin; c < end; ++c) {
    const float* x = args.x + c * kSumChunk;
    const int64_t count = std::min(kSumChunk, args.count - c * kSumChunk);
    args.partial[c] = args.squares ? sum_chunk<D, true>(x, count) : sum_chunk<D, false>(x, count);
  }
  team.barrier();
  if (team.index() == 0) add_partial_sums(args);
}

}  // namespace
}  // namespace gatun::cpu

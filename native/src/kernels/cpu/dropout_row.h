// SPDX-License-Identifier: Apache-2.0
// Dropout over a vector type S. Which elements are kept is drawn for up to kChunk elements of a row
// at a time, one bit each, from the counter on that the first of them belongs to: a row may begin
// inside a counter's four words.
//
// Random is a policy: kWords words per call, and keep(first, args), which gives one bit for each
// word of the counters from `first` on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/row_loops.h"
#include "kernels/dropout.h"

namespace gatun::cpu {
namespace {

template <typename S, typename Random>
class DropoutRows {
 public:
  explicit DropoutRows(const DropoutArgs& args) : a_(args) {}

  void row(int64_t n) {
    for (int64_t e = 0; e < a_.columns; e += kChunk) {
      const int64_t count = std::min(kChunk, a_.columns - e);
      const auto first = static_cast<uint64_t>(n * a_.columns + e);
      draw(first, count);
      apply(n, e, count, static_cast<int64_t>(first % 4));
    }
  }

 private:
  using F32 = typename S::F32;
  static constexpr int64_t kChunk = 4096;

  void draw(uint64_t first, int64_t count) {
    const int64_t words = count + 3;  // the first may be three inside its counter
    for (int64_t w = 0; w < words; w += Random::kWords) {
      const auto bits = Random::keep(first / 4 + static_cast<uint64_t>(w) / 4, a_);
      std::memcpy(keep_ + w / 8, &bits, sizeof(bits));
    }
  }

  // Bits `at` ... at + 15.
  uint32_t bits(int64_t at) const {
    uint32_t word;
    std::memcpy(&word, keep_ + at / 8, sizeof(word));
    return word >> (at % 8);
  }

  void apply(int64_t n, int64_t begin, int64_t count, int64_t offset) const {
    const F32 factor = S::set(a_.factor);
    const float* x = a_.x + n * a_.x_stride + begin;
    const float* residual =
        a_.residual == nullptr ? nullptr : a_.residual + n * a_.residual_stride + begin;
    float* y = a_.y + n * a_.y_stride + begin;
    for_each_vector<S>(count, [&](int64_t e, auto lanes) {
      const auto kept = S::from_bits(bits(e + offset));
      F32 value = S::keep(S::mul(S::load(x + e, lanes), factor), kept);
      if (residual != nullptr) value = S::add(value, S::load(residual + e, lanes));
      if (a_.accumulate) value = S::add(S::load(y + e, lanes), value);
      S::store(y + e, value, lanes);
    });
  }

  const DropoutArgs& a_;
  uint8_t keep_[(kChunk + Random::kWords) / 8 + 8];  // and what an unaligned read may touch
};

template <typename S, typename Random>
void dropout_rows(const DropoutArgs& args, const Team& team) {
  DropoutRows<S, Random> rows(args);
  const auto [begin, end] = team.share(args.rows);
  for (int64_t n = begin; n < end; ++n) rows.row(n);
}

}  // namespace
}  // namespace gatun::cpu

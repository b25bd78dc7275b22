// SPDX-License-Identifier: Apache-2.0
// Dropout of attention's probabilities: probability j of row r stays if word j % 4 of
// Philox4x32-10 (counter j / 4, r, sequence) is at least a threshold, so that forward, backward and
// every thread count agree.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/philox.h"

namespace gatun {

struct AttentionDropout {
  uint32_t threshold;  // floor(2^32 probability); 0: nothing is dropped
  float scale;         // 1 / (1 - probability)
  uint64_t seed;
  uint32_t sequence[2];  // low half first
};

namespace {  // own copy per instruction set

inline AttentionDropout attention_dropout(float probability, int64_t seed, int64_t sequence) {
  const auto bits = static_cast<uint64_t>(sequence);
  return {static_cast<uint32_t>(static_cast<double>(probability) * 4294967296.0),
          static_cast<float>(1.0 / (1.0 - static_cast<double>(probability))),
          static_cast<uint64_t>(seed),
          {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)}};
}

inline bool dropout_keeps(const AttentionDropout& d, int64_t row, int64_t key) {
  const auto words = philox(static_cast<uint32_t>(key / 4), static_cast<uint32_t>(row),
                            d.sequence[0], d.sequence[1], d.seed);
  return words[static_cast<size_t>(key % 4)] >= d.threshold;
}

}  // namespace

}  // namespace gatun

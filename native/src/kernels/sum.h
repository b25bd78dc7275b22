// SPDX-License-Identifier: Apache-2.0
// y (+)= sum of x, or of x^2, in double: one partial sum per chunk, chunks added in order. Chunks
// are split over the team.
#pragma once

#include <cstdint>

#include "runtime/team.h"

namespace gatun {

inline constexpr int64_t kSumChunk = 65536;

struct SumArgs {
  const float* x;   // [C]
  double* y;        // [1]
  double* partial;  // [ceil(C / kSumChunk)]
  int64_t count;    // C
  bool squares;
  bool accumulate;

  int64_t chunks() const { return (count + kSumChunk - 1) / kSumChunk; }
};

namespace {

// What member 0 does when all partial sums are there.
inline void add_partial_sums(const SumArgs& args) {
  double total = args.accumulate ? *args.y : 0.0;
  for (int64_t c = 0; c < args.chunks(); ++c) total += args.partial[c];
  *args.y = total;
}

}  // namespace

namespace reference {
void sum(const SumArgs& args, const Team& team);
}
namespace cpu::avx2 {
void sum(const SumArgs& args, const Team& team);
}
namespace cpu::avx512 {
void sum(const SumArgs& args, const Team& team);
}

}  // namespace gatun

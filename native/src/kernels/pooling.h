// SPDX-License-Identifier: Apache-2.0
// One vector per sequence: mean, first, last or largest over its tokens, then divided by max(L2
// norm, 1e-12) if wanted.
//
// Sequences and blocks of columns are split over the team; tokens are added in ascending order. A
// sequence whose bounds are not 0 <= begin <= end <= N is reported and taken as empty; an empty
// sequence gives zeros.
#pragma once

#include <cstdint>

#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct PoolingArgs {
  const float* x;              // [N, E]
  const int32_t* cu_seqlens;   // [B + 1]
  float* y;                    // [B, E]
  int64_t x_stride, y_stride;  // of rows
  int64_t tokens;              // N
  int64_t sequences;           // B
  int64_t columns;             // E
  int32_t mode;                // GATUN_POOLING_*
  int32_t normalize;
  Fault* fault;
};

namespace reference {
void pooling(const PoolingArgs& args, const Team& team);
}
namespace cpu::avx2 {
void pooling(const PoolingArgs& args, const Team& team);
}
namespace cpu::avx512 {
void pooling(const PoolingArgs& args, const Team& team);
}

namespace {

struct TokenRange {
  int64_t begin;
  int64_t end;
};

inline TokenRange pooled_tokens(const PoolingArgs& args, int64_t sequence) {
  const int64_t begin = args.cu_seqlens[sequence], end = args.cu_seqlens[sequence + 1];
  if (begin >= 0 && begin <= end && end <= args.tokens) return {begin, end};
  if (begin < 0 || begin > args.tokens) {
    args.fault->report("pooling: cu_seqlens", sequence, begin, args.tokens + 1);
  } else {
    args.fault->report(
        end < begin ? "pooling: cu_seqlens does not ascend: cu_seqlens" : "pooling: cu_seqlens",
        sequence + 1, end, args.tokens + 1);
  }
  return {0, 0};
}

}  // namespace

}  // namespace gatun

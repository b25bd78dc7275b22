// SPDX-License-Identifier: Apache-2.0
// What pooling and its backward share: the tokens of a sequence and one column over them.
#pragma once

#include "gatun/ops.h"
#include "kernels/cuda/pooling.h"

namespace gatun::cuda {

struct TokenRange {
  int begin, end;
};

// Of the block's sequence; bounds outside 0 <= begin <= end <= N are reported and an empty range.
__device__ __forceinline__ TokenRange pooled_tokens(const PoolingArgs& args, int sequence) {
  const int begin = args.cu_seqlens[sequence], end = args.cu_seqlens[sequence + 1];
  if (begin >= 0 && begin <= end && end <= args.tokens) return {begin, end};
  if (threadIdx.x == 0)
    report_fault(args.fault, FaultSource::kPoolingSequences, sequence, end, args.tokens + 1);
  return {0, 0};
}

struct LargestToken {
  int token;  // the first of equals
  float value;
};

// A NaN is larger than everything.
__device__ __forceinline__ LargestToken largest_token(const PoolingArgs& args,
                                                      TokenRange tokens,
                                                      int column) {
  const auto x = [&](int token) { return args.x[token * args.x_stride + column]; };
  LargestToken largest{tokens.begin, x(tokens.begin)};
  for (int token = tokens.begin + 1; token < tokens.end && largest.value == largest.value;
       ++token) {
    const float value = x(token);
    if (value > largest.value || value != value) largest = {token, value};
  }
  return largest;
}

__device__ __forceinline__ float pooled(const PoolingArgs& args, TokenRange tokens, int column) {
  if (tokens.begin == tokens.end) return 0;
  const auto x = [&](int token) { return args.x[token * args.x_stride + column]; };
  switch (args.mode) {
    case GATUN_POOLING_CLS:
      return x(tokens.begin);
    case GATUN_POOLING_LAST:
      return x(tokens.end - 1);
    case GATUN_POOLING_MAX:
      return largest_token(args, tokens, column).value;
    default:
      break;
  }
  float sum = 0;
  for (int token = tokens.begin; token < tokens.end; ++token) sum += x(token);
  return sum / static_cast<float>(tokens.end - tokens.begin);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// What comes before and behind attention: the check of the lengths and pages that it reads, the
// rows that no sequence has, and the merge of keys that were spread over blocks.
#include "kernels/cuda/attention_check.h"
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/instructions.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int64_t kClearingBlocks = 32;

__device__ int last_token(const AttentionArgs& args) {
  return args.cu_seqlens_q[args.sequences];
}

// A block takes a row of y; a thread takes columns.
__global__ void __launch_bounds__(kThreads) attention_merge_kernel(AttentionArgs args) {
  const int token = static_cast<int>(blockIdx.x), head = static_cast<int>(blockIdx.y);
  if (attention_faulted(args.fault) || token >= last_token(args)) return;
  int b = 0;
  while (token >= args.cu_seqlens_q[b + 1]) ++b;
  const Sequence s = sequence_of(args, b);
  const KeyRange range = visible_keys(args, s, token - s.first_query);
  const int first = range.begin / kSplitKeys;
  const int last = range.begin < range.end ? (range.end - 1) / kSplitKeys + 1 : first;
  const float* entries = result_of(args, token, head, 0).statistics;
  const int width = args.head_size + 2;
  float maximum = no_score();
  for (int i = first; i < last; ++i) maximum = fmaxf(maximum, entries[i * width]);
  float sum = 0;
  const auto weight = [&](int i) {
    return entries[i * width] == no_score() ? 0.0f : exp2_approximate(entries[i * width] - maximum);
  };
  for (int i = first; i < last; ++i) sum = fmaf(weight(i), entries[i * width + 1], sum);
  const RowTotal total = total_of(args, head, maximum, sum);
  for (int d = static_cast<int>(threadIdx.x); d < args.head_size; d += kThreads) {
    float o = 0;
    for (int i = first; i < last; ++i) o = fmaf(weight(i), entries[i * width + 2 + d], o);
    args.y[token * args.y_stride + int64_t{head} * args.head_size + d] = o * total.factor;
  }
  if (args.log_sum_exp != nullptr && threadIdx.x == 0)
    args.log_sum_exp[token * args.log_sum_exp_stride + head] = total.log_sum_exp;
}

// One block checks; the others share the rows that no sequence has, which are few or none.
__global__ void __launch_bounds__(kThreads)
    attention_prepare_kernel(AttentionArgs args, int tokens) {
  const int thread = static_cast<int>(threadIdx.x);
  if (blockIdx.x == 0) {
    if (args.fault != nullptr) check_attention(args, tokens, thread, kThreads);
    return;
  }
  const int blocks = static_cast<int>(gridDim.x) - 1, width = args.heads * args.head_size;
  for (int token = max(last_token(args), 0) + static_cast<int>(blockIdx.x) - 1; token < tokens;
       token += blocks) {
    for (int d = thread; d < width; d += kThreads) args.y[token * args.y_stride + d] = 0;
    if (args.log_sum_exp == nullptr) continue;
    for (int head = thread; head < args.heads; head += kThreads)
      args.log_sum_exp[token * args.log_sum_exp_stride + head] = __builtin_huge_valf();
  }
}

}  // namespace

Status attention_merge(const AttentionArgs& args, int64_t tokens, Stream stream) {
  return launch("attention_merge", attention_merge_kernel, {tokens, args.heads}, kThreads, 0,
                stream, args);
}

Status attention_prepare(const AttentionArgs& args, int64_t tokens, Stream stream) {
  if (tokens == 0) return 0;
  return launch("attention_prepare", attention_prepare_kernel,
                {1 + (tokens < kClearingBlocks ? tokens : kClearingBlocks)}, kThreads, 0, stream,
                args, static_cast<int>(tokens));
}

}  // namespace gatun::cuda

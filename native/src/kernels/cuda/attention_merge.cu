// SPDX-License-Identifier: Apache-2.0
// The last step of attention whose keys were spread over blocks, and the rows that no sequence has.
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/instructions.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;

__device__ int last_token(const AttentionArgs& args) {
  return args.cu_seqlens_q[args.sequences];
}

// A block takes a row of y; a thread takes columns.
__global__ void __launch_bounds__(kThreads) attention_merge_kernel(AttentionArgs args) {
  const int token = static_cast<int>(blockIdx.x), head = static_cast<int>(blockIdx.y);
  if (token >= last_token(args)) return;
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
  for (int d = static_cast<int>(threadIdx.x); d < args.head_size; d += kThreads) {
    float o = 0;
    for (int i = first; i < last; ++i) o = fmaf(weight(i), entries[i * width + 2 + d], o);
    args.y[token * args.y_stride + int64_t{head} * args.head_size + d] = sum == 0 ? 0 : o / sum;
  }
  if (args.log_sum_exp != nullptr && threadIdx.x == 0)
    args.log_sum_exp[int64_t{token} * args.heads + head] = log_sum_exp_of(maximum, sum);
}

__global__ void __launch_bounds__(kThreads) attention_clear_kernel(AttentionArgs args) {
  const int token = static_cast<int>(blockIdx.x), head = static_cast<int>(blockIdx.y);
  if (token < last_token(args)) return;
  for (int d = static_cast<int>(threadIdx.x); d < args.head_size; d += kThreads)
    args.y[token * args.y_stride + int64_t{head} * args.head_size + d] = 0;
  if (args.log_sum_exp != nullptr && threadIdx.x == 0)
    args.log_sum_exp[int64_t{token} * args.heads + head] = __builtin_huge_valf();
}

}  // namespace

Status attention_merge(const AttentionArgs& args, int64_t tokens, Stream stream) {
  return launch("attention_merge", attention_merge_kernel, {tokens, args.heads}, kThreads, 0,
                stream, args);
}

Status attention_clear_rest(const AttentionArgs& args, int64_t tokens, Stream stream) {
  return launch("attention_clear_rest", attention_clear_kernel, {tokens, args.heads}, kThreads, 0,
                stream, args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// What comes before and behind the passes of attention's backward: the check of lengths, dy . y of
// each row, zeros for rows that no sequence has; and the bias, from sums by distance.
#include "kernels/cuda/attention_backward_rows.h"
#include "kernels/cuda/attention_check.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/relative_bias.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kWarps = kThreads / kWarpSize;
constexpr int64_t kClearingBlocks = 32;

__global__ void __launch_bounds__(kThreads) attention_weighted_kernel(AttentionBackwardArgs args) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize, size = args.head_size;
  const int head =
      static_cast<int>(blockIdx.y) * kWarps + static_cast<int>(threadIdx.x) / kWarpSize;
  const int64_t token = blockIdx.x;
  if (head >= args.heads) return;
  const float* y = args.y + token * args.y_stride + int64_t{head} * size;
  const float* dy = args.dy + token * args.dy_stride + int64_t{head} * size;
  float sum = 0;
  for (int d = lane; d < size; d += kWarpSize) sum = fmaf(dy[d], y[d], sum);
  sum = warp_reduce(sum, Sum{});
  if (lane == 0) args.weighted[token * args.heads + head] = sum;
}

__global__ void __launch_bounds__(kThreads)
    attention_backward_check_kernel(AttentionBackwardArgs args) {
  const int thread = static_cast<int>(threadIdx.x);
  check_ends(args.fault, FaultSource::kAttentionQueries, args.cu_seqlens_q, args.sequences,
             args.tokens, thread, kThreads);
  check_ends(args.fault, FaultSource::kAttentionKeys, args.cu_seqlens_k, args.sequences, args.keys,
             thread, kThreads);
}

// The rows that no sequence has, which are few or none.
__global__ void __launch_bounds__(kThreads) attention_clear_kernel(float* rows,
                                                                   int64_t count,
                                                                   int64_t stride,
                                                                   int width,
                                                                   const int32_t* ends,
                                                                   int sequences,
                                                                   const DeviceFault* fault) {
  if (attention_faulted(fault)) return;
  for (int64_t row = int64_t{ends[sequences]} + blockIdx.x; row < count; row += gridDim.x) {
    for (int d = static_cast<int>(threadIdx.x); d < width; d += kThreads)
      rows[row * stride + d] = 0;
  }
}

// A block takes a head. The first block of partial sums becomes their total by distance.
__global__ void __launch_bounds__(kThreads)
    attention_bias_kernel(AttentionBackwardArgs args, float logarithm, int queries) {
  const int head = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  const int span = 2 * args.distance_limit + 1;
  if (attention_faulted(args.fault)) return;
  float* totals =
      bias_partial(args, attention_gradient_block(args.tokens, args.sequences, queries), head);
  for (int d = thread; d < span; d += kThreads) {
    double sum = 0;
    for (int b = 0; b < args.sequences; ++b) {
      const Sequence s = sequence_of(args, b);
      const int64_t first = attention_gradient_block(s.first_query, b, queries);
      for (int block = 0; block * queries < s.queries; ++block)
        sum += static_cast<double>(bias_partial(args, first + block, head)[d]);
    }
    totals[d] = static_cast<float>(sum);
  }
  __syncthreads();
  for (int bucket = thread; bucket < args.bias.buckets; bucket += kThreads) {
    double sum = 0;
    for (int d = 0; d < span; ++d) {
      if (bucket_of(args.bias, logarithm, d - args.distance_limit) == bucket)
        sum += static_cast<double>(totals[d]);
    }
    float& to = args.dbias[bucket * args.dbias_stride + head];
    to = static_cast<float>(static_cast<double>(to) + sum);
  }
}

Status clear(const AttentionBackwardArgs& args,
             float* rows,
             int64_t count,
             int64_t stride,
             int heads,
             const int32_t* ends,
             int32_t add,
             Stream stream) {
  if (rows == nullptr || add != 0) return 0;
  return launch("attention_clear", attention_clear_kernel,
                {count < kClearingBlocks ? count : kClearingBlocks}, kThreads, 0, stream, rows,
                count, stride, heads * args.head_size, ends, args.sequences, args.fault);
}

}  // namespace

Status attention_backward_begin(const AttentionBackwardArgs& args, Stream stream) {
  Status status = 0;
  if (args.fault != nullptr)
    status = launch("attention_backward_check", attention_backward_check_kernel, {}, kThreads, 0,
                    stream, args);
  if (status == 0)
    status = launch("attention_weighted", attention_weighted_kernel,
                    {args.tokens, (args.heads + kWarps - 1) / kWarps}, kThreads, 0, stream, args);
  if (status == 0)
    status = clear(args, args.dq, args.tokens, args.dq_stride, args.heads, args.cu_seqlens_q,
                   args.add_dq, stream);
  if (status == 0)
    status = clear(args, args.dk, args.keys, args.dk_stride, args.kv_heads, args.cu_seqlens_k,
                   args.add_dk, stream);
  if (status == 0)
    status = clear(args, args.dv, args.keys, args.dv_stride, args.kv_heads, args.cu_seqlens_k,
                   args.add_dv, stream);
  return status;
}

Status attention_backward_end(const AttentionBackwardArgs& args, bool f32, Stream stream) {
  if (args.dbias == nullptr) return 0;
  return launch("attention_bias", attention_bias_kernel, {args.heads}, kThreads, 0, stream, args,
                bucket_logarithm(args.bias), attention_gradient_queries(args.head_size, f32));
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Rows are cut as softmax cuts them: one launch leaves what each block of columns has, a second
// merges those of a row in ascending order and writes the block's part of dx. The thread that has
// the label's column reads it before it writes dx there, so dx may be x. With cu_seqlens a block
// takes an item.
#include "kernels/cuda/cross_entropy.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kPerThread = static_cast<int>(kSoftmaxBlock) / kThreads;
constexpr int kFewColumns = kPerThread * kWarpSize;  // a warp is enough

struct LargestNumber {  // a NaN is passed over: it reaches the result through the sum
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};
struct Smallest {
  __device__ float operator()(float a, float b) const { return fminf(a, b); }
};

__device__ __forceinline__ float negative_infinity() {
  return -__builtin_huge_valf();
}

// What an item's values have in common.
struct Statistics {
  float max;
  float log_sum;  // log sum exp(x - max)
  float total;    // of x
  int count;      // V
  __device__ float log_sum_exp() const { return max + log_sum; }
};

// Differences from the largest value keep their digits.
__device__ __forceinline__ float loss_of(const CrossEntropyArgs& args,
                                         const Statistics& s,
                                         float x) {
  float loss = (1 - args.smoothing) * (s.max - x + s.log_sum);
  if (args.smoothing != 0)
    loss += args.smoothing * (s.max - s.total / static_cast<float>(s.count) + s.log_sum);
  if (args.z_loss != 0) loss += args.z_loss * s.log_sum_exp() * s.log_sum_exp();
  return loss;
}

__device__ __forceinline__ float slope_of(const CrossEntropyArgs& args,
                                          const Statistics& s,
                                          float x,
                                          bool is_label) {
  const float probability = expf(x - s.max - s.log_sum);
  float slope = probability;
  if (args.z_loss != 0) slope *= 1 + 2 * args.z_loss * s.log_sum_exp();
  if (args.smoothing != 0) slope -= args.smoothing / static_cast<float>(s.count);
  if (is_label) slope -= 1 - args.smoothing;
  return args.scale * slope;
}

// log(sum), no number where no value is larger than -inf.
__device__ __forceinline__ float log_of_sum(float max, float sum) {
  return max == negative_infinity() ? max - max : logf(sum);
}

__global__ void __launch_bounds__(kThreads)
    cross_entropy_partial_kernel(CrossEntropyArgs args, int blocks) {
  const int64_t row = blockIdx.x / static_cast<unsigned>(blocks);
  const int block = static_cast<int>(blockIdx.x) % blocks;
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  const int first = block * static_cast<int>(kSoftmaxBlock);
  const float* x = args.x + row * args.x_stride;
  float values[kPerThread];
  float largest = negative_infinity();
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    const int v = first + thread + i * threads;
    values[i] = v < args.columns ? x[v] : negative_infinity();
    largest = fmaxf(largest, values[i]);
  }
  largest = block_reduce(largest, 0, LargestNumber{});
  float sum = 0, total = 0, place = static_cast<float>(kSoftmaxBlock);  // in the block, exact
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    if (values[i] != negative_infinity()) sum += expf(values[i] - largest);
    const int in_block = thread + i * threads;
    if (first + in_block < args.columns) total += values[i];
    if (values[i] == largest) place = fminf(place, static_cast<float>(in_block));
  }
  sum = block_reduce(sum, 1, Sum{});
  if (args.smoothing != 0) total = block_reduce(total, 0, Sum{});
  if (args.correct != nullptr)  // in the place that the reduction before has not used
    place = block_reduce(place, args.smoothing != 0 ? 1 : 0, Smallest{});
  if (thread == 0)
    args.partials[blockIdx.x] = {largest, sum, total, first + static_cast<int>(place)};
}

__global__ void __launch_bounds__(kThreads)
    cross_entropy_finish_kernel(CrossEntropyArgs args, int blocks) {
  const int row = static_cast<int>(blockIdx.x / static_cast<unsigned>(blocks));
  const int block = static_cast<int>(blockIdx.x) % blocks;
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  const CrossEntropyPartial* partials = args.partials + int64_t{row} * blocks;
  Statistics s{negative_infinity(), 0, 0, args.columns};
  int largest = 0;
  for (int b = 0; b < blocks; ++b) {
    if (partials[b].max > s.max) {
      s.max = partials[b].max;
      largest = partials[b].first;
    }
  }
  float sum = 0;
  for (int b = 0; b < blocks; ++b) {
    // A block without weight adds nothing, unless a NaN is why.
    const float weight =
        partials[b].max == negative_infinity() ? 1.0f : expf(partials[b].max - s.max);
    sum = fmaf(partials[b].sum, weight, sum);
    s.total += partials[b].total;
  }
  s.log_sum = log_of_sum(s.max, sum);
  int label = args.labels[row];
  const bool valid = label >= 0 && label < args.columns;
  if (block == 0 && thread == 0) {
    if (!valid && label != GATUN_LABEL_IGNORED)
      report_fault(args.fault, FaultSource::kCrossEntropyLabels, row, label, args.columns);
    if (!valid) args.loss[row] = 0;
    if (args.log_sum_exp != nullptr) args.log_sum_exp[row] = s.log_sum_exp();
    if (args.correct != nullptr) args.correct[row] = valid && largest == label ? 1 : 0;
  }
  if (!valid) label = -1;
  const float* x = args.x + row * args.x_stride;
  float* dx = args.dx + row * args.dx_stride;
  const int first = block * static_cast<int>(kSoftmaxBlock);
  if (args.dx == nullptr) {
    if (label >= first && label < first + kSoftmaxBlock && thread == 0)
      args.loss[row] = loss_of(args, s, x[label]);
    return;
  }
#pragma unroll
  for (int i = 0; i < kPerThread; ++i) {
    const int v = first + thread + i * threads;
    if (v >= args.columns) break;
    const float value = x[v];
    if (v == label) args.loss[row] = loss_of(args, s, value);
    dx[v] = label < 0 ? 0.0f : slope_of(args, s, value, v == label);
  }
}

// A block takes an item: a column of the rows of a sequence.
__global__ void __launch_bounds__(kThreads) cross_entropy_spans_kernel(CrossEntropyArgs args) {
  const int item = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  const int sequence = item / args.columns, column = item % args.columns;
  int begin = args.cu_seqlens[sequence], end = args.cu_seqlens[sequence + 1];
  if (begin < 0 || begin > args.rows || end < begin || end > args.rows) {
    const bool at_begin = begin < 0 || begin > args.rows;
    if (thread == 0 && column == 0)
      report_fault(args.fault, FaultSource::kCrossEntropySequences, sequence + (at_begin ? 0 : 1),
                   at_begin ? begin : end, args.rows + 1);
    begin = end = 0;
  }
  const auto x = [&](int token) { return args.x[token * args.x_stride + column]; };
  const int label =
      args.labels[item] >= 0 && args.labels[item] < end - begin ? begin + args.labels[item] : -1;
  Statistics s{negative_infinity(), 0, 0, end - begin};
  for (int token = begin + thread; token < end; token += kThreads) s.max = fmaxf(s.max, x(token));
  s.max = block_reduce(s.max, 0, LargestNumber{});
  float sum = 0, before = 0;  // values as large as the largest that come before the label's
  for (int token = begin + thread; token < end; token += kThreads) {
    const float value = x(token);
    if (value != negative_infinity()) sum += expf(value - s.max);
    s.total += value;
    if (token < label && value == s.max) before = 1;
  }
  sum = block_reduce(sum, 1, Sum{});
  s.total = block_reduce(s.total, 0, Sum{});
  before = block_reduce(before, 1, Sum{});
  s.log_sum = log_of_sum(s.max, sum);
  // Read by all before dx, which may be x, is written.
  const float labelled = label < 0 ? 0.0f : x(label);
  __syncthreads();
  if (thread == 0) {
    args.loss[item] = label < 0 ? 0.0f : loss_of(args, s, labelled);
    if (args.log_sum_exp != nullptr)
      args.log_sum_exp[item] = begin == end ? negative_infinity() : s.log_sum_exp();
    if (args.correct != nullptr)
      args.correct[item] = label >= 0 && labelled == s.max && before == 0 ? 1 : 0;
  }
  if (args.dx == nullptr) return;
  for (int token = begin + thread; token < end; token += kThreads)
    args.dx[token * args.dx_stride + column] =
        label < 0 ? 0.0f : slope_of(args, s, x(token), token == label);
}

// Tokens of no sequence have no gradient.
template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) cross_entropy_clear_kernel(CrossEntropyArgs args) {
  const int first = args.cu_seqlens[0], last = args.cu_seqlens[args.sequences];
  for_each_unit<kWidth>(args.columns, [&](int64_t row, int unit) {
    if (row < first || row >= last)
      store_unit(args.dx + row * args.dx_stride, unit, Unit<kWidth>{});
  });
}

}  // namespace

Status cross_entropy(const CrossEntropyArgs& args, Stream stream) {
  if (args.cu_seqlens != nullptr) {
    const Status status =
        launch("cross_entropy_spans", cross_entropy_spans_kernel,
               {int64_t{args.sequences} * args.columns}, kThreads, 0, stream, args);
    if (status != 0 || args.dx == nullptr) return status;
    return launch_parts("cross_entropy_clear", cross_entropy_clear_kernel<4>,
                        cross_entropy_clear_kernel<1>, four_wide(args.dx, args.dx_stride),
                        args.rows, args.columns, args, stream);
  }
  const int64_t blocks = cross_entropy_blocks(args);
  const int threads = args.columns <= kFewColumns ? kWarpSize : kThreads;
  const Status status =
      launch("cross_entropy_partial", cross_entropy_partial_kernel, {args.rows * blocks}, threads,
             0, stream, args, static_cast<int>(blocks));
  if (status != 0) return status;
  return launch("cross_entropy_finish", cross_entropy_finish_kernel, {args.rows * blocks}, threads,
                0, stream, args, static_cast<int>(blocks));
}

}  // namespace gatun::cuda

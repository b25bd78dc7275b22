// SPDX-License-Identifier: Apache-2.0
// A warp takes a head of a token: the row is read into shared memory, where the partners of a
// rotation lie whichever lanes read them, and written back, and to the cache, in consecutive
// addresses.
#include "kernels/cuda/half_turns.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/kv_access.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/rotary.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kMaxHeadSize = 256;

// Whether the token's frequency row and slot may be used.
__device__ bool usable(const RotaryArgs& args, int token) {
  if (args.inv_freq != nullptr && args.frequency_rows != nullptr) {
    const int row = args.frequency_rows[token];
    if (row < 0 || row >= args.frequency_count) {
      report_fault(args.fault, FaultSource::kRotaryFrequencyRows, token, row, args.frequency_count);
      return false;
    }
  }
  if (args.cache.data != nullptr) {
    const int slots = args.cache.page_count * args.cache.page_tokens, slot = args.slots[token];
    if (slot < -1 || slot >= slots) {
      report_fault(args.fault, FaultSource::kRotarySlots, token, slot, slots);
      return false;
    }
  }
  return true;
}

__global__ void __launch_bounds__(kThreads) rotary_kernel(RotaryArgs args) {
  __shared__ float rows[kWarps * kMaxHeadSize];
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int token = static_cast<int>(blockIdx.x), size = args.head_size;
  const int query_heads = args.q != nullptr ? args.heads : 0;
  const int row_index = static_cast<int>(blockIdx.y) * kWarps + warp;
  if (row_index >= query_heads + (args.k != nullptr ? args.kv_heads : 0)) return;
  if (!usable(args, token)) return;
  const bool is_key = row_index >= query_heads;
  const int head = is_key ? row_index - query_heads : row_index;
  float* global = is_key ? args.k + token * args.k_stride + int64_t{head} * size
                         : args.q + token * args.q_stride + int64_t{head} * size;
  const float* weight = is_key ? args.k_norm_weight : args.q_norm_weight;
  float* row = rows + warp * kMaxHeadSize;  // [D]

  float squares = 0;
  for (int d = lane; d < size; d += kWarpSize) {
    row[d] = global[d];
    squares = fmaf(row[d], row[d], squares);
  }
  if (weight != nullptr) {
    const float mean = warp_reduce(squares, Sum{}) / static_cast<float>(size);
    const float inverse = 1.0f / sqrtf(mean + args.norm_eps);
    for (int d = lane; d < size; d += kWarpSize)
      row[d] = row[d] * inverse * (args.norm_weight_offset + weight[d]);
  }
  __syncwarp();

  if (args.inv_freq != nullptr) {
    const int table = args.frequency_rows != nullptr ? args.frequency_rows[token] : 0;
    const float* inv_freq = args.inv_freq + table * args.inv_freq_stride;
    const double position = args.inverse != 0 ? -static_cast<double>(args.positions[token])
                                              : static_cast<double>(args.positions[token]);
    for (int i = lane; i < args.half_rotated; i += kWarpSize) {
      const SineCosine r = sine_cosine(position * static_cast<double>(inv_freq[i]));
      const float c = r.cosine * args.attention_factor, s = r.sine * args.attention_factor;
      float& first = args.interleaved != 0 ? row[2 * i] : row[i];
      float& second = args.interleaved != 0 ? row[2 * i + 1] : row[i + args.half_rotated];
      const float a = first, b = second;
      first = fmaf(a, c, -(b * s));
      second = fmaf(b, c, a * s);
    }
    __syncwarp();
  }

  if (weight != nullptr || args.inv_freq != nullptr) {
    for (int d = lane; d < size; d += kWarpSize) global[d] = row[d];
  }
  if (!is_key || args.cache.data == nullptr || args.slots[token] < 0) return;
  const KvPages& cache = args.cache;
  const int page = args.slots[token] / cache.page_tokens;
  const int offset = args.slots[token] % cache.page_tokens;
  kv_write_row(cache, page, head, 0, offset, row);
  kv_write_row(cache, page, head, 1, offset, args.v + token * args.v_stride + int64_t{head} * size);
}

}  // namespace

Status rotary(const RotaryArgs& args, Stream stream) {
  if (args.head_size > kMaxHeadSize) return kInvalidConfiguration;
  const int64_t rows =
      (args.q != nullptr ? args.heads : 0) + (args.k != nullptr ? args.kv_heads : 0);
  return launch("rotary", rotary_kernel, {args.tokens, (rows + kWarps - 1) / kWarps}, kThreads, 0,
                stream, args);
}

}  // namespace gatun::cuda

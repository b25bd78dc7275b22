// SPDX-License-Identifier: Apache-2.0
// Attention in f32 on the arithmetic units: for F32, and for devices without bf16 tensor cores.
//
// A warp takes one row at a time, a block of eight warps shares a tile of 32 keys. Lane j scores
// key j; then each lane sums its columns of the values. Tiles are aligned to absolute key positions
// and taken in ascending order, and a key that a row does not see adds exact zeros: a row's bits
// depend on its query and keys only, however the batch is made up or the prompt was cut.
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/kv_access.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 8;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kKeys = kWarpSize;  // of a tile

struct Largest {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

// Shared memory of a tile: keys and values, each [32, D + 4], or one after the other in one place
// where both are more than every device has; queries [8, D]. Keys are read a row to a lane: rows
// start 4 banks apart.
template <int kHeadSize>
struct Tile {
  static constexpr bool kOnePlace = kHeadSize > 128;
  static constexpr int kStride = kHeadSize + 4;
  static constexpr int kValues = kOnePlace ? 0 : kKeys * kStride;  // where they start
  static constexpr int kQueries = kValues + kKeys * kStride;
  static constexpr int kFloats = kQueries + kWarps * kHeadSize;
};

// Keys (part 0) or values (part 1) of a tile; zeros behind the last.
template <int kHeadSize>
__device__ __forceinline__ void stage(
    const AttentionArgs& args, const Sequence& s, int g, int tile, int part, float* target) {
  const float* rows = part == 0 ? args.k : args.v;
  const int64_t stride = part == 0 ? args.k_stride : args.v_stride;
  for (int i = static_cast<int>(threadIdx.x); i < kKeys * kHeadSize; i += kThreads) {
    const int key = tile + i / kHeadSize, d = i % kHeadSize;
    float value = 0;
    if (key < s.keys && d < args.head_size) {
      if (args.pages.data != nullptr) {
        const KvPages& pages = args.pages;
        const int page =
            args.page_table[s.source * args.page_table_stride + key / pages.page_tokens];
        value = kv_element(pages, page, g, part, key % pages.page_tokens, d);
      } else {
        value = rows[(s.first_key + key) * stride + int64_t{g} * args.head_size + d];
      }
    }
    target[i / kHeadSize * Tile<kHeadSize>::kStride + d] = value;
  }
}

template <int kHeadSize>
__global__ void __launch_bounds__(kThreads, 2) attention_f32_kernel(AttentionArgs args) {
  GATUN_DYNAMIC_SHARED(memory);
  using T = Tile<kHeadSize>;
  constexpr int kColumns = kHeadSize / kWarpSize;
  auto* keys = reinterpret_cast<float*>(memory);
  float* values = keys + T::kValues;
  float* queries = keys + T::kQueries;
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int splits = args.partials != nullptr ? args.max_splits : 1;
  const int split = static_cast<int>(blockIdx.z) % splits,
            b = static_cast<int>(blockIdx.z) / splits;
  const int g = static_cast<int>(blockIdx.y), group = args.heads / args.kv_heads;
  const Sequence s = sequence_of(args, b);
  const int rows = s.queries * group, first_row = static_cast<int>(blockIdx.x) * kWarps;
  if (first_row >= rows) return;
  int begin = visible_keys(args, s, first_row / group).begin;
  int end = visible_keys(args, s, (min(first_row + kWarps, rows) - 1) / group).end;
  if (args.partials != nullptr) {
    begin = max(begin, split * kSplitKeys);
    end = min(end, (split + 1) * kSplitKeys);
    if (begin >= end) return;
  }

  const int row = first_row + warp;
  const bool there = row < rows;
  const int query = row / group, head = g * group + row % group;
  KeyRange range = there ? visible_keys(args, s, query) : KeyRange{0, 0};
  if (args.partials != nullptr) {
    range.begin = max(range.begin, split * kSplitKeys);
    range.end = min(range.end, (split + 1) * kSplitKeys);
  }
  for (int d = lane; d < kHeadSize; d += kWarpSize) {
    queries[warp * kHeadSize + d] =
        there && d < args.head_size
            ? args.q[(s.first_query + query) * args.q_stride + int64_t{head} * args.head_size + d]
            : 0.0f;
  }

  float o[kColumns] = {};  // columns lane, lane + 32, ...
  float maximum = no_score(), sum = 0;
  for (int tile = begin / kKeys * kKeys; tile < end; tile += kKeys) {
    stage<kHeadSize>(args, s, g, tile, 0, keys);
    if constexpr (!T::kOnePlace) stage<kHeadSize>(args, s, g, tile, 1, values);
    __syncthreads();

    const int key = tile + lane;
    float dot = 0;
#pragma unroll 4
    for (int d = 0; d < kHeadSize; d += 4) {
      const Float4 k = load_vector(reinterpret_cast<const Float4*>(keys + lane * T::kStride + d));
      const Float4 q = load_vector(reinterpret_cast<const Float4*>(queries + warp * kHeadSize + d));
#pragma unroll
      for (int i = 0; i < 4; ++i) dot = fmaf(q.v[i], k.v[i], dot);
    }
    if constexpr (T::kOnePlace) {
      __syncthreads();  // nobody reads the keys any more
      stage<kHeadSize>(args, s, g, tile, 1, values);
    }
    float score = exponent_of(args, s, query, there ? head : 0, key, dot);
    if (key < range.begin || key >= range.end) score = no_score();
    const float largest = fmaxf(maximum, warp_reduce(score, Largest{}));
    const float base = largest == no_score() ? 0.0f : largest;  // -inf - -inf is no number
    const float correction = exp2f(maximum - base);
    float p = exp2f(score - base);
    maximum = largest;
    sum = fmaf(sum, correction, warp_reduce(p, Sum{}));
    if (args.dropout.threshold != 0) {
      p *= dropout_factor(args.dropout, int64_t{s.first_query + query} * args.heads + head, key);
    }
#pragma unroll
    for (int c = 0; c < kColumns; ++c) o[c] *= correction;
    if constexpr (T::kOnePlace) __syncthreads();
#pragma unroll 4
    for (int j = 0; j < kKeys; ++j) {
      const float weight = __shfl_sync(kAllLanes, p, j);
#pragma unroll
      for (int c = 0; c < kColumns; ++c)
        o[c] = fmaf(weight, values[j * T::kStride + c * kWarpSize + lane], o[c]);
    }
    __syncthreads();
  }

  if (!there) return;
  const RowResult result = result_of(args, s.first_query + query, head, split);
  const bool part = result.statistics != nullptr;
  const RowTotal total = part ? RowTotal{1, 0} : total_of(args, head, maximum, sum);
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    const int d = c * kWarpSize + lane;
    if (d < args.head_size) result.y[d] = o[c] * total.factor;
  }
  if (lane != 0) return;
  if (part) {
    result.statistics[0] = maximum;
    result.statistics[1] = sum;
  } else if (result.log_sum_exp != nullptr) {
    *result.log_sum_exp = total.log_sum_exp;
  }
}

template <int kHeadSize>
Status start(const AttentionArgs& args, Grid grid, Stream stream) {
  return launch("attention_f32", attention_f32_kernel<kHeadSize>, grid, kThreads,
                sizeof(float) * Tile<kHeadSize>::kFloats, stream, args);
}

}  // namespace

Status attention_f32(const AttentionArgs& args, int64_t tokens, Stream stream) {
  if (args.dropout.threshold != 0 && (args.pages.data != nullptr || args.partials != nullptr))
    return kInvalidConfiguration;
  const int64_t rows = int64_t{args.max_queries} * (args.heads / args.kv_heads);
  const Grid grid{(rows + kWarps - 1) / kWarps, args.kv_heads,
                  int64_t{args.sequences} * (args.partials != nullptr ? args.max_splits : 1)};
  Status status = attention_prepare(args, tokens, stream);
  if (status != 0) return status;
  if (args.head_size <= 32) {
    status = start<32>(args, grid, stream);
  } else if (args.head_size <= 64) {
    status = start<64>(args, grid, stream);
  } else if (args.head_size <= 128) {
    status = start<128>(args, grid, stream);
  } else if (args.head_size <= 256) {
    status = start<256>(args, grid, stream);
  } else {
    return kInvalidConfiguration;
  }
  if (status != 0 || args.partials == nullptr) return status;
  return attention_merge(args, tokens, stream);
}

}  // namespace gatun::cuda

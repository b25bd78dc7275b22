// SPDX-License-Identifier: Apache-2.0
// Attention on tensor cores after FlashAttention-2: a block of four warps takes 64 rows, a warp 16
// of them, so that no sum crosses warps. Scores, probabilities and results stay in registers: the
// fragment of a product's result is that of the next product's first operand.
//
// Keys and values are staged in shared memory in bf16, by asynchronous copies where they come from
// pages. While the scores of a tile are computed its values arrive, and while its values are summed
// the next tile's keys do.
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 16 * kWarps;  // of a block

template <int kHeadSize>
struct Tile {
  static constexpr int kKeys = kHeadSize <= 128 ? 64 : 32;
  static constexpr int kStride =
      kHeadSize + 8;  // rows start 4 banks apart: ldmatrix without conflicts
  static constexpr int kSharedBytes = (kRows + 2 * kKeys) * kStride * 2;
  static constexpr bool kHoldsQueries = kHeadSize <= 128;  // else registers would spill
};

// Four values from `from` on of a row of `size` values, zeros behind its end. Four, so that lanes
// next to each other read next to each other.
__device__ __forceinline__ Int2 four_values(const float* row, int from, int size) {
  float f[4];
  if (from + 4 <= size && reinterpret_cast<uintptr_t>(row + from) % 16 == 0) {
    const Unit<4> u = load_unit<4>(row + from, 0);
#pragma unroll
    for (int i = 0; i < 4; ++i) f[i] = u.v[i];
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i) f[i] = from + i < size ? row[from + i] : 0.0f;
  }
  return {{pack_bf16(f[0], f[1]), pack_bf16(f[2], f[3])}};
}

template <int kHeadSize, bool kPaged>
class Block {
  using T = Tile<kHeadSize>;
  static constexpr int kQuads = kHeadSize / 4;  // of 16 bytes of f32, in a row

 public:
  __device__ Block(const AttentionArgs& args, unsigned char* shared)
      : args_(args),
        group_(args.heads / args.kv_heads),
        head_(static_cast<int>(blockIdx.y)),
        queries_(reinterpret_cast<uint16_t*>(shared)),
        keys_(queries_ + kRows * T::kStride),
        values_(keys_ + T::kKeys * T::kStride),
        thread_(static_cast<int>(threadIdx.x)),
        lane_(thread_ % kWarpSize),
        warp_(thread_ / kWarpSize) {}

  __device__ void run() {
    const int splits = args_.partials != nullptr ? args_.max_splits : 1;
    const int split = static_cast<int>(blockIdx.z) % splits;
    sequence_index_ = static_cast<int>(blockIdx.z) / splits;
    s_ = sequence_of(args_, sequence_index_);
    first_row_ = static_cast<int>(blockIdx.x) * kRows;
    const int rows = s_.queries * group_;
    if (first_row_ >= rows) return;
    const int last_row = min(first_row_ + kRows, rows) - 1;
    int begin = visible_keys(args_, s_, first_row_ / group_).begin;
    int end = visible_keys(args_, s_, last_row / group_).end;
    if (args_.partials != nullptr) {
      begin = max(begin, split * kSplitKeys);
      end = min(end, (split + 1) * kSplitKeys);
      if (begin >= end) return;
    }
    begin = begin / T::kKeys * T::kKeys;

    // The thread's two rows of the warp's 16.
    int query[2], head[2];
    KeyRange range[2];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int row = first_row_ + 16 * warp_ + lane_ / 4 + 8 * i;
      query[i] = row / group_;
      head[i] = head_ * group_ + row % group_;
      range[i] = row < rows ? visible_keys(args_, s_, query[i]) : KeyRange{0, 0};
      if (args_.partials != nullptr) {
        range[i].begin = max(range[i].begin, split * kSplitKeys);
        range[i].end = min(range[i].end, (split + 1) * kSplitKeys);
      }
    }

    stage_queries(rows);
    if (begin < end) stage(keys_, begin, args_.k, args_.k_stride, 0);
    cp_async_commit();
    __syncthreads();
    uint32_t q[T::kHoldsQueries ? kHeadSize / 16 : 1][4];
    if constexpr (T::kHoldsQueries) {
#pragma unroll
      for (int k = 0; k < kHeadSize / 16; ++k) load_queries(q[k], k);
    }

    float o[kHeadSize / 8][4] = {};
    float maximum[2] = {no_score(), no_score()}, sum[2] = {0, 0};
    for (int tile = begin; tile < end; tile += T::kKeys) {
      stage(values_, tile, args_.v, args_.v_stride, 1);
      cp_async_commit();
      cp_async_wait<1>();  // the keys are here
      __syncthreads();
      float scores[T::kKeys / 8][4] = {};
#pragma unroll
      for (int k = 0; k < kHeadSize / 16; ++k) {
        if constexpr (!T::kHoldsQueries) load_queries(q[0], k);
        multiply_keys(scores, q[T::kHoldsQueries ? k : 0], k);
      }
      __syncthreads();  // nobody reads the keys any more
      if (tile + T::kKeys < end) stage(keys_, tile + T::kKeys, args_.k, args_.k_stride, 0);
      cp_async_commit();
      soften(scores, o, maximum, sum, tile, query, head, range);
      cp_async_wait<1>();  // the values are here
      __syncthreads();
      multiply_values(o, scores);
      __syncthreads();
    }
    cp_async_wait<0>();

#pragma unroll
    for (int i = 0; i < 2; ++i) {
      sum[i] += __shfl_xor_sync(kAllLanes, sum[i], 1);
      sum[i] += __shfl_xor_sync(kAllLanes, sum[i], 2);
      if (first_row_ + 16 * warp_ + lane_ / 4 + 8 * i < rows)
        write_row(o, i, s_.first_query + query[i], head[i], split, maximum[i], sum[i]);
    }
  }

 private:
  __device__ void stage_queries(int rows) {
    for (int c = thread_; c < kRows * kQuads; c += kThreads) {
      const int row = first_row_ + c / kQuads, column = c % kQuads * 4;
      Int2 values{};
      if (row < rows) {
        const float* q = args_.q + (s_.first_query + row / group_) * args_.q_stride +
                         int64_t{head_ * group_ + row % group_} * args_.head_size;
        values = four_values(q, column, args_.head_size);
      }
      store_vector(reinterpret_cast<Int2*>(queries_ + c / kQuads * T::kStride + column), values);
    }
  }

  // Keys (part 0) or values (part 1) of a tile; zeros behind the last.
  __device__ void stage(uint16_t* target, int tile, const float* source, int64_t stride, int part) {
    if constexpr (kPaged) {
      const KvPages& pages = args_.pages;
      constexpr int kChunks = kHeadSize / 8;  // of 16 bytes of bf16, in a row
      const int width = kv_row_width(args_.head_size);
      for (int c = thread_; c < T::kKeys * kChunks; c += kThreads) {
        const int key = tile + c / kChunks, column = c % kChunks * 8;
        const bool there = key < s_.keys && column < width;
        const uint16_t* from = pages.data;
        if (there) {
          const int page =
              args_.page_table[sequence_index_ * args_.page_table_stride + key / pages.page_tokens];
          from = kv_page_keys(pages, page, head_) +
                 (part * pages.page_tokens + key % pages.page_tokens) * width + column;
        }
        cp_async_16(target + c / kChunks * T::kStride + column, from, there ? 16 : 0);
      }
    } else {
      for (int c = thread_; c < T::kKeys * kQuads; c += kThreads) {
        const int key = tile + c / kQuads, column = c % kQuads * 4;
        Int2 values{};
        if (key < s_.keys)
          values =
              four_values(source + (s_.first_key + key) * stride + int64_t{head_} * args_.head_size,
                          column, args_.head_size);
        store_vector(reinterpret_cast<Int2*>(target + c / kQuads * T::kStride + column), values);
      }
    }
  }

  __device__ __forceinline__ void load_queries(uint32_t (&q)[4], int k) const {
    ldmatrix_x4(q, queries_ + (16 * warp_ + lane_ % 16) * T::kStride + 16 * k + lane_ / 16 * 8);
  }

  // scores += q[:, 16 k ...] keys^T
  __device__ __forceinline__ void multiply_keys(float (&scores)[T::kKeys / 8][4],
                                                const uint32_t (&q)[4],
                                                int k) const {
#pragma unroll
    for (int n = 0; n < T::kKeys / 16; ++n) {
      uint32_t b[4];
      ldmatrix_x4(b, keys_ + (16 * n + lane_ / 16 * 8 + lane_ % 8) * T::kStride + 16 * k +
                         lane_ / 8 % 2 * 8);
      mma_m16n8k16_bf16(scores[2 * n], q, {b[0], b[1]});
      mma_m16n8k16_bf16(scores[2 * n + 1], q, {b[2], b[3]});
    }
  }

  // Turns scores into probabilities under the maximum so far, and scales what was summed under the
  // one before.
  __device__ __forceinline__ void soften(float (&scores)[T::kKeys / 8][4],
                                         float (&o)[kHeadSize / 8][4],
                                         float (&maximum)[2],
                                         float (&sum)[2],
                                         int tile,
                                         const int (&query)[2],
                                         const int (&head)[2],
                                         const KeyRange (&range)[2]) const {
    if (args_.softcap == 0 && args_.distance_bias == nullptr) {
      const float scale = args_.scale * kLog2E;
#pragma unroll
      for (int n = 0; n < T::kKeys / 8; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i) scores[n][i] *= scale;
      }
    } else {
#pragma unroll
      for (int n = 0; n < T::kKeys / 8; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
          scores[n][i] = exponent_of(args_, s_, query[i / 2], head[i / 2],
                                     tile + 8 * n + lane_ % 4 * 2 + i % 2, scores[n][i]);
      }
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      if (tile < range[i].begin || tile + T::kKeys > range[i].end) {
#pragma unroll
        for (int n = 0; n < T::kKeys / 8; ++n) {
#pragma unroll
          for (int j = 0; j < 2; ++j) {
            const int key = tile + 8 * n + lane_ % 4 * 2 + j;
            if (key < range[i].begin || key >= range[i].end) scores[n][2 * i + j] = no_score();
          }
        }
      }
      float largest = maximum[i];
#pragma unroll
      for (int n = 0; n < T::kKeys / 8; ++n)
        largest = fmaxf(largest, fmaxf(scores[n][2 * i], scores[n][2 * i + 1]));
      largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 1));
      largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 2));
      const float base = largest == no_score() ? 0.0f : largest;  // -inf - -inf is no number
      const float correction = exp2_approximate(maximum[i] - base);
      maximum[i] = largest;
      sum[i] *= correction;
#pragma unroll
      for (int n = 0; n < T::kKeys / 8; ++n) {
#pragma unroll
        for (int j = 0; j < 2; ++j) {
          float& score = scores[n][2 * i + j];
          score = exp2_approximate(score - base);
          sum[i] += score;
        }
      }
#pragma unroll
      for (int n = 0; n < kHeadSize / 8; ++n) {
        o[n][2 * i] *= correction;
        o[n][2 * i + 1] *= correction;
      }
    }
  }

  // o += probabilities values
  __device__ __forceinline__ void multiply_values(float (&o)[kHeadSize / 8][4],
                                                  const float (&p)[T::kKeys / 8][4]) const {
#pragma unroll
    for (int k = 0; k < T::kKeys / 16; ++k) {
      const uint32_t a[4] = {
          pack_bf16(p[2 * k][0], p[2 * k][1]), pack_bf16(p[2 * k][2], p[2 * k][3]),
          pack_bf16(p[2 * k + 1][0], p[2 * k + 1][1]), pack_bf16(p[2 * k + 1][2], p[2 * k + 1][3])};
#pragma unroll
      for (int n = 0; n < kHeadSize / 16; ++n) {
        uint32_t b[4];
        ldmatrix_x4_transposed(
            b, values_ + (16 * k + lane_ % 16) * T::kStride + 16 * n + lane_ / 16 * 8);
        mma_m16n8k16_bf16(o[2 * n], a, {b[0], b[1]});
        mma_m16n8k16_bf16(o[2 * n + 1], a, {b[2], b[3]});
      }
    }
  }

  __device__ __forceinline__ void write_row(const float (&o)[kHeadSize / 8][4],
                                            int i,
                                            int token,
                                            int head,
                                            int split,
                                            float maximum,
                                            float sum) const {
    const RowResult result = result_of(args_, token, head, split);
    const bool part = result.statistics != nullptr;
    const float inverse = part ? 1.0f : sum == 0 ? 0.0f : 1.0f / sum;
    const bool pairs = reinterpret_cast<uintptr_t>(result.y) % 8 == 0;
#pragma unroll
    for (int n = 0; n < kHeadSize / 8; ++n) {
      const int d = 8 * n + lane_ % 4 * 2;
      const float low = o[n][2 * i] * inverse, high = o[n][2 * i + 1] * inverse;
      if (pairs && d + 1 < args_.head_size) {
        store_vector(reinterpret_cast<Float2*>(result.y + d), Float2{{low, high}});
      } else {
        if (d < args_.head_size) result.y[d] = low;
        if (d + 1 < args_.head_size) result.y[d + 1] = high;
      }
    }
    if (lane_ % 4 != 0) return;
    if (part) {
      result.statistics[0] = maximum;
      result.statistics[1] = sum;
    } else if (result.log_sum_exp != nullptr) {
      *result.log_sum_exp = log_sum_exp_of(maximum, sum);
    }
  }

  const AttentionArgs& args_;
  const int group_, head_;   // H / G, g
  uint16_t* const queries_;  // [64, D + 8]
  uint16_t* const keys_;     // [keys of a tile, D + 8]
  uint16_t* const values_;   // [keys of a tile, D + 8]
  const int thread_, lane_, warp_;
  int sequence_index_ = 0, first_row_ = 0;
  Sequence s_{};
};

template <int kHeadSize, bool kPaged>
__global__ void __launch_bounds__(kThreads) attention_bf16_kernel(AttentionArgs args) {
  GATUN_DYNAMIC_SHARED(shared);
  Block<kHeadSize, kPaged>(args, shared).run();
}

template <int kHeadSize>
Status start(const AttentionArgs& args, Grid grid, Stream stream) {
  return launch("attention_bf16",
                args.pages.data != nullptr ? attention_bf16_kernel<kHeadSize, true>
                                           : attention_bf16_kernel<kHeadSize, false>,
                grid, kThreads, Tile<kHeadSize>::kSharedBytes, stream, args);
}

}  // namespace

Status attention_bf16(const AttentionArgs& args, int64_t tokens, Stream stream) {
  const int64_t rows = int64_t{args.max_queries} * (args.heads / args.kv_heads);
  const Grid grid{(rows + kRows - 1) / kRows, args.kv_heads,
                  int64_t{args.sequences} * (args.partials != nullptr ? args.max_splits : 1)};
  Status status = attention_clear_rest(args, tokens, stream);
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

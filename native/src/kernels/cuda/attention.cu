// SPDX-License-Identifier: Apache-2.0
// Attention on tensor cores after FlashAttention-2: a block of four warps takes 64 rows, a warp 16
// of them, so that no sum crosses warps. Scores, probabilities and results stay in registers: the
// fragment of a product's result is that of the next product's first operand.
//
// Keys and values are staged in shared memory in bf16, by asynchronous copies where they come from
// pages. While the scores of a tile are computed its values arrive, and while its values are summed
// the next tile's keys do.
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/attention_sm90.h"
#include "kernels/cuda/attention_tile.h"
#include "kernels/cuda/sm90.h"

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

// Where keys and values come from.
enum class Source { kRows, kRowsWithDropout, kF16Rows, kBf16Pages, kF16Pages, kQ8Pages };

template <int kHeadSize, Source kSource>
class Block {
  using T = Tile<kHeadSize>;
  static constexpr int kQuads = kHeadSize / 4;  // of 16 bytes of f32, in a row
  static constexpr bool kPaged =
      kSource == Source::kBf16Pages || kSource == Source::kF16Pages || kSource == Source::kQ8Pages;

 public:
  static constexpr Element kElement =
      kSource == Source::kF16Rows || kSource == Source::kF16Pages || kSource == Source::kQ8Pages
          ? Element::kF16
          : Element::kBf16;

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
    s_ = sequence_of(args_, static_cast<int>(blockIdx.z) / splits);
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
      for (int k = 0; k < kHeadSize / 16; ++k)
        load_rows<T::kStride>(q[k], warp_queries(), k, lane_);
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
        if constexpr (!T::kHoldsQueries) load_rows<T::kStride>(q[0], warp_queries(), k, lane_);
        multiply_rows<kElement, T::kStride>(scores, q[T::kHoldsQueries ? k : 0], keys_, k, lane_);
      }
      __syncthreads();  // nobody reads the keys any more
      if (tile + T::kKeys < end) stage(keys_, tile + T::kKeys, args_.k, args_.k_stride, 0);
      cp_async_commit();
      soften(scores, o, maximum, sum, tile, query, head, range);
      if constexpr (kSource == Source::kRowsWithDropout) drop(scores, tile, query, head);
      cp_async_wait<1>();  // the values are here
      __syncthreads();
      multiply_columns<kElement, T::kStride>(o, scores, values_, lane_);
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
        values = four_values<kElement>(q, column, args_.head_size);
      }
      store_vector(reinterpret_cast<Int2*>(queries_ + c / kQuads * T::kStride + column), values);
    }
  }

  // Keys (part 0) or values (part 1) of a tile; zeros behind the last.
  __device__ void stage(uint16_t* target, int tile, const float* source, int64_t stride, int part) {
    if constexpr (!kPaged) {
      stage_rows<kElement, kHeadSize, kThreads>(
          target, T::kKeys,
          source + (s_.first_key + tile) * stride + int64_t{head_} * args_.head_size, stride,
          s_.keys - tile, args_.head_size, thread_);
    } else {
      const KvPages& pages = args_.pages;
      constexpr int kValues = 8;  // that a thread brings at a time
      constexpr int kChunks = kHeadSize / kValues;
      const int width = kv_row_width(args_.head_size, pages.dtype);
      for (int c = thread_; c < T::kKeys * kChunks; c += kThreads) {
        const int key = tile + c / kChunks, column = c % kChunks * kValues;
        const bool there = key < s_.keys && column < width;
        uint16_t* to = target + c / kChunks * T::kStride + column;
        const int page =
            there ? args_.page_table[s_.source * args_.page_table_stride + key / pages.page_tokens]
                  : 0;
        const int token = there ? key % pages.page_tokens : 0;
        const std::byte* row = kv_row(pages, page, head_, part, token);
        if constexpr (kSource == Source::kQ8Pages) {
          Int4 values{};
          if (there) {
            const Int2 codes = load_vector(reinterpret_cast<const Int2*>(row + column));
            const float scale =
                half_to_float(kv_scales(pages, page, head_, part, token)[column / kKvBlock]);
#pragma unroll
            for (int i = 0; i < 4; ++i) {
              const uint32_t pair = codes.v[i / 2] >> (16 * (i % 2));
              values.v[i] = pack_f16(static_cast<float>(static_cast<int8_t>(pair)) * scale,
                                     static_cast<float>(static_cast<int8_t>(pair >> 8)) * scale);
            }
          }
          store_vector(reinterpret_cast<Int4*>(to), values);
        } else {
          cp_async_16(to, row + 2 * column, there ? 16 : 0);
        }
      }
    }
  }

  __device__ __forceinline__ const uint16_t* warp_queries() const {
    return queries_ + 16 * warp_ * T::kStride;
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

  // Drops probabilities. Of the four keys that share a call of the generator a lane has two, in two
  // rows; its neighbour has the other two, so each makes the call for one of the rows.
  __device__ __forceinline__ void drop(float (&p)[T::kKeys / 8][4],
                                       int tile,
                                       const int (&query)[2],
                                       const int (&head)[2]) const {
    const AttentionDropout& dropout = args_.dropout;
    const bool odd = lane_ % 2 != 0;
    const int64_t token = s_.first_query + (odd ? query[1] : query[0]);
    const int64_t row = token * args_.heads + (odd ? head[1] : head[0]);
#pragma unroll
    for (int n = 0; n < T::kKeys / 8; ++n) {
      const PhiloxWords words = dropout_words(dropout, row, tile / 4 + 2 * n + lane_ % 4 / 2);
      const uint32_t low = __shfl_xor_sync(kAllLanes, odd ? words.w[0] : words.w[2], 1);
      const uint32_t high = __shfl_xor_sync(kAllLanes, odd ? words.w[1] : words.w[3], 1);
      const uint32_t of[4] = {odd ? low : words.w[0], odd ? high : words.w[1],
                              odd ? words.w[2] : low, odd ? words.w[3] : high};
#pragma unroll
      for (int i = 0; i < 4; ++i) p[n][i] *= dropout_factor(dropout, of[i]);
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
    const RowTotal total = part ? RowTotal{1, 0} : total_of(args_, head, maximum, sum);
    const bool pairs = reinterpret_cast<uintptr_t>(result.y) % 8 == 0;
#pragma unroll
    for (int n = 0; n < kHeadSize / 8; ++n) {
      store_pair(result.y, 8 * n + lane_ % 4 * 2, args_.head_size, pairs,
                 o[n][2 * i] * total.factor, o[n][2 * i + 1] * total.factor);
    }
    if (lane_ % 4 != 0) return;
    if (part) {
      result.statistics[0] = maximum;
      result.statistics[1] = sum;
    } else if (result.log_sum_exp != nullptr) {
      *result.log_sum_exp = total.log_sum_exp;
    }
  }

  const AttentionArgs& args_;
  const int group_, head_;   // H / G, g
  uint16_t* const queries_;  // [64, D + 8]
  uint16_t* const keys_;     // [keys of a tile, D + 8]
  uint16_t* const values_;   // [keys of a tile, D + 8]
  const int thread_, lane_, warp_;
  int first_row_ = 0;
  Sequence s_{};
};

template <int kHeadSize, Source kSource>
__global__ void __launch_bounds__(kThreads) attention_bf16_kernel(AttentionArgs args) {
  GATUN_DYNAMIC_SHARED(shared);
  Block<kHeadSize, kSource>(args, shared).run();
}

template <int kHeadSize, Source kSource>
Status start(const AttentionArgs& args, Grid grid, Stream stream) {
  constexpr bool kF16 = Block<kHeadSize, kSource>::kElement == Element::kF16;
  return launch(kF16 ? "attention_f16" : "attention_bf16",
                attention_bf16_kernel<kHeadSize, kSource>, grid, kThreads,
                Tile<kHeadSize>::kSharedBytes, stream, args);
}

template <int kHeadSize>
Status start(const AttentionArgs& args, Element rows, Grid grid, Stream stream) {
  if (args.pages.data == nullptr) {
    if (rows == Element::kF16) return start<kHeadSize, Source::kF16Rows>(args, grid, stream);
    return args.dropout.threshold != 0
               ? start<kHeadSize, Source::kRowsWithDropout>(args, grid, stream)
               : start<kHeadSize, Source::kRows>(args, grid, stream);
  }
  switch (args.pages.dtype) {
    case GATUN_DTYPE_BF16:
      return start<kHeadSize, Source::kBf16Pages>(args, grid, stream);
    case GATUN_DTYPE_F16:
      return start<kHeadSize, Source::kF16Pages>(args, grid, stream);
    case GATUN_DTYPE_Q8_0:
      return start<kHeadSize, Source::kQ8Pages>(args, grid, stream);
    default:
      return kInvalidConfiguration;
  }
}

// Rows of f32 are rounded to `rows`.
Status attend(const AttentionArgs& args, Element rows, int64_t tokens, Stream stream) {
  const int64_t count = int64_t{args.max_queries} * (args.heads / args.kv_heads);
  const Grid grid{(count + kRows - 1) / kRows, args.kv_heads,
                  int64_t{args.sequences} * (args.partials != nullptr ? args.max_splits : 1)};
  Status status = attention_prepare(args, tokens, stream);
  if (status != 0) return status;
  if (args.head_size <= 32) {
    status = start<32>(args, rows, grid, stream);
  } else if (args.head_size <= 64) {
    status = start<64>(args, rows, grid, stream);
  } else if (args.head_size <= 128) {
    status = start<128>(args, rows, grid, stream);
  } else if (args.head_size <= 256) {
    status = start<256>(args, rows, grid, stream);
  } else {
    return kInvalidConfiguration;
  }
  if (status != 0 || args.partials == nullptr) return status;
  return attention_merge(args, tokens, stream);
}

}  // namespace

Status attention_bf16(const AttentionArgs& args, int64_t tokens, Stream stream) {
  if (args.sm90_scratch != nullptr && device_is_sm90() && attention_sm90_takes(args))
    return attention_bf16_sm90(args, tokens, stream);
  if (args.dropout.threshold != 0 && (args.pages.data != nullptr || args.partials != nullptr))
    return kInvalidConfiguration;
  return attend(args, Element::kBf16, tokens, stream);
}

Status attention_f16(const AttentionArgs& args, int64_t tokens, Stream stream) {
  if (args.dropout.threshold != 0 ||
      (args.pages.data != nullptr && args.pages.dtype == GATUN_DTYPE_BF16))
    return kInvalidConfiguration;
  return attend(args, Element::kF16, tokens, stream);
}

}  // namespace gatun::cuda

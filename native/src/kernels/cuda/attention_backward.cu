// SPDX-License-Identifier: Apache-2.0
// Gradients of attention on tensor cores, after FlashAttention-2 without its atomics: one pass owns
// queries and sums dq, another owns keys and sums dk and dv, and each computes the probabilities
// anew.
//
// A block of four warps owns 64 rows, a warp 16 of them. Scores and their derivatives are products
// of own rows and others, so both passes find them in the registers in which the next product wants
// its first operand: own q and dy meet k and v, own k and v meet q and dy.
#include "kernels/cuda/attention_backward_rows.h"
#include "kernels/cuda/attention_tile.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 16 * kWarps;  // of a block

// What a pass sums. Heads of 256 have no registers for dk and dv at once.
enum class Pass { kQueries, kKeysAndValues, kKeys, kValues };

template <int kHeadSize>
struct Tile {
  static constexpr int kOthers = kHeadSize == 64 ? 64 : kHeadSize <= 128 ? 32 : 16;
  static constexpr int kStride = kHeadSize + 8;
  static constexpr int kBlocks = kHeadSize <= 32 ? 3 : 2;  // that leave registers enough
  static constexpr int kOperandBytes = 2 * (kRows + kOthers) * kStride * 2;
  static constexpr int kStatisticsBytes = 2 * kOthers * 4;
  // With a gradient of the bias: a tile of derivatives and the sums of its diagonals.
  static constexpr int kDerivativeStride =
      kOthers == 64 ? 72 : 40;  // rows start 8 banks apart: pairs without conflicts
  static constexpr int kBiasBytes = (kRows * kDerivativeStride + kRows + kOthers) * 4;
};

template <int kHeadSize, Pass kPass>
class Block {
  using T = Tile<kHeadSize>;
  static constexpr bool kOwnsQueries = kPass == Pass::kQueries;
  static constexpr bool kFirst = kPass != Pass::kValues;  // sums dq or dk
  static constexpr bool kSecond = kPass == Pass::kKeysAndValues || kPass == Pass::kValues;  // dv
  static constexpr int kTiles = T::kOthers / 8, kColumns = kHeadSize / 8;

 public:
  __device__ Block(const AttentionBackwardArgs& args, unsigned char* shared)
      : args_(args),
        group_(args.heads / args.kv_heads),
        own_first_(reinterpret_cast<uint16_t*>(shared)),
        own_second_(own_first_ + kRows * T::kStride),
        other_first_(own_second_ + kRows * T::kStride),
        other_second_(other_first_ + T::kOthers * T::kStride),
        log_sums_(reinterpret_cast<float*>(shared + T::kOperandBytes)),
        weighted_(log_sums_ + T::kOthers),
        derivatives_(weighted_ + T::kOthers),
        diagonals_(derivatives_ + kRows * T::kDerivativeStride),
        thread_(static_cast<int>(threadIdx.x)),
        lane_(thread_ % kWarpSize),
        warp_(thread_ / kWarpSize) {}

  __device__ void run() {
    s_ = sequence_of(args_, static_cast<int>(blockIdx.z));
    first_row_ = static_cast<int>(blockIdx.x) * kRows;
    const int rows = kOwnsQueries ? s_.queries : s_.keys, there = min(rows - first_row_, kRows);
    if (there <= 0) return;
    const int y = static_cast<int>(blockIdx.y);  // a head, or a head of the keys
    if constexpr (kOwnsQueries) {
      stage_queries(own_first_, own_second_, y, first_row_, kRows);
      take_statistics(y, rows);
    } else {
      stage_keys(own_first_, own_second_, y, first_row_, kRows);
    }
    float* partial = nullptr;
    if (kOwnsQueries && args_.dbias != nullptr) {
      const int64_t block =
          attention_gradient_block(s_.first_query, s_.source, kRows) + static_cast<int>(blockIdx.x);
      partial = bias_partial(args_, block, y);
      for (int d = thread_; d <= 2 * args_.distance_limit; d += kThreads) partial[d] = 0;
    }

    KeyRange others;
    if constexpr (kOwnsQueries) {
      others.begin = visible_keys(args_, s_, first_row_).begin;
      others.end = visible_keys(args_, s_, first_row_ + there - 1).end;
    } else {
      others = seeing_queries(args_, s_, first_row_, there);
    }
    float first[kFirst ? kColumns : 1][4] = {}, second[kSecond ? kColumns : 1][4] = {};
    const int heads = kOwnsQueries ? 1 : group_;
    for (int i = 0; i < heads; ++i) {
      const int head = kOwnsQueries ? y : y * group_ + i, g = kOwnsQueries ? y / group_ : y;
      for (int tile = others.begin / T::kOthers * T::kOthers; tile < others.end;
           tile += T::kOthers) {
        __syncthreads();  // nobody reads the tile before
        if constexpr (kOwnsQueries) {
          stage_keys(other_first_, other_second_, g, tile, T::kOthers);
        } else {
          stage_queries(other_first_, other_second_, head, tile, T::kOthers);
          stage_statistics(head, tile);
        }
        __syncthreads();
        float p[kTiles][4] = {}, ds[kTiles][4] = {};
#pragma unroll
        for (int k = 0; k < kHeadSize / 16; ++k) {
          uint32_t a[4];
          load_rows<T::kStride>(a, own_first_ + 16 * warp_ * T::kStride, k, lane_);
          multiply_rows<Element::kBf16, T::kStride>(p, a, other_first_, k, lane_);
          if constexpr (kFirst) {
            load_rows<T::kStride>(a, own_second_ + 16 * warp_ * T::kStride, k, lane_);
            multiply_rows<Element::kBf16, T::kStride>(ds, a, other_second_, k, lane_);
          }
        }
        differentiate(p, ds, head, tile, partial != nullptr);
        if constexpr (kSecond)
          multiply_columns<Element::kBf16, T::kStride>(second, p, other_second_, lane_);
        if constexpr (kFirst)
          multiply_columns<Element::kBf16, T::kStride>(first, ds, other_first_, lane_);
        if (partial != nullptr) {
          __syncthreads();
          const int distance = tile - (s_.keys - s_.queries + first_row_);
          add_diagonals(args_, partial, derivatives_, T::kDerivativeStride, kRows, T::kOthers,
                        distance, diagonals_, kThreads);
        }
      }
    }
    if constexpr (kOwnsQueries) {
      if (args_.dq != nullptr)
        write(first, args_.dq + s_.first_query * args_.dq_stride, args_.dq_stride, y, there,
              args_.scale, args_.add_dq != 0);
    } else {
      if (kFirst && args_.dk != nullptr)
        write(first, args_.dk + s_.first_key * args_.dk_stride, args_.dk_stride, y, there,
              args_.scale, args_.add_dk != 0);
      if (kSecond && args_.dv != nullptr)
        write(second, args_.dv + s_.first_key * args_.dv_stride, args_.dv_stride, y, there, 1,
              args_.add_dv != 0);
    }
  }

 private:
  __device__ void stage_queries(uint16_t* q, uint16_t* dy, int head, int first, int rows) const {
    const int64_t row = s_.first_query + first, column = int64_t{head} * args_.head_size;
    stage_rows<Element::kBf16, kHeadSize, kThreads>(
        q, rows, args_.q + row * args_.q_stride + column, args_.q_stride, s_.queries - first,
        args_.head_size, thread_);
    stage_rows<Element::kBf16, kHeadSize, kThreads>(
        dy, rows, args_.dy + row * args_.dy_stride + column, args_.dy_stride, s_.queries - first,
        args_.head_size, thread_);
  }
  __device__ void stage_keys(uint16_t* k, uint16_t* v, int g, int first, int rows) const {
    const int64_t row = s_.first_key + first, column = int64_t{g} * args_.head_size;
    stage_rows<Element::kBf16, kHeadSize, kThreads>(
        k, rows, args_.k + row * args_.k_stride + column, args_.k_stride, s_.keys - first,
        args_.head_size, thread_);
    if constexpr (kFirst || kOwnsQueries)
      stage_rows<Element::kBf16, kHeadSize, kThreads>(
          v, rows, args_.v + row * args_.v_stride + column, args_.v_stride, s_.keys - first,
          args_.head_size, thread_);
  }

  // Of the thread's two rows, where they are queries.
  __device__ void take_statistics(int head, int rows) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int query = own_row(i);
      const int64_t token = s_.first_query + query;
      own_log_sum_[i] =
          query < rows ? args_.log_sum_exp[token * args_.log_sum_exp_stride + head] * kLog2E : 0;
      own_weighted_[i] = query < rows ? args_.weighted[token * args_.heads + head] : 0;
    }
  }
  // Of a tile of queries.
  __device__ void stage_statistics(int head, int tile) const {
    for (int c = thread_; c < T::kOthers; c += kThreads) {
      const int64_t token = s_.first_query + tile + c;
      const bool there = tile + c < s_.queries;
      log_sums_[c] =
          there ? args_.log_sum_exp[token * args_.log_sum_exp_stride + head] * kLog2E : 0;
      weighted_[c] = there ? args_.weighted[token * args_.heads + head] : 0;
    }
  }

  __device__ __forceinline__ int own_row(int i) const {
    return first_row_ + 16 * warp_ + lane_ / 4 + 8 * i;
  }

  // Turns q . k and dy . v into what v and the other operand are multiplied by.
  __device__ __forceinline__ void differentiate(
      float (&p)[kTiles][4], float (&ds)[kTiles][4], int head, int tile, bool with_bias) const {
    const bool whole = kOwnsQueries ? all_see(args_, s_, first_row_, kRows, tile, T::kOthers)
                                    : all_see(args_, s_, tile, T::kOthers, first_row_, kRows);
#pragma unroll
    for (int n = 0; n < kTiles; ++n) {
      float factor[4] = {1, 1, 1, 1}, derivative[4];
      if (args_.dropout.threshold != 0) {
        if constexpr (kOwnsQueries) {
          own_queries_dropout(factor, head, tile + 8 * n);
        } else {
          own_keys_dropout(factor, head, tile + 8 * n);
        }
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int column = 8 * n + lane_ % 4 * 2 + i % 2;
        const int query = kOwnsQueries ? own_row(i / 2) : tile + column;
        const int key = kOwnsQueries ? tile + column : own_row(i / 2);
        const float log_sum = kOwnsQueries ? own_log_sum_[i / 2] : log_sums_[column];
        const Score score = score_of(args_, s_, query, head, key, p[n][i]);
        float probability = exp2_approximate(score.exponent - log_sum);
        if (!whole && !sees(args_, s_, query, key)) probability = 0;
        if constexpr (kFirst) {
          const float weighted = kOwnsQueries ? own_weighted_[i / 2] : weighted_[column];
          derivative[i] = score_gradient(probability, factor[i], ds[n][i], weighted);
          ds[n][i] = derivative[i] * score.slope;
        }
        p[n][i] = probability * factor[i];
      }
      if (kFirst && with_bias) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          float* row = derivatives_ + (16 * warp_ + lane_ / 4 + 8 * i) * T::kDerivativeStride;
          store_vector(reinterpret_cast<Float2*>(row + 8 * n + lane_ % 4 * 2),
                       Float2{{derivative[2 * i], derivative[2 * i + 1]}});
        }
      }
    }
  }

  // Of the four keys that share a call of the generator a lane has two, in two rows; its neighbour
  // has the other two, so each makes the call for one of the rows.
  __device__ __forceinline__ void own_queries_dropout(float (&factor)[4],
                                                      int head,
                                                      int first_key) const {
    const bool odd = lane_ % 2 != 0;
    const int64_t row = int64_t{s_.first_query + own_row(odd ? 1 : 0)} * args_.heads + head;
    const PhiloxWords words = dropout_words(args_.dropout, row, first_key / 4 + lane_ % 4 / 2);
    const uint32_t low = __shfl_xor_sync(kAllLanes, odd ? words.w[0] : words.w[2], 1);
    const uint32_t high = __shfl_xor_sync(kAllLanes, odd ? words.w[1] : words.w[3], 1);
    const uint32_t of[4] = {odd ? low : words.w[0], odd ? high : words.w[1], odd ? words.w[2] : low,
                            odd ? words.w[3] : high};
#pragma unroll
    for (int i = 0; i < 4; ++i) factor[i] = dropout_factor(args_.dropout, of[i]);
  }

  // The four keys lie in the rows of four lanes, and each lane has two such rows for two queries.
  __device__ __forceinline__ void own_keys_dropout(float (&factor)[4],
                                                   int head,
                                                   int first_query) const {
    const int mine = lane_ / 4 % 4;  // the word that is this lane's key, and the call that it makes
    const int query = first_query + lane_ % 4 * 2 + mine % 2;
    const int64_t row = int64_t{s_.first_query + query} * args_.heads + head;
    const PhiloxWords words = dropout_words(args_.dropout, row, own_row(mine / 2) / 4);
    exchange_factors(args_.dropout, words, mine, 4, factor);
  }

  // `rows` starts at the first row of the sequence.
  template <int kCount>
  __device__ __forceinline__ void write(const float (&sum)[kCount][4],
                                        float* rows,
                                        int64_t stride,
                                        int head,
                                        int there,
                                        float scale,
                                        bool add) const {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      if (own_row(i) >= first_row_ + there) continue;
      float* row = rows + own_row(i) * stride + int64_t{head} * args_.head_size;
      const bool pairs = reinterpret_cast<uintptr_t>(row) % 8 == 0;
#pragma unroll
      for (int n = 0; n < kCount; ++n) {
        const int d = 8 * n + lane_ % 4 * 2;
        float low = sum[n][2 * i] * scale, high = sum[n][2 * i + 1] * scale;
        if (add && d < args_.head_size) low += row[d];
        if (add && d + 1 < args_.head_size) high += row[d + 1];
        store_pair(row, d, args_.head_size, pairs, low, high);
      }
    }
  }

  const AttentionBackwardArgs& args_;
  const int group_;               // H / G
  uint16_t* const own_first_;     // [64, D + 8]: q or k
  uint16_t* const own_second_;    // [64, D + 8]: dy or v
  uint16_t* const other_first_;   // [others, D + 8]: k or q
  uint16_t* const other_second_;  // [others, D + 8]: v or dy
  float* const log_sums_;         // [others], of queries, times log2(e)
  float* const weighted_;         // [others], of queries
  float* const derivatives_;      // [64, others + 1], with a gradient of the bias
  float* const diagonals_;        // [64 + others]
  const int thread_, lane_, warp_;
  int first_row_ = 0;
  float own_log_sum_[2] = {}, own_weighted_[2] = {};
  Sequence s_{};
};

template <int kHeadSize, Pass kPass>
__global__ void __launch_bounds__(kThreads, Tile<kHeadSize>::kBlocks)
    attention_backward_kernel(AttentionBackwardArgs args) {
  GATUN_DYNAMIC_SHARED(shared);
  Block<kHeadSize, kPass>(args, shared).run();
}

template <int kHeadSize, Pass kPass>
Status start(const AttentionBackwardArgs& args, Stream stream) {
  using T = Tile<kHeadSize>;
  constexpr bool kOwnsQueries = kPass == Pass::kQueries;
  const int64_t rows = kOwnsQueries ? args.max_queries : args.max_keys;
  const bool with_bias = kOwnsQueries && args.dbias != nullptr;
  return launch(
      "attention_backward_bf16", attention_backward_kernel<kHeadSize, kPass>,
      {(rows + kRows - 1) / kRows, kOwnsQueries ? args.heads : args.kv_heads, args.sequences},
      kThreads, T::kOperandBytes + T::kStatisticsBytes + (with_bias ? T::kBiasBytes : 0), stream,
      args);
}

template <int kHeadSize>
Status start(const AttentionBackwardArgs& args, Stream stream) {
  Status status = 0;
  if (args.dq != nullptr || args.dbias != nullptr)
    status = start<kHeadSize, Pass::kQueries>(args, stream);
  if constexpr (kHeadSize <= 128) {
    if (status == 0 && (args.dk != nullptr || args.dv != nullptr))
      status = start<kHeadSize, Pass::kKeysAndValues>(args, stream);
  } else {
    if (status == 0 && args.dk != nullptr) status = start<kHeadSize, Pass::kKeys>(args, stream);
    if (status == 0 && args.dv != nullptr) status = start<kHeadSize, Pass::kValues>(args, stream);
  }
  return status;
}

}  // namespace

Status attention_backward_bf16(const AttentionBackwardArgs& args, Stream stream) {
  if (args.head_size > 256) return kInvalidConfiguration;
  Status status = attention_backward_begin(args, stream);
  if (status != 0) return status;
  status = args.head_size <= 32    ? start<32>(args, stream)
           : args.head_size <= 64  ? start<64>(args, stream)
           : args.head_size <= 128 ? start<128>(args, stream)
                                   : start<256>(args, stream);
  if (status != 0) return status;
  return attention_backward_end(args, false, stream);
}

}  // namespace gatun::cuda

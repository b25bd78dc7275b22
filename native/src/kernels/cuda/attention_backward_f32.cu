// SPDX-License-Identifier: Apache-2.0
// Gradients of attention in f32 on the arithmetic units: for F32, and for devices without bf16
// tensor cores. The passes of attention_backward.cu: a warp owns a few rows, a block shares a tile
// of 32 others. Lane j makes the scores of other j and their derivatives; then each lane sums its
// columns.
#include "kernels/cuda/attention_backward_rows.h"
#include "kernels/cuda/instructions.h"

namespace gatun::cuda {
namespace {

constexpr int kOthers = kWarpSize;  // of a tile

// Shared memory: own rows, first and second operand [rows, D]; others [32, D + 4], first and
// second, or one after the other in one place where both are more than every device has.
template <int kHeadSize>
struct Tile {
  static constexpr int kWarps = kHeadSize <= 128 ? 8 : 4;
  static constexpr int kThreads = kWarps * kWarpSize;
  static constexpr int kWarpRows = kHeadSize <= 128 ? 4 : 2;
  static constexpr int kRows = kWarps * kWarpRows;
  static constexpr bool kOnePlace = kHeadSize > 64;
  static constexpr int kStride = kHeadSize + 4;
  static constexpr int kOwnSecond = kRows * kHeadSize;
  static constexpr int kOtherFirst = 2 * kRows * kHeadSize;
  static constexpr int kOtherSecond = kOtherFirst + (kOnePlace ? 0 : kOthers * kStride);
  static constexpr int kDerivatives = kOtherSecond + kOthers * kStride;
  // With a gradient of the bias: a tile of derivatives and the sums of its diagonals.
  static constexpr int kDerivativeStride = kOthers + 1;
  static constexpr int kDiagonals = kDerivatives + kRows * kDerivativeStride;
  static constexpr int kFloats = kDiagonals + kRows + kOthers;
  static_assert(kRows == attention_gradient_queries(kHeadSize, true));
};

// Rows of a tile, zeros behind `there` and behind `size` columns.
template <int kHeadSize, int kStride>
__device__ __forceinline__ void stage(
    float* tile, int rows, const float* source, int64_t stride, int there, int size) {
  for (int i = static_cast<int>(threadIdx.x); i < rows * kHeadSize;
       i += Tile<kHeadSize>::kThreads) {
    const int row = i / kHeadSize, d = i % kHeadSize;
    tile[row * kStride + d] = row < there && d < size ? source[row * stride + d] : 0.0f;
  }
}

// own . other of the warp's rows and the lane's other.
template <int kHeadSize>
__device__ __forceinline__ void multiply_rows(float (&sum)[Tile<kHeadSize>::kWarpRows],
                                              const float* own,
                                              const float* other) {
  using T = Tile<kHeadSize>;
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
#pragma unroll
  for (int r = 0; r < T::kWarpRows; ++r) sum[r] = 0;
#pragma unroll 2
  for (int d = 0; d < kHeadSize; d += 4) {
    const Float4 y = load_vector(reinterpret_cast<const Float4*>(other + lane * T::kStride + d));
#pragma unroll
    for (int r = 0; r < T::kWarpRows; ++r) {
      const Float4 x = load_vector(reinterpret_cast<const Float4*>(own + r * kHeadSize + d));
#pragma unroll
      for (int i = 0; i < 4; ++i) sum[r] = fmaf(x.v[i], y.v[i], sum[r]);
    }
  }
}

// sum += factors of the others times the others, in the lane's columns.
template <int kHeadSize>
__device__ __forceinline__ void multiply_columns(
    float (&sum)[Tile<kHeadSize>::kWarpRows][kHeadSize / kWarpSize],
    const float (&factor)[Tile<kHeadSize>::kWarpRows],
    const float* other) {
  using T = Tile<kHeadSize>;
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
#pragma unroll 2
  for (int j = 0; j < kOthers; ++j) {
    float value[kHeadSize / kWarpSize];
#pragma unroll
    for (int c = 0; c < kHeadSize / kWarpSize; ++c)
      value[c] = other[j * T::kStride + c * kWarpSize + lane];
#pragma unroll
    for (int r = 0; r < T::kWarpRows; ++r) {
      const float weight = __shfl_sync(kAllLanes, factor[r], j);
#pragma unroll
      for (int c = 0; c < kHeadSize / kWarpSize; ++c) sum[r][c] = fmaf(weight, value[c], sum[r][c]);
    }
  }
}

// What dropout does to the pairs of four own rows and the lane's other. Rows of queries: the lanes
// of four keys share their calls. Rows of keys: the four words of one call.
template <bool kOwnsQueries>
__device__ __forceinline__ void take_factors(const AttentionBackwardArgs& args,
                                             const Sequence& s,
                                             int head,
                                             int own,
                                             int other,
                                             float (&factor)[4]) {
  const int mine = other % 4;
  const int query = kOwnsQueries ? own + mine : other, key = kOwnsQueries ? other : own;
  const int64_t row = int64_t{s.first_query + query} * args.heads + head;
  const PhiloxWords words = dropout_words(args.dropout, row, key / 4);
  if constexpr (kOwnsQueries) {
    exchange_factors(args.dropout, words, mine, 1, factor);
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i) factor[i] = dropout_factor(args.dropout, words.w[i]);
    if (own % 4 != 0) {  // two rows, the upper half of the call's
      factor[0] = factor[2];
      factor[1] = factor[3];
    }
  }
}

template <int kHeadSize>
__device__ __forceinline__ void write(
    const float (&sum)[Tile<kHeadSize>::kWarpRows][kHeadSize / kWarpSize],
    float* rows,  // the warp's first, [D] of its head
    int64_t stride,
    int there,
    int size,
    float scale,
    bool add) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
#pragma unroll
  for (int r = 0; r < Tile<kHeadSize>::kWarpRows; ++r) {
    if (r >= there) return;
#pragma unroll
    for (int c = 0; c < kHeadSize / kWarpSize; ++c) {
      const int d = c * kWarpSize + lane;
      if (d >= size) continue;
      float& to = rows[r * stride + d];
      to = sum[r][c] * scale + (add ? to : 0.0f);
    }
  }
}

template <int kHeadSize, bool kOwnsQueries>
__global__ void __launch_bounds__(Tile<kHeadSize>::kThreads, 2)
    attention_backward_f32_kernel(AttentionBackwardArgs args) {
  GATUN_DYNAMIC_SHARED(memory);
  using T = Tile<kHeadSize>;
  constexpr int kColumns = kHeadSize / kWarpSize;
  auto* own_first = reinterpret_cast<float*>(memory);
  float* own_second = own_first + T::kOwnSecond;
  float* other_first = own_first + T::kOtherFirst;
  float* other_second = own_first + T::kOtherSecond;
  float* derivatives = own_first + T::kDerivatives;
  const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarpSize;
  const int warp_row = thread / kWarpSize * T::kWarpRows;
  const int size = args.head_size, group = args.heads / args.kv_heads;
  const Sequence s = sequence_of(args, static_cast<int>(blockIdx.z));
  const int first_row = static_cast<int>(blockIdx.x) * T::kRows;
  const int there = min((kOwnsQueries ? s.queries : s.keys) - first_row, T::kRows);
  if (there <= 0) return;
  const int y = static_cast<int>(blockIdx.y);  // a head, or a head of the keys

  // First operand q or k, second dy or v, from a row of the sequence on.
  const auto first_operand = [&](bool queries, int head, int row) {
    return queries ? args.q + (s.first_query + row) * args.q_stride + int64_t{head} * size
                   : args.k + (s.first_key + row) * args.k_stride + int64_t{head} * size;
  };
  const auto second_operand = [&](bool queries, int head, int row) {
    return queries ? args.dy + (s.first_query + row) * args.dy_stride + int64_t{head} * size
                   : args.v + (s.first_key + row) * args.v_stride + int64_t{head} * size;
  };
  stage<kHeadSize, kHeadSize>(own_first, T::kRows, first_operand(kOwnsQueries, y, first_row),
                              kOwnsQueries ? args.q_stride : args.k_stride, there, size);
  stage<kHeadSize, kHeadSize>(own_second, T::kRows, second_operand(kOwnsQueries, y, first_row),
                              kOwnsQueries ? args.dy_stride : args.v_stride, there, size);
  float* partial = nullptr;
  if (kOwnsQueries && args.dbias != nullptr) {
    const int64_t block =
        attention_gradient_block(s.first_query, s.source, T::kRows) + static_cast<int>(blockIdx.x);
    partial = bias_partial(args, block, y);
    for (int d = thread; d <= 2 * args.distance_limit; d += T::kThreads) partial[d] = 0;
  }
  KeyRange others;
  if constexpr (kOwnsQueries) {
    others.begin = visible_keys(args, s, first_row).begin;
    others.end = visible_keys(args, s, first_row + there - 1).end;
  } else {
    others = seeing_queries(args, s, first_row, there);
  }

  float first[T::kWarpRows][kColumns] = {};                      // dq or dk
  float second[kOwnsQueries ? 1 : T::kWarpRows][kColumns] = {};  // dv
  // Of queries: the warp's rows, or the lane's in each tile.
  float log_sum[kOwnsQueries ? T::kWarpRows : 1], weighted[kOwnsQueries ? T::kWarpRows : 1];
  const auto take_statistics = [&](int head, int query, float& log, float& sum) {
    const int64_t token = s.first_query + query;
    const bool is_query = query < s.queries;
    log = is_query ? args.log_sum_exp[token * args.log_sum_exp_stride + head] * kLog2E : 0;
    sum = is_query ? args.weighted[token * args.heads + head] : 0;
  };
  if constexpr (kOwnsQueries) {
#pragma unroll
    for (int r = 0; r < T::kWarpRows; ++r)
      take_statistics(y, first_row + warp_row + r, log_sum[r], weighted[r]);
  }
  for (int i = 0; i < (kOwnsQueries ? 1 : group); ++i) {
    const int head = kOwnsQueries ? y : y * group + i;
    const int other_head = kOwnsQueries ? y / group : head;
    for (int tile = others.begin / kOthers * kOthers; tile < others.end; tile += kOthers) {
      const int others_there = (kOwnsQueries ? s.keys : s.queries) - tile;
      const auto stage_first = [&] {
        stage<kHeadSize, T::kStride>(
            other_first, kOthers, first_operand(!kOwnsQueries, other_head, tile),
            kOwnsQueries ? args.k_stride : args.q_stride, others_there, size);
      };
      const auto stage_second = [&] {
        stage<kHeadSize, T::kStride>(
            other_second, kOthers, second_operand(!kOwnsQueries, other_head, tile),
            kOwnsQueries ? args.v_stride : args.dy_stride, others_there, size);
      };
      __syncthreads();  // nobody reads the tile before
      stage_first();
      if constexpr (!T::kOnePlace) stage_second();
      __syncthreads();
      float p[T::kWarpRows], ds[T::kWarpRows];
      multiply_rows<kHeadSize>(p, own_first + warp_row * kHeadSize, other_first);
      if constexpr (T::kOnePlace) {
        __syncthreads();
        stage_second();
        __syncthreads();
      }
      multiply_rows<kHeadSize>(ds, own_second + warp_row * kHeadSize, other_second);
      if constexpr (!kOwnsQueries) take_statistics(head, tile + lane, log_sum[0], weighted[0]);
      float factor[4] = {1, 1, 1, 1};
      if (args.dropout.threshold != 0)
        take_factors<kOwnsQueries>(args, s, head, first_row + warp_row, tile + lane, factor);
#pragma unroll
      for (int r = 0; r < T::kWarpRows; ++r) {
        const int own = first_row + warp_row + r, other = tile + lane;
        const int query = kOwnsQueries ? own : other, key = kOwnsQueries ? other : own;
        const bool visible = sees(args, s, query, key);
        const Score score = score_of(args, s, query, head, key, p[r]);
        const float probability =
            visible ? exp2f(score.exponent - log_sum[kOwnsQueries ? r : 0]) : 0.0f;
        const float derivative =
            score_gradient(probability, factor[r], ds[r], weighted[kOwnsQueries ? r : 0]);
        if (partial != nullptr)
          derivatives[(warp_row + r) * T::kDerivativeStride + lane] = derivative;
        p[r] = probability * factor[r];
        ds[r] = derivative * score.slope;
      }
      if constexpr (!kOwnsQueries) multiply_columns<kHeadSize>(second, p, other_second);
      if constexpr (T::kOnePlace) {
        __syncthreads();
        stage_first();
        __syncthreads();
      }
      multiply_columns<kHeadSize>(first, ds, other_first);
      if (partial != nullptr) {
        __syncthreads();
        add_diagonals(args, partial, derivatives, T::kDerivativeStride, T::kRows, kOthers,
                      tile - (s.keys - s.queries + first_row), own_first + T::kDiagonals,
                      T::kThreads);
      }
    }
  }

  const int warp_there = there - warp_row;
  const auto finish = [&](const auto& sum, float* to, int first_of, int64_t stride, float scale,
                          bool add) {
    if (to == nullptr) return;
    write<kHeadSize>(sum, to + (first_of + first_row + warp_row) * stride + int64_t{y} * size,
                     stride, warp_there, size, scale, add);
  };
  if constexpr (kOwnsQueries) {
    finish(first, args.dq, s.first_query, args.dq_stride, args.scale, args.add_dq != 0);
  } else {
    finish(first, args.dk, s.first_key, args.dk_stride, args.scale, args.add_dk != 0);
    finish(second, args.dv, s.first_key, args.dv_stride, 1, args.add_dv != 0);
  }
}

template <int kHeadSize, bool kOwnsQueries>
Status start(const AttentionBackwardArgs& args, Stream stream) {
  using T = Tile<kHeadSize>;
  const int64_t rows = kOwnsQueries ? args.max_queries : args.max_keys;
  const bool with_bias = kOwnsQueries && args.dbias != nullptr;
  return launch(
      "attention_backward_f32", attention_backward_f32_kernel<kHeadSize, kOwnsQueries>,
      {(rows + T::kRows - 1) / T::kRows, kOwnsQueries ? args.heads : args.kv_heads, args.sequences},
      T::kThreads, sizeof(float) * (with_bias ? T::kFloats : T::kDerivatives), stream, args);
}

template <int kHeadSize>
Status start(const AttentionBackwardArgs& args, Stream stream) {
  Status status = 0;
  if (args.dq != nullptr || args.dbias != nullptr) status = start<kHeadSize, true>(args, stream);
  if (status == 0 && (args.dk != nullptr || args.dv != nullptr))
    status = start<kHeadSize, false>(args, stream);
  return status;
}

}  // namespace

Status attention_backward_f32(const AttentionBackwardArgs& args, Stream stream) {
  if (args.head_size > 256) return kInvalidConfiguration;
  Status status = attention_backward_begin(args, stream);
  if (status != 0) return status;
  status = args.head_size <= 32    ? start<32>(args, stream)
           : args.head_size <= 64  ? start<64>(args, stream)
           : args.head_size <= 128 ? start<128>(args, stream)
                                   : start<256>(args, stream);
  if (status != 0) return status;
  return attention_backward_end(args, true, stream);
}

}  // namespace gatun::cuda

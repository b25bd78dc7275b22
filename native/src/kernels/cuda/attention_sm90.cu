// SPDX-License-Identifier: Apache-2.0
// Attention for sm_90a after FlashAttention-3 (Shah, Bikshandi, Zhang, Thakkar, Ramani, Dao: "Fast
// and accurate attention with asynchrony and low-precision", 2024). A block takes 128 rows: one
// warp orders tiles of keys and values by TMA, two warpgroups multiply them, 64 rows each.
//
// Within a warpgroup the scores of the next tile are multiplied while the values of this one are,
// so that the softmax between them overlaps the second product; the two warpgroups take turns at
// starting products, so that one's softmax overlaps the other's products.
#include "kernels/cuda/attention_rows.h"
#include "kernels/cuda/attention_sm90.h"
#include "kernels/cuda/instructions_sm90.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/sm90.h"
#include "kernels/cuda/tensor_map.h"

namespace gatun::cuda {
namespace {

constexpr int kConsumers = 2;  // warpgroups
constexpr int kThreads = kWarpgroup * (1 + kConsumers);
constexpr int kRows = 64 * kConsumers;  // of a block
constexpr int kKeys = 128;              // of a tile
constexpr int kStages = 2;
constexpr int kBoxBytes = kKeys * kBoxRowBytes;  // of queries, too

template <int kHeadSize>
struct Tile {
  static constexpr int kBoxes = kHeadSize / kBoxColumns;
  static constexpr int kBytes = kBoxes * kBoxBytes;  // of queries, keys or values
  static constexpr int kBarriers = 1 + 4 * kStages;
  static constexpr int kSharedBytes = kSwizzleBytes + (1 + 2 * kStages) * kBytes + 8 * kBarriers;
};

struct Params {
  TensorMap q;     // [G, N H/G, Dp]
  TensorMap k, v;  // [G, M, Dp], or [1, rows of all pages, Dp]
  AttentionArgs args;
  int box_rows;  // of k and v
};

struct Shared {
  unsigned char* queries;
  unsigned char* keys;    // [stages]
  unsigned char* values;  // [stages]
  uint64_t* queries_full;
  uint64_t* keys_full;  // [stages]
  uint64_t* values_full;
  uint64_t* keys_empty;
  uint64_t* values_empty;
};

template <int kHeadSize>
__device__ __forceinline__ Shared divide(unsigned char* memory) {
  constexpr int kBytes = Tile<kHeadSize>::kBytes;
  Shared s;
  s.queries = align_boxes(memory);
  s.keys = s.queries + kBytes;
  s.values = s.keys + kStages * kBytes;
  s.queries_full = reinterpret_cast<uint64_t*>(s.values + kStages * kBytes);
  s.keys_full = s.queries_full + 1;
  s.values_full = s.keys_full + kStages;
  s.keys_empty = s.values_full + kStages;
  s.values_empty = s.keys_empty + kStages;
  return s;
}

// The rows and keys of a block.
struct Work {
  Sequence sequence;
  int sequence_index, split, head, group, first_row, rows;
  int begin, end;  // keys
  int tiles;
};

// Not used by the empty kernels of other architectures.
[[maybe_unused]] __device__ __forceinline__ Work work_of(const AttentionArgs& args) {
  Work w;
  const int splits = args.partials != nullptr ? args.max_splits : 1;
  w.split = static_cast<int>(blockIdx.z) % splits;
  w.sequence_index = static_cast<int>(blockIdx.z) / splits;
  w.sequence = sequence_of(args, w.sequence_index);
  w.head = static_cast<int>(blockIdx.y);
  w.group = args.heads / args.kv_heads;
  w.first_row = static_cast<int>(blockIdx.x) * kRows;
  w.rows = w.sequence.queries * w.group;
  w.begin = w.end = w.tiles = 0;
  if (w.first_row >= w.rows) return w;
  const int last_row = min(w.first_row + kRows, w.rows) - 1;
  w.begin = visible_keys(args, w.sequence, w.first_row / w.group).begin;
  w.end = visible_keys(args, w.sequence, last_row / w.group).end;
  if (args.partials != nullptr) {
    w.begin = max(w.begin, w.split * kSplitKeys);
    w.end = min(w.end, (w.split + 1) * kSplitKeys);
  }
  w.begin = w.begin / kKeys * kKeys;
  w.tiles = w.end > w.begin ? (w.end - w.begin + kKeys - 1) / kKeys : 0;
  return w;
}

// ---- the warp that orders copies
// ------------------------------------------------------------------

// One tile of keys (part 0) or values (part 1), from `key` on.
template <int kHeadSize, bool kPaged>
__device__ __forceinline__ void order(
    const Params& p, const Work& w, int part, int key, unsigned char* target, uint64_t* full) {
  constexpr int kBoxes = Tile<kHeadSize>::kBoxes;
  const TensorMap* map = part == 0 ? &p.k : &p.v;
  if constexpr (kPaged) {
    const KvPages& pages = p.args.pages;
    // Pages behind the last key may not exist.
    const int boxes = (min(w.sequence.keys - key, kKeys) + p.box_rows - 1) / p.box_rows;
    mbarrier_arrive_expect(full, static_cast<uint32_t>(boxes * p.box_rows * kBoxRowBytes * kBoxes));
    const int32_t* table = p.args.page_table + w.sequence.source * p.args.page_table_stride;
    for (int b = 0; b < boxes; ++b) {
      const int first = key + b * p.box_rows;
      const int row = ((table[first / pages.page_tokens] * pages.kv_heads + w.head) * 2 + part) *
                          pages.page_tokens +
                      first % pages.page_tokens;
      for (int c = 0; c < kBoxes; ++c)
        tma_load_3d(target + c * kBoxBytes + b * p.box_rows * kBoxRowBytes, map, full,
                    c * kBoxColumns, row, 0);
    }
  } else {
    mbarrier_arrive_expect(full, Tile<kHeadSize>::kBytes);
    for (int c = 0; c < kBoxes; ++c)
      tma_load_3d(target + c * kBoxBytes, map, full, c * kBoxColumns, w.sequence.first_key + key,
                  w.head);
  }
}

template <int kHeadSize, bool kPaged>
__device__ __forceinline__ void produce(const Params& p, const Work& w, const Shared& s) {
  using T = Tile<kHeadSize>;
  mbarrier_arrive_expect(s.queries_full, T::kBytes);
  for (int c = 0; c < T::kBoxes; ++c)
    tma_load_3d(s.queries + c * kBoxBytes, &p.q, s.queries_full, c * kBoxColumns,
                w.sequence.first_query * w.group + w.first_row, w.head);
  for (int t = 0; t < w.tiles; ++t) {
    const int stage = t % kStages, key = w.begin + t * kKeys;
    const uint32_t parity = static_cast<uint32_t>(t / kStages + 1) & 1;  // the first time at once
    await(&s.keys_empty[stage], parity);
    order<kHeadSize, kPaged>(p, w, 0, key, s.keys + stage * T::kBytes, &s.keys_full[stage]);
    await(&s.values_empty[stage], parity);
    order<kHeadSize, kPaged>(p, w, 1, key, s.values + stage * T::kBytes, &s.values_full[stage]);
  }
}

// ---- the warpgroups that multiply
// -----------------------------------------------------------------

template <int kHeadSize>
class Consumer {
  using T = Tile<kHeadSize>;
  static constexpr int kScores = kKeys / 2;  // registers of a thread
  static constexpr int kResults = kHeadSize / 2;
  // Barriers of the block: of each consumer's turn to start products, and of a tile's last rows.
  static constexpr int kTurn = 1, kTail = kTurn + kConsumers;

 public:
  __device__ Consumer(const AttentionArgs& args, const Work& w, const Shared& s)
      : args_(args),
        w_(w),
        s_(s),
        thread_(static_cast<int>(threadIdx.x) - kWarpgroup),
        lane_(thread_ % kWarpSize),
        warpgroup_(thread_ / kWarpgroup) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int row = row_of(i);
      query_[i] = row / w.group;
      range_[i] = row < w.rows ? visible_keys(args, w.sequence, query_[i]) : KeyRange{0, 0};
      if (args.partials != nullptr) {
        range_[i].begin = max(range_[i].begin, w.split * kSplitKeys);
        range_[i].end = min(range_[i].end, (w.split + 1) * kSplitKeys);
      }
    }
  }

  __device__ __forceinline__ void run() {
    float o[kResults] = {}, scores[kScores];
    uint32_t p[kScores / 2];
    if (w_.tiles > 0) {
      if (warpgroup_ == 1) barrier_arrive(kTurn, 2 * kWarpgroup);  // the first turn is the other's
      await(s_.queries_full, 0);
      start_scores(scores, 0);
      end_turn(0);
      wgmma_wait<0>();
      hold_registers(scores);
      mbarrier_arrive(&s_.keys_empty[0]);
      float correction[2];
      soften(scores, 0, correction);
      pack(scores, p);
      for (int t = 1; t < w_.tiles; ++t) {
        start_scores(scores, t);
        start_results(o, p, t - 1);
        end_turn(t);
        wgmma_wait<1>();
        hold_registers(scores);
        mbarrier_arrive(&s_.keys_empty[t % kStages]);
        soften(scores, t, correction);
        wgmma_wait<0>();
        hold_registers(o);
        mbarrier_arrive(&s_.values_empty[(t - 1) % kStages]);
#pragma unroll
        for (int i = 0; i < kResults; ++i) o[i] *= correction[i / 2 % 2];
        pack(scores, p);
      }
      start_results(o, p, w_.tiles - 1);
      wgmma_wait<0>();
      hold_registers(o);
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      sum_[i] += __shfl_xor_sync(kAllLanes, sum_[i], 1);
      sum_[i] += __shfl_xor_sync(kAllLanes, sum_[i], 2);
      if (row_of(i) < w_.rows) write_row(o, i);
    }
  }

 private:
  __device__ __forceinline__ int row_of(int i) const {
    return w_.first_row + thread_ / kWarpSize * 16 + lane_ / 4 + 8 * i;
  }
  __device__ __forceinline__ int head_of(int i) const {
    return w_.head * w_.group + row_of(i) % w_.group;
  }

  __device__ __forceinline__ void end_turn(int t) const {
    if (warpgroup_ == 0 || t + 1 < w_.tiles) barrier_arrive(kTurn + 1 - warpgroup_, 2 * kWarpgroup);
  }

  // Rows of the last tile behind the last key have other sequences' values, or none: zeros, since
  // 0 times what is there need not be 0.
  __device__ __forceinline__ void clear_tail(unsigned char* tile, int t) const {
    const int rows = w_.sequence.keys - (w_.begin + t * kKeys);
    if (rows >= kKeys) return;
    for (int i = rows * 8 + thread_; i < kKeys * 8; i += kConsumers * kWarpgroup) {
      for (int c = 0; c < T::kBoxes; ++c)
        store_vector(reinterpret_cast<Int4*>(tile + c * kBoxBytes) + i, Int4{});
    }
    fence_async_proxy();
    barrier_sync(kTail, kConsumers * kWarpgroup);
  }

  // scores = q keys^T of tile t, in this warpgroup's turn.
  __device__ __forceinline__ void start_scores(float (&scores)[kScores], int t) const {
    unsigned char* keys = s_.keys + t % kStages * T::kBytes;
    await(&s_.keys_full[t % kStages], static_cast<uint32_t>(t / kStages) & 1);
    clear_tail(keys, t);
    barrier_sync(kTurn + warpgroup_, 2 * kWarpgroup);
    wgmma_fence();
    hold_registers(scores);
    const unsigned char* queries = s_.queries + warpgroup_ * 64 * kBoxRowBytes;
#pragma unroll
    for (int k = 0; k < kHeadSize / 16; ++k) {
      const int box = k * 16 / kBoxColumns * kBoxBytes, column = k * 16 % kBoxColumns;
      wgmma_m64n128k16_bf16(scores, box_operand(queries + box, column),
                            box_operand(keys + box, column), k > 0);
    }
    wgmma_commit();
  }

  // o += p values of tile t.
  __device__ __forceinline__ void start_results(float (&o)[kResults],
                                                const uint32_t (&p)[kScores / 2],
                                                int t) const {
    unsigned char* values = s_.values + t % kStages * T::kBytes;
    await(&s_.values_full[t % kStages], static_cast<uint32_t>(t / kStages) & 1);
    clear_tail(values, t);
    wgmma_fence();
    hold_registers(o);
#pragma unroll
    for (int k = 0; k < kKeys / 16; ++k) {
      const uint32_t a[4] = {p[4 * k], p[4 * k + 1], p[4 * k + 2], p[4 * k + 3]};
      const uint64_t b = transposed_box_operand(values, 16 * k, kBoxBytes);
      if constexpr (kHeadSize == 64) {
        wgmma_m64n64k16_bf16<true>(o, a, b, true);
      } else {
        wgmma_m64n128k16_bf16<true>(o, a, b, true);
      }
    }
    wgmma_commit();
  }

  // Turns scores into probabilities under the maximum so far; correction: what sums under the one
  // before are to be multiplied by.
  __device__ __forceinline__ void soften(float (&scores)[kScores], int t, float (&correction)[2]) {
    const int tile = w_.begin + t * kKeys;
    if (args_.softcap == 0 && args_.distance_bias == nullptr) {
      const float scale = args_.scale * kLog2E;
#pragma unroll
      for (int i = 0; i < kScores; ++i) scores[i] *= scale;
    } else {
#pragma unroll
      for (int i = 0; i < kScores; ++i)
        scores[i] = exponent_of(args_, w_.sequence, query_[i / 2 % 2], head_of(i / 2 % 2),
                                tile + key_of(i), scores[i]);
    }
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      if (tile < range_[r].begin || tile + kKeys > range_[r].end) {
#pragma unroll
        for (int i = 2 * r; i < kScores; i += 4) {
#pragma unroll
          for (int j = i; j < i + 2; ++j) {
            const int key = tile + key_of(j);
            if (key < range_[r].begin || key >= range_[r].end) scores[j] = no_score();
          }
        }
      }
      float largest = maximum_[r];
#pragma unroll
      for (int i = 2 * r; i < kScores; i += 4)
        largest = fmaxf(largest, fmaxf(scores[i], scores[i + 1]));
      largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 1));
      largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 2));
      const float base = largest == no_score() ? 0.0f : largest;  // -inf - -inf is no number
      correction[r] = exp2_approximate(maximum_[r] - base);
      maximum_[r] = largest;
      sum_[r] *= correction[r];
#pragma unroll
      for (int i = 2 * r; i < kScores; i += 4) {
#pragma unroll
        for (int j = i; j < i + 2; ++j) {
          scores[j] = exp2_approximate(scores[j] - base);
          sum_[r] += scores[j];
        }
      }
    }
  }

  // The column of a tile that register i of the scores has.
  __device__ __forceinline__ int key_of(int i) const { return i / 4 * 8 + lane_ % 4 * 2 + i % 2; }

  static __device__ __forceinline__ void pack(const float (&scores)[kScores],
                                              uint32_t (&p)[kScores / 2]) {
#pragma unroll
    for (int i = 0; i < kScores / 2; ++i) p[i] = pack_bf16(scores[2 * i], scores[2 * i + 1]);
  }

  __device__ __forceinline__ void write_row(const float (&o)[kResults], int r) const {
    const RowResult result =
        result_of(args_, w_.sequence.first_query + query_[r], head_of(r), w_.split);
    const bool part = result.statistics != nullptr;
    const RowTotal total =
        part ? RowTotal{1, 0} : total_of(args_, head_of(r), maximum_[r], sum_[r]);
    const bool pairs = reinterpret_cast<uintptr_t>(result.y) % 8 == 0;
#pragma unroll
    for (int n = 0; n < kHeadSize / 8; ++n) {
      const int d = 8 * n + lane_ % 4 * 2;
      const float low = o[4 * n + 2 * r] * total.factor;
      const float high = o[4 * n + 2 * r + 1] * total.factor;
      if (pairs && d + 1 < args_.head_size) {
        store_vector(reinterpret_cast<Float2*>(result.y + d), Float2{{low, high}});
      } else {
        if (d < args_.head_size) result.y[d] = low;
        if (d + 1 < args_.head_size) result.y[d + 1] = high;
      }
    }
    if (lane_ % 4 != 0) return;
    if (part) {
      result.statistics[0] = maximum_[r];
      result.statistics[1] = sum_[r];
    } else if (result.log_sum_exp != nullptr) {
      *result.log_sum_exp = total.log_sum_exp;
    }
  }

  const AttentionArgs& args_;
  const Work& w_;
  const Shared& s_;
  const int thread_, lane_, warpgroup_;  // of the consumers
  int query_[2];                         // of the thread's two rows
  KeyRange range_[2];
  float maximum_[2] = {no_score(), no_score()}, sum_[2] = {0, 0};
};

template <int kHeadSize, bool kPaged>
__global__ void __launch_bounds__(kThreads, 1)
    attention_bf16_sm90_kernel(const __grid_constant__ Params p) {
#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  GATUN_DYNAMIC_SHARED(memory);
  const Work w = work_of(p.args);
  if (w.first_row >= w.rows || (p.args.partials != nullptr && w.tiles == 0)) return;
  const Shared s = divide<kHeadSize>(memory);
  const int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) {
    mbarrier_init(s.queries_full, 1);
    for (int i = 0; i < kStages; ++i) {
      mbarrier_init(&s.keys_full[i], 1);
      mbarrier_init(&s.values_full[i], 1);
      mbarrier_init(&s.keys_empty[i], kConsumers * kWarpgroup);
      mbarrier_init(&s.values_empty[i], kConsumers * kWarpgroup);
    }
    fence_async_proxy();
  }
  __syncthreads();
  if (thread < kWarpgroup) {
    lower_registers<24>();
    if (thread < kWarpSize && w.tiles > 0 && elect_one()) produce<kHeadSize, kPaged>(p, w, s);
  } else {
    raise_registers<240>();
    Consumer<kHeadSize>(p.args, w, s).run();
  }
#endif
}

// ---- rows of f32 to bf16
// --------------------------------------------------------------------------

constexpr int kRoundThreads = 256;
constexpr int kRoundValues = 4;  // of a thread

// x [rows, heads, D] to y [G, rows, heads / G, Dp], four values to a thread.
__global__ void __launch_bounds__(kRoundThreads) attention_round_kernel(
    const float* x, int64_t stride, int64_t rows, int heads, int kv_heads, int size, uint16_t* y) {
  const int units = kv_row_width(size, GATUN_DTYPE_BF16) / kRoundValues;
  const int64_t index = int64_t{blockIdx.x} * kRoundThreads + threadIdx.x;
  if (index >= rows * heads * units) return;
  const int unit = static_cast<int>(index % units), first = kRoundValues * unit;
  const int head = static_cast<int>(index / units % heads);
  const int64_t row = index / units / heads;
  const float* from = x + row * stride + int64_t{head} * size + first;
  Unit<kRoundValues> f;
  if (first + kRoundValues <= size && reinterpret_cast<uintptr_t>(from) % 16 == 0) {
    f = load_unit<kRoundValues>(from, 0);
  } else {
#pragma unroll
    for (int i = 0; i < kRoundValues; ++i) f.v[i] = first + i < size ? from[i] : 0.0f;
  }
  const int group = heads / kv_heads;
  const int64_t target = (int64_t{head / group} * rows + row) * group + head % group;
  store_vector(reinterpret_cast<Int2*>(y) + target * units + unit,
               Int2{{pack_bf16(f.v[0], f.v[1]), pack_bf16(f.v[2], f.v[3])}});
}

Status round_rows(const float* x,
                  int64_t stride,
                  int64_t rows,
                  int heads,
                  const AttentionArgs& args,
                  uint16_t* y,
                  Stream stream) {
  const int64_t units = attention_sm90_elements(rows, heads, args.head_size) / kRoundValues;
  return launch("attention_round", attention_round_kernel,
                {(units + kRoundThreads - 1) / kRoundThreads}, kRoundThreads, 0, stream, x, stride,
                rows, heads, args.kv_heads, args.head_size, y);
}

// Boxes of `box_rows` rows and 64 columns of [planes, rows, Dp].
Status describe(const uint16_t* data,
                int64_t planes,
                int64_t rows,
                const AttentionArgs& args,
                int box_rows,
                TensorMap* map) {
  const auto width = static_cast<uint64_t>(kv_row_width(args.head_size, GATUN_DTYPE_BF16));
  const auto count = static_cast<uint64_t>(rows > 0 ? rows : 1);
  return make_tensor_map({data,
                          3,
                          {width, count, static_cast<uint64_t>(planes)},
                          {2 * width, 2 * width * count},
                          {kBoxColumns, static_cast<uint32_t>(box_rows), 1},
                          Swizzle::k128},
                         map);
}

template <int kHeadSize>
Status start(const Params& params, Grid grid, Stream stream) {
  return launch("attention_bf16_sm90",
                params.args.pages.data != nullptr ? attention_bf16_sm90_kernel<kHeadSize, true>
                                                  : attention_bf16_sm90_kernel<kHeadSize, false>,
                grid, kThreads, Tile<kHeadSize>::kSharedBytes, stream, params);
}

int page_box_rows(const AttentionArgs& args) {
  return args.pages.page_tokens < kKeys ? args.pages.page_tokens : kKeys;
}

}  // namespace

Status attention_bf16_sm90(const AttentionArgs& args, int64_t tokens, Stream stream) {
  if (!attention_sm90_takes(args) || args.sm90_scratch == nullptr) return kInvalidConfiguration;
  const int64_t keys = args.keys;
  Status status = attention_prepare(args, tokens, stream);
  if (status != 0 || tokens == 0) return status;
  Params params{};
  params.args = args;
  auto* q = static_cast<uint16_t*>(args.sm90_scratch);
  status = round_rows(args.q, args.q_stride, tokens, args.heads, args, q, stream);
  const int group = args.heads / args.kv_heads;
  if (status == 0) status = describe(q, args.kv_heads, tokens * group, args, kRows, &params.q);
  if (args.pages.data == nullptr) {
    params.box_rows = kKeys;
    uint16_t* k = q + attention_sm90_elements(tokens, args.heads, args.head_size);
    uint16_t* v = k + attention_sm90_elements(keys, args.kv_heads, args.head_size);
    if (status == 0)
      status = round_rows(args.k, args.k_stride, keys, args.kv_heads, args, k, stream);
    if (status == 0)
      status = round_rows(args.v, args.v_stride, keys, args.kv_heads, args, v, stream);
    if (status == 0) status = describe(k, args.kv_heads, keys, args, kKeys, &params.k);
    if (status == 0) status = describe(v, args.kv_heads, keys, args, kKeys, &params.v);
  } else {
    const KvPages& pages = args.pages;
    params.box_rows = page_box_rows(args);
    const int64_t rows = int64_t{pages.page_count} * pages.kv_heads * 2 * pages.page_tokens;
    if (status == 0)
      status = describe(reinterpret_cast<const uint16_t*>(pages.data), 1, rows, args,
                        params.box_rows, &params.k);
    params.v = params.k;
  }
  if (status != 0) return status;
  const int64_t rows = int64_t{args.max_queries} * group;
  const Grid grid{(rows + kRows - 1) / kRows, args.kv_heads,
                  int64_t{args.sequences} * (args.partials != nullptr ? args.max_splits : 1)};
  status =
      args.head_size <= 64 ? start<64>(params, grid, stream) : start<128>(params, grid, stream);
  if (status != 0 || args.partials == nullptr) return status;
  return attention_merge(args, tokens, stream);
}

}  // namespace gatun::cuda

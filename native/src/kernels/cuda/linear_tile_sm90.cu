// SPDX-License-Identifier: Apache-2.0
// Products of many rows of x with quantised weights on wgmma and TMA, for sm_90a. A block takes 128
// rows of the weight, or 64 of a gated pair's two, and 128 tokens. One warp orders stages of 256
// columns by TMA: x, packed codes and their high bits; three warps widen the scales of 512 columns
// at a time; two warpgroups have 64 rows each. They widen codes in registers, into the operand that
// wgmma takes from there, 64 tokens at a time: while the integer sums of the one half of the tokens
// are scaled into f32, those of the other half are in the making.
//
// The sums of a block of 32 columns (16 of Q6_K) are exact and are scaled in ascending order, by
// the operations of linear_tile.cu, so that both give the same bits.
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/sm90.h"

namespace gatun::cuda {
namespace {

constexpr int kConsumers = 2;  // warpgroups
constexpr int kThreads = kWarpgroup * (1 + kConsumers);
constexpr int kRows = 64 * kConsumers;  // of the weight
constexpr int kTokens = 128;
constexpr int kBoxRows = 64;   // of a copy of the weight
constexpr int kColumns = 256;  // of a stage
constexpr int kBlocks = kColumns / 32;
constexpr int kSpanStages = 2;
constexpr int kSpanBlocks = kSpanStages * kBlocks;
constexpr int kSums = 32;  // of a thread, of 64 rows and 64 tokens
constexpr int kChain = 4;  // parts whose products follow each other without a pause
constexpr int kXBoxBytes = kTokens * kBoxRowBytes;
constexpr int kMostSharedBytes = 227 << 10;

// What a format has in shared memory: stages, then spans.
template <BlockFormat kFormat>
struct Layout {
  static constexpr bool kMinima = kFormat.bits != 8;
  static constexpr bool kPair =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  static constexpr int kParts = kFormat.scales == ScaleKind::kSuperScale16 ? 2 : 1;  // of a block
  static constexpr int kStageParts = kBlocks * kParts, kSpanParts = kSpanBlocks * kParts;
  static_assert(kStageParts % kChain == 0);

  // Bytes, of a stage.
  static constexpr int kCodeBoxes = kFormat.bits == 8 ? 2 : 1;  // of 128 bytes to a row
  static constexpr int kHighRowBytes = kFormat.bits == 5 ? 32 : kFormat.bits == 6 ? 64 : 0;
  static constexpr int kCodesAt = 2 * kXBoxBytes;
  static constexpr int kHighAt = kCodesAt + kCodeBoxes * kRows * kBoxRowBytes;
  static constexpr int kStageBytes = kHighAt + kRows * kHighRowBytes;

  // Floats, of a span. Lanes write the parts of a row side by side, and read those of eight rows or
  // of pairs of tokens: the strides keep them in different banks.
  static constexpr int kRowStride = kParts == 2 ? kRows + 1 : kRows + 2;
  static constexpr int kTokenStride = kTokens + 2;
  static constexpr int kMinimaAt = kSpanParts * kRowStride;
  static constexpr int kXScalesAt =
      (kMinimaAt + (kPair ? kSpanParts * kRowStride : 0) + 1) / 2 * 2;  // read in pairs
  static constexpr int kXSumsAt = kXScalesAt + kSpanBlocks * kTokenStride;
  static constexpr int kSpanFloats = kXSumsAt + (kMinima ? kSpanParts * kTokenStride : 0);

  static constexpr int bytes(int stages) {
    return kSwizzleBytes + stages * kStageBytes + 2 * kSpanFloats * 4 + 2 * stages * 8;
  }
  static constexpr int kStages = bytes(3) <= kMostSharedBytes ? 3 : 2;
  static constexpr int kBytes = bytes(kStages);
  static_assert(kBytes <= kMostSharedBytes);
  // Who may fill a stage may fill its span: nobody reads the one before the last any more.
  static_assert(kStages <= kSpanStages + 1);
  static_assert(kStages * kStageBytes >= kRows * kTokens * static_cast<int>(sizeof(float)));
};

struct Params {
  TensorMap x;         // [N, K]
  TensorMap codes[2];  // [O, planes of K]: the weight twice, or it and the gate's other half
  TensorMap high[2];
  QuantisedLinearArgs args;
};

template <BlockFormat kFormat>
class Block {
  using L = Layout<kFormat>;
  static constexpr int kScaleThreads = kWarpgroup - kWarpSize;

 public:
  __device__ Block(const Params& p, unsigned char* memory)
      : p_(p),
        args_(p.args),
        stages_(align_boxes(memory)),
        spans_(reinterpret_cast<float*>(stages_ + L::kStages * L::kStageBytes)),
        full_(reinterpret_cast<uint64_t*>(spans_ + 2 * L::kSpanFloats)),
        empty_(full_ + L::kStages),
        thread_(static_cast<int>(threadIdx.x)),
        half_rows_(args_.gated != 0 ? kRows / 2 : kRows),
        first_row_(static_cast<int>(blockIdx.x) * half_rows_),
        first_token_(static_cast<int>(blockIdx.y) * kTokens),
        steps_((args_.weight.columns + kColumns - 1) / kColumns) {}

  __device__ void run() {
    if (thread_ == 0) {
      for (int i = 0; i < L::kStages; ++i) {
        mbarrier_init(&full_[i], 1 + kScaleThreads);
        mbarrier_init(&empty_[i], kConsumers * kWarpgroup);
      }
      fence_async_proxy();
    }
    __syncthreads();
    if (thread_ < kWarpgroup) {
      lower_registers<72>();
      if (thread_ >= kWarpSize) {
        widen_scales();
      } else if (elect_one()) {
        order_copies();
      }
      return;
    }
    raise_registers<216>();
    multiply();
  }

 private:
  // Of the rows of a stage's second box.
  __device__ __forceinline__ int second_row() const {
    return args_.gated != 0 ? first_row_ : first_row_ + kBoxRows;
  }
  __device__ __forceinline__ void await_empty(int step) const {
    // The first time at once.
    await(&empty_[step % L::kStages], static_cast<uint32_t>(step / L::kStages + 1) & 1);
  }

  __device__ void order_copies() const {
    for (int step = 0; step < steps_; ++step) {
      await_empty(step);
      unsigned char* stage = stages_ + step % L::kStages * L::kStageBytes;
      uint64_t* full = &full_[step % L::kStages];
      mbarrier_arrive_expect(full, L::kStageBytes);
      // Coordinates count 16 bits.
#pragma unroll
      for (int box = 0; box < 2; ++box)
        tma_load_2d(stage + box * kXBoxBytes, &p_.x, full, (2 * step + box) * kBoxColumns,
                    first_token_);
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int row = half == 0 ? first_row_ : second_row();
#pragma unroll
        for (int box = 0; box < L::kCodeBoxes; ++box)
          tma_load_2d(stage + L::kCodesAt + (2 * box + half) * kBoxRows * kBoxRowBytes,
                      &p_.codes[half], full, (L::kCodeBoxes * step + box) * kBoxColumns, row);
        if constexpr (L::kHighRowBytes > 0)
          tma_load_2d(stage + L::kHighAt + half * kBoxRows * L::kHighRowBytes, &p_.high[half], full,
                      step * (L::kHighRowBytes / 2), row);
      }
    }
  }

  // Scales of the weight and of x, and what x adds up to; zeros behind the last row, token, column.
  __device__ void widen_scales() const {
    for (int step = 0; step < steps_; ++step) {
      await_empty(step);
      if (step % kSpanStages == 0) fill_span(step / kSpanStages);
      mbarrier_arrive(&full_[step % L::kStages]);
    }
  }

  __device__ __forceinline__ void fill_span(int number) const {
    float* span = spans_ + number % 2 * L::kSpanFloats;
    const int mine = thread_ - kWarpSize, blocks = args_.weight.columns / 32;
    const int first = number * kSpanBlocks;
#pragma unroll 4
    for (int i = mine; i < kRows * L::kSpanParts; i += kScaleThreads) {
      const int r = i / L::kSpanParts, part = i % L::kSpanParts;
      const bool up = r >= half_rows_;
      const int row = first_row_ + r - (up ? half_rows_ : 0), at = first * L::kParts + part;
      ScaleMin scale{};
      if (row < args_.weight.rows && at < blocks * L::kParts)
        scale = unit_scale<kFormat>(up ? args_.up : args_.weight, row, at * (2 / L::kParts));
      span[part * L::kRowStride + r] = scale.scale;
      if constexpr (L::kPair) span[L::kMinimaAt + part * L::kRowStride + r] = scale.minimum;
    }
#pragma unroll 4
    for (int i = mine; i < kTokens * kSpanBlocks; i += kScaleThreads) {
      const int t = i / kSpanBlocks, block = i % kSpanBlocks;
      const int64_t token = first_token_ + t, at = token * blocks + first + block;
      const bool there = token < args_.tokens && first + block < blocks;
      span[L::kXScalesAt + block * L::kTokenStride + t] = there ? args_.x.scales[at] : 0.0f;
      if constexpr (L::kMinima) {
        Float2 sums{};
        if (there) sums = load_vector(reinterpret_cast<const Float2*>(args_.x.sums + 2 * at));
        float* to = span + L::kXSumsAt + block * L::kParts * L::kTokenStride + t;
        if constexpr (L::kParts == 2) {
          to[0] = sums.v[0];
          to[L::kTokenStride] = sums.v[1];
        } else {
          to[0] = sums.v[0] + sums.v[1];
        }
      }
    }
  }

  // Columns 4 slot to 4 slot + 3 of the two units of a block of a row of the stage.
  __device__ __forceinline__ void codes_of(
      const unsigned char* stage, int row, int block, int slot, uint32_t (&codes)[2]) const {
    const unsigned char* rows = stage + L::kCodesAt + row * kBoxRowBytes;
    const unsigned char* high = stage + L::kHighAt + row * L::kHighRowBytes;
#pragma unroll
    for (int u = 0; u < 2; ++u) {
      const unsigned char* unit;
      uint32_t high_word = 0;
      if constexpr (kFormat.bits == 8) {
        unit = rows + block / 4 * (kRows * kBoxRowBytes) + ((block % 4 * 2 + u) ^ row % 8) * 16;
      } else {
        unit = rows + (block ^ row % 8) * 16 + 8 * u;
      }
      if constexpr (kFormat.bits == 5)
        high_word =
            reinterpret_cast<const uint32_t*>(high + (block / 4 ^ row / 4 % 2) * 16)[block % 4];
      if constexpr (kFormat.bits == 6)
        high_word = reinterpret_cast<const uint32_t*>(high + (block / 2 ^ row / 2 % 4) *
                                                                 16)[block % 2 * 2 + u];
      codes[u] = unpack_codes<kFormat>(reinterpret_cast<const uint32_t*>(unit), high_word, u, slot);
    }
  }

  // A part of a stage as wgmma's first operand: a block, or a unit with zeros for the other.
  __device__ __forceinline__ void operand_of(int step, int part, uint32_t (&a)[4]) const {
    const unsigned char* stage = stages_ + step % L::kStages * L::kStageBytes;
    const int lane = thread_ % kWarpSize;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      uint32_t codes[2];
      codes_of(stage, warp_row() + lane / 4 + 8 * h, part / L::kParts, lane % 4, codes);
#pragma unroll
      for (int u = 0; u < 2; ++u) a[2 * u + h] = L::kParts == 1 || part % 2 == u ? codes[u] : 0;
    }
  }
  __device__ __forceinline__ int warp_row() const {
    return (thread_ - kWarpgroup) / kWarpSize * 16;
  }

  // Starts the products of a part with 64 tokens.
  __device__ __forceinline__ void start(
      int step, int part, int half, const uint32_t (&a)[4], int32_t (&sums)[kSums]) const {
    const int block = part / L::kParts;
    const unsigned char* box = stages_ + step % L::kStages * L::kStageBytes +
                               block / 4 * kXBoxBytes + half * 64 * kBoxRowBytes;
    wgmma_fence();
    hold_registers(sums);
    wgmma_m64n64k32_s8(
        sums, a, wgmma_descriptor(box + block % 4 * 32, 16, kSwizzleBytes, Swizzle::k128), false);
    wgmma_commit();
  }

  // acc += sums times the scales of their rows and tokens, and the minima's part.
  __device__ __forceinline__ void scale(
      int step, int part, int half, const int32_t (&sums)[kSums], float (&acc)[kSums]) const {
    const float* span = spans_ + step / kSpanStages % 2 * L::kSpanFloats;
    const int lane = thread_ % kWarpSize, at = step % kSpanStages * L::kStageParts + part;
    ScaleMin rows[2];
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const float* row = span + at * L::kRowStride + warp_row() + lane / 4 + 8 * h;
      rows[h].scale = row[0];
      rows[h].minimum =
          L::kPair ? row[L::kMinimaAt] : rows[h].scale * -static_cast<float>(kFormat.offset);
    }
    const int token = half * 64 + lane % 4 * 2;
    const float* scales = span + L::kXScalesAt + at / L::kParts * L::kTokenStride + token;
    [[maybe_unused]] const float* x_sums = span + L::kXSumsAt + at * L::kTokenStride + token;
#pragma unroll
    for (int n = 0; n < kSums / 4; ++n) {
      const auto x_scales = load_vector(reinterpret_cast<const Float2*>(scales + 8 * n));
      Float2 minima{};
      if constexpr (L::kMinima)
        minima = load_vector(reinterpret_cast<const Float2*>(x_sums + 8 * n));
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const ScaleMin& w = rows[i / 2];
        float& sum = acc[4 * n + i];
        sum = fmaf(static_cast<float>(sums[4 * n + i]), w.scale * x_scales.v[i % 2], sum);
        if constexpr (L::kMinima) sum = fmaf(w.minimum, minima.v[i % 2], sum);
      }
    }
  }

  __device__ void multiply() const {
    float acc[2][kSums] = {};
    for (int step = 0; step < steps_; ++step) {
      await(&full_[step % L::kStages], static_cast<uint32_t>(step / L::kStages) & 1);
#pragma unroll 1
      for (int first = 0; first < L::kStageParts; first += kChain) {
        int32_t sums[2][kSums];
        uint32_t a[2][4];
        operand_of(step, first, a[0]);
        start(step, first, 0, a[0], sums[0]);
#pragma unroll
        for (int i = 0; i < kChain; ++i) {
          start(step, first + i, 1, a[i % 2], sums[1]);
          if (i + 1 < kChain) operand_of(step, first + i + 1, a[1 - i % 2]);
          wgmma_wait<1>();
          hold_registers(sums[0]);
          scale(step, first + i, 0, sums[0], acc[0]);
          if (i + 1 < kChain) {
            start(step, first + i + 1, 0, a[1 - i % 2], sums[0]);
            wgmma_wait<1>();
          } else {
            wgmma_wait<0>();
          }
          hold_registers(sums[1]);
          scale(step, first + i, 1, sums[1], acc[1]);
        }
      }
      mbarrier_arrive(&empty_[step % L::kStages]);
    }
    finish(acc);
  }

  __device__ __forceinline__ void finish(const float (&acc)[2][kSums]) const {
    constexpr int kAll = kConsumers * kWarpgroup;
    const int lane = thread_ % kWarpSize;
    barrier_sync(1, kAll);  // nobody reads the stages any more
    auto* staged = reinterpret_cast<float*>(stages_);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
#pragma unroll
      for (int i = 0; i < kSums; ++i)
        staged[staged_at<kRows>(half * 64 + i / 4 * 8 + lane % 4 * 2 + i % 2,
                                warp_row() + lane / 4 + i / 2 % 2 * 8)] = acc[half][i];
    }
    barrier_sync(1, kAll);
    finish_tile<kTokens, kRows, kAll>(staged, thread_ - kWarpgroup,
                                      {first_token_, args_.tokens, first_row_, args_.weight.rows},
                                      args_.gated != 0, OutputFinish(args_));
  }

  const Params& p_;
  const QuantisedLinearArgs& args_;
  unsigned char* stages_;
  float* spans_;
  uint64_t *full_, *empty_;
  const int thread_;
  const int half_rows_;  // of the tile, of each of a pair
  const int first_row_, first_token_, steps_;
};

template <BlockFormat kFormat>
__global__ void __launch_bounds__(kThreads, 1)
    linear_tile_sm90_kernel(const __grid_constant__ Params p) {
#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  GATUN_DYNAMIC_SHARED(memory);
  Block<kFormat>(p, memory).run();
#endif
}

// Rows of bytes, in boxes of `box_bytes` by `box_rows`, swizzled over their width.
Status describe(const void* data,
                int64_t rows,
                int64_t row_bytes,
                int box_bytes,
                int box_rows,
                TensorMap* map) {
  return make_tensor_map({static_cast<const uint16_t*>(data),
                          2,
                          {static_cast<uint64_t>(row_bytes / 2), static_cast<uint64_t>(rows)},
                          {static_cast<uint64_t>(row_bytes)},
                          {static_cast<uint32_t>(box_bytes / 2), static_cast<uint32_t>(box_rows)},
                          static_cast<Swizzle>(box_bytes)},
                         map);
}

template <BlockFormat kFormat>
Status describe_planes(const QuantisedWeight& weight, TensorMap* codes, TensorMap* high) {
  using L = Layout<kFormat>;
  const PlaneBytes bytes = plane_bytes(kFormat, weight.columns);
  const Status status =
      describe(weight.codes, weight.rows, bytes.codes, kBoxRowBytes, kBoxRows, codes);
  if (status != 0 || L::kHighRowBytes == 0) return status;
  return describe(weight.high, weight.rows, bytes.high, L::kHighRowBytes, kBoxRows, high);
}

template <BlockFormat kFormat>
Status start(const QuantisedLinearArgs& args, Stream stream) {
  Params params{};
  params.args = args;
  const int64_t columns = args.weight.columns;
  Status status = describe(args.x.codes, args.tokens, columns, kBoxRowBytes, kTokens, &params.x);
  if (status == 0)
    status = describe_planes<kFormat>(args.weight, &params.codes[0], &params.high[0]);
  if (status == 0)
    status = describe_planes<kFormat>(args.gated != 0 ? args.up : args.weight, &params.codes[1],
                                      &params.high[1]);
  if (status != 0) return status;
  const int rows = args.gated != 0 ? kRows / 2 : kRows;
  return launch("linear_tile_sm90", linear_tile_sm90_kernel<kFormat>,
                {(int64_t{args.weight.rows} + rows - 1) / rows,
                 (int64_t{args.tokens} + kTokens - 1) / kTokens},
                kThreads, Layout<kFormat>::kBytes, stream, params);
}

}  // namespace

bool linear_tile_sm90_takes(const QuantisedLinearArgs& args) {
  bool takes = args.weight.columns > 0 && reinterpret_cast<uintptr_t>(args.x.codes) % 16 == 0;
  with_block_format(args.weight.dtype, [&]<BlockFormat kFormat>() {
    const PlaneBytes bytes = plane_bytes(kFormat, args.weight.columns);
    takes = takes && bytes.codes % 16 == 0 && bytes.high % 16 == 0;
  });
  return takes;
}

Status linear_tile_sm90(const QuantisedLinearArgs& args, Stream stream) {
  if (!linear_tile_sm90_takes(args)) return kInvalidConfiguration;
  if (args.tokens == 0 || args.weight.rows == 0) return 0;
  Status status = kInvalidConfiguration;
  with_block_format(args.weight.dtype,
                    [&]<BlockFormat kFormat>() { status = start<kFormat>(args, stream); });
  return status;
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Products of many rows of x with quantised weights, on int8 tensor cores. A block takes 64 rows of
// the weight, or 32 of a gated pair's two, and 64 tokens; each of its four warps 32 by 32 of them.
// Packed codes and x are copied asynchronously, three stages of 128 columns deep; codes are widened
// from shared memory straight into the fragments of the product, whose integer sums are exact over
// a block of 32 columns (16 of Q6_K) and are scaled into f32 there, in ascending order of columns.
// What there is less of (scales, fifth bits) is read for 512 columns at a time, in whole sectors.
#include "kernels/cuda/float_bits.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/sm90.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 64;  // of the weight
constexpr int kTokens = 64;
constexpr int kColumns = 128;  // of a stage
constexpr int kUnits = kColumns / kUnit;
constexpr int kStages = 3;
constexpr int kSpanStages = 4;
constexpr int kSpanBlocks = kSpanStages * kColumns / 32;
constexpr int kRowTiles = 2, kTokenTiles = 4;  // of 16 rows and of 8 tokens, to a warp

// Word `word` of rows of 16, 8 or 2 words: eight rows that follow each other have theirs in
// different banks, and so have the words of a row.
template <int kWords>
__device__ __forceinline__ int word_at(int row, int word) {
  if constexpr (kWords == 16) return row * 16 + (word ^ (row / 2 % 4));
  if constexpr (kWords == 8) return row * 8 + (word ^ (row / 4 % 2));
  return row * kWords + word;
}

// A stage in shared memory. Rows are padded so that eight of them start in different banks.
template <BlockFormat kFormat>
struct Stage {
  static constexpr bool kMinima = kFormat.bits != 8;
  static constexpr int kCodeBytes = kColumns * (kFormat.bits == 8 ? 8 : 4) / 8;  // of a row
  static constexpr int kCodeStride = kCodeBytes + 16;
  static constexpr int kXStride = kColumns + 16;
  static constexpr int kHighStride = kFormat.bits == 6 ? kUnits + 4 : 0;

  unsigned char x[kTokens * kXStride];
  unsigned char codes[kRows * kCodeStride];
  uint32_t high[kRows * kHighStride + (kHighStride == 0 ? 4 : 0)];  // of 6 bits
  float x_sums[kMinima ? kTokens * kUnits : 4];
};

// What four stages share.
template <BlockFormat kFormat>
struct Span {
  static constexpr bool kPair =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  static constexpr bool kSuper = kFormat.block_columns == 256;
  static constexpr int kScaleWords = kSuper ? 2 : kSpanBlocks;  // f32, or pairs of f16
  static constexpr int kPartWords = kSuper ? 8 : 0;             // of the K formats' blocks
  static constexpr int kHighWords = kFormat.bits == 5 ? kSpanBlocks : 0;

  uint32_t scales[kRows * kScaleWords];
  uint32_t parts[kRows * kPartWords + (kSuper ? 0 : 4)];
  uint32_t high[kRows * kHighWords + (kHighWords == 0 ? 4 : 0)];
  float x_scales[kTokens * kSpanBlocks];
};

template <BlockFormat kFormat>
struct Shared {
  Stage<kFormat> stages[kStages];
  Span<kFormat> spans[2];
};
static_assert(sizeof(Stage<cpu::kQ4_0>) * kStages >= kRows * kTokens * sizeof(float));

template <BlockFormat kFormat>
class Block {
  using S = Stage<kFormat>;
  using P = Span<kFormat>;

 public:
  __device__ Block(const QuantisedLinearArgs& args, unsigned char* shared)
      : args_(args),
        shared_(*reinterpret_cast<Shared<kFormat>*>(shared)),
        thread_(static_cast<int>(threadIdx.x)),
        group_(thread_ % kWarpSize / 4),
        slot_(thread_ % 4),
        half_rows_(args.gated != 0 ? kRows / 2 : kRows),
        first_row_(static_cast<int>(blockIdx.x) * half_rows_),
        first_token_(static_cast<int>(blockIdx.y) * kTokens),
        warp_row_(thread_ / kWarpSize % 2 * 16 * kRowTiles),
        warp_token_(thread_ / kWarpSize / 2 * 8 * kTokenTiles) {}

  __device__ void run() {
    const int steps = (args_.weight.columns + kColumns - 1) / kColumns;
#pragma unroll
    for (int s = 0; s < kStages - 1; ++s) {
      if (s < steps) fill(s);
      cp_async_commit();
    }
    for (int step = 0; step < steps; ++step) {
      cp_async_wait<kStages - 2>();
      __syncthreads();  // the stage is here, and nobody reads the one before it any more
      const int next = step + kStages - 1;
      if (next < steps) fill(next);
      cp_async_commit();
      multiply(shared_.stages[step % kStages], shared_.spans[step / kSpanStages % 2],
               step % kSpanStages);
    }
    cp_async_wait<0>();
    __syncthreads();
    auto* staged = reinterpret_cast<float*>(&shared_);
#pragma unroll
    for (int m = 0; m < kRowTiles; ++m) {
#pragma unroll
      for (int n = 0; n < kTokenTiles; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
          staged[staged_at<kRows>(warp_token_ + 8 * n + 2 * slot_ + i % 2,
                                  warp_row_ + 16 * m + group_ + i / 2 * 8)] = acc_[m][n][i];
      }
    }
    __syncthreads();
    finish_tile<kTokens, kRows, kThreads>(
        staged, thread_, {first_token_, args_.tokens, first_row_, args_.weight.rows},
        args_.gated != 0, OutputFinish(args_));
  }

 private:
  // Row i of the tile: of the weight, or in its second half of a gated pair's other.
  struct Row {
    int64_t row;
    bool there, up;
  };
  __device__ __forceinline__ Row row_of(int i) const {
    const bool up = i >= half_rows_;
    const int row = first_row_ + i - (up ? half_rows_ : 0);
    return {row, row < args_.weight.rows, up};
  }

  // Starts the copies of a stage; zeros stand behind the last row, token and column.
  __device__ __forceinline__ void fill(int step) {
    S& s = shared_.stages[step % kStages];
    const int column = step * kColumns, columns = args_.weight.columns;
    constexpr int kXChunks = kColumns / 16;
    for (int c = thread_; c < kTokens * kXChunks; c += kThreads) {
      const int token = first_token_ + c / kXChunks, at = column + c % kXChunks * 16;
      const bool there = token < args_.tokens && at < columns;
      cp_async_16(s.x + c / kXChunks * S::kXStride + c % kXChunks * 16,
                  args_.x.codes + (there ? int64_t{token} * columns + at : 0), there ? 16 : 0);
    }
    constexpr int kChunks = S::kCodeBytes / 16, kChunkColumns = kColumns / kChunks;
    for (int c = thread_; c < kRows * kChunks; c += kThreads) {
      const Row r = row_of(c / kChunks);
      const int at = column + c % kChunks * kChunkColumns;
      const bool there = r.there && at < columns;
      const auto* codes =
          reinterpret_cast<const unsigned char*>(r.up ? args_.up.codes : args_.weight.codes);
      const int64_t from = (r.row * columns + at) * 16 / kChunkColumns;
      cp_async_16(s.codes + c / kChunks * S::kCodeStride + c % kChunks * 16,
                  codes + (there ? from : 0), there ? 16 : 0);
    }
    const int units = columns / kUnit, unit = column / kUnit;
    if constexpr (kFormat.bits == 6) {
      for (int i = thread_; i < kRows * kUnits; i += kThreads) {
        const Row r = row_of(i / kUnits);
        const int word = unit + i % kUnits;
        const uint32_t* high = r.up ? args_.up.high : args_.weight.high;
        s.high[i / kUnits * S::kHighStride + i % kUnits] =
            r.there && word < units ? high[r.row * units + word] : 0u;
      }
    }
    if constexpr (S::kMinima) {
      for (int i = thread_; i < kTokens * kUnits; i += kThreads) {
        const int token = first_token_ + i / kUnits, at = unit + i % kUnits;
        s.x_sums[word_at<8>(i / kUnits, i % kUnits)] =
            token < args_.tokens && at < units ? args_.x.sums[int64_t{token} * units + at] : 0.0f;
      }
    }
    if (step % kSpanStages == 0) fill_span(step / kSpanStages);
  }

  __device__ __forceinline__ void fill_span(int number) {
    P& p = shared_.spans[number % 2];
    const int columns = args_.weight.columns;
    const int scales = columns / kFormat.block_columns, scale = number * P::kScaleWords;
    for (int i = thread_; i < kRows * P::kScaleWords; i += kThreads) {
      const Row r = row_of(i / P::kScaleWords);
      const int at = scale + i % P::kScaleWords;
      const uint16_t* from = r.up ? args_.up.scales : args_.weight.scales;
      uint32_t word = 0;
      if (r.there && at < scales) {
        if constexpr (P::kPair) {
          word = reinterpret_cast<const uint32_t*>(from)[r.row * scales + at];
        } else {
          word = bits_of(half_to_float(from[r.row * scales + at]));
        }
      }
      p.scales[word_at<P::kScaleWords>(i / P::kScaleWords, i % P::kScaleWords)] = word;
    }
    if constexpr (P::kSuper) {
      const int words = columns / 64, first = number * P::kPartWords;
      for (int i = thread_; i < kRows * P::kPartWords; i += kThreads) {
        const Row r = row_of(i / P::kPartWords);
        const int at = first + i % P::kPartWords;
        const auto* from =
            reinterpret_cast<const uint32_t*>(r.up ? args_.up.blocks : args_.weight.blocks);
        p.parts[word_at<8>(i / P::kPartWords, i % P::kPartWords)] =
            r.there && at < words ? from[r.row * words + at] : 0u;
      }
    }
    const int blocks = columns / 32, block = number * kSpanBlocks;
    if constexpr (P::kHighWords > 0) {
      for (int i = thread_; i < kRows * P::kHighWords; i += kThreads) {
        const Row r = row_of(i / P::kHighWords);
        const int at = block + i % P::kHighWords;
        const uint32_t* high = r.up ? args_.up.high : args_.weight.high;
        p.high[word_at<16>(i / P::kHighWords, i % P::kHighWords)] =
            r.there && at < blocks ? high[r.row * blocks + at] : 0u;
      }
    }
    for (int i = thread_; i < kTokens * kSpanBlocks; i += kThreads) {
      const int token = first_token_ + i / kSpanBlocks, at = block + i % kSpanBlocks;
      p.x_scales[word_at<16>(i / kSpanBlocks, i % kSpanBlocks)] =
          token < args_.tokens && at < blocks ? args_.x.scales[int64_t{token} * blocks + at] : 0.0f;
    }
  }

  // Columns 4 slot_ to 4 slot_ + 3 of a unit of a row; `block` is the unit's in the span.
  __device__ __forceinline__ uint32_t
  codes_of(const S& s, const P& p, int row, int unit, int block) const {
    const auto* words = reinterpret_cast<const uint32_t*>(s.codes + row * S::kCodeStride) +
                        unit * kUnitWords<kFormat>;
    if constexpr (kFormat.bits == 8) {
      return words[slot_];
    } else {
      uint32_t code = words[slot_ % 2] >> (slot_ / 2 * 4) & 0x0f0f0f0fu;
      if constexpr (kFormat.bits == 5) {
        const uint32_t high = p.high[word_at<16>(row, block)];
        code |= (high >> (unit % 2 * 4 + slot_) & 0x01010101u) << 4;
      }
      if constexpr (kFormat.bits == 6)
        code |= (s.high[row * S::kHighStride + unit] >> (2 * slot_) & 0x03030303u) << 4;
      return code;
    }
  }

  // Of a row, of a block of 32 columns of the span, or of one of its two units (Q6_K). The products
  // are those of unit_scale.
  __device__ __forceinline__ ScaleMin scale_of(const P& p, int row, int block, int unit) const {
    if constexpr (!P::kSuper) {
      const uint32_t word = p.scales[word_at<P::kScaleWords>(row, block)];
      if constexpr (P::kPair)
        return {half_to_float(static_cast<uint16_t>(word)),
                half_to_float(static_cast<uint16_t>(word >> 16))};
      const float d = float_of(word);
      return {d, kFormat.bits == 8 ? 0.0f : d * -static_cast<float>(kFormat.offset)};
    } else {
      const uint32_t word = p.scales[word_at<P::kScaleWords>(row, block / 8)];
      const uint32_t part = p.parts[word_at<8>(row, block / 2)] >> (block % 2 * 16);
      if constexpr (P::kPair) {
        return {half_to_float(static_cast<uint16_t>(word)) * static_cast<float>(part & 255u),
                -half_to_float(static_cast<uint16_t>(word >> 16)) *
                    static_cast<float>(part >> 8 & 255u)};
      } else {
        const float d =
            float_of(word) * static_cast<float>(static_cast<int8_t>(part >> (8 * unit)));
        return {d, d * -static_cast<float>(kFormat.offset)};
      }
    }
  }

  __device__ __forceinline__ void multiply(const S& s, const P& p, int stage) {
#pragma unroll
    for (int b = 0; b < kUnits / 2; ++b) {
      const int block = stage * (kUnits / 2) + b;
      uint32_t a[kRowTiles][4];
#pragma unroll
      for (int m = 0; m < kRowTiles; ++m) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
          a[m][i] = codes_of(s, p, warp_row_ + 16 * m + group_ + i % 2 * 8, 2 * b + i / 2, block);
      }
      constexpr int kParts = kFormat.scales == ScaleKind::kSuperScale16 ? 2 : 1;
      ScaleMin scales[kRowTiles][2][kParts];
#pragma unroll
      for (int m = 0; m < kRowTiles; ++m) {
#pragma unroll
        for (int h = 0; h < 2; ++h) {
#pragma unroll
          for (int u = 0; u < kParts; ++u)
            scales[m][h][u] = scale_of(p, warp_row_ + 16 * m + group_ + 8 * h, block, u);
        }
      }
#pragma unroll
      for (int n = 0; n < kTokenTiles; ++n) {
        const auto* x =
            reinterpret_cast<const uint32_t*>(s.x + (warp_token_ + 8 * n + group_) * S::kXStride);
        const uint32_t bits[2] = {x[8 * b + slot_], x[8 * b + 4 + slot_]};
        float x_scales[2], x_sums[2][2];  // of two tokens, two units
#pragma unroll
        for (int j = 0; j < 2; ++j) {
          const int token = warp_token_ + 8 * n + 2 * slot_ + j;
          x_scales[j] = p.x_scales[word_at<16>(token, block)];
          if constexpr (S::kMinima) {
            x_sums[j][0] = s.x_sums[word_at<8>(token, 2 * b)];
            x_sums[j][1] = s.x_sums[word_at<8>(token, 2 * b + 1)];
          }
        }
#pragma unroll
        for (int m = 0; m < kRowTiles; ++m) {
          if constexpr (kParts == 2) {
#pragma unroll
            for (int u = 0; u < 2; ++u) {
              int32_t sums[4] = {};
              mma_m16n8k16_s8(sums, {a[m][2 * u], a[m][2 * u + 1]}, {bits[u]});
              const float unit_sums[2] = {x_sums[0][u], x_sums[1][u]};
              scale(acc_[m][n], sums, scales[m][0][u], scales[m][1][u], x_scales, unit_sums);
            }
          } else {
            int32_t sums[4] = {};
            mma_m16n8k32_s8(sums, a[m], bits);
            const float block_sums[2] = {S::kMinima ? x_sums[0][0] + x_sums[0][1] : 0.0f,
                                         S::kMinima ? x_sums[1][0] + x_sums[1][1] : 0.0f};
            scale(acc_[m][n], sums, scales[m][0][0], scales[m][1][0], x_scales, block_sums);
          }
        }
      }
    }
  }

  // acc += sums times the scales of their rows and tokens, and the minima's part.
  static __device__ __forceinline__ void scale(float (&acc)[4],
                                               const int32_t (&sums)[4],
                                               const ScaleMin& low,
                                               const ScaleMin& high,
                                               const float (&x_scales)[2],
                                               const float (&x_sums)[2]) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const ScaleMin& w = i < 2 ? low : high;
      acc[i] = fmaf(static_cast<float>(sums[i]), w.scale * x_scales[i % 2], acc[i]);
      if constexpr (S::kMinima) acc[i] = fmaf(w.minimum, x_sums[i % 2], acc[i]);
    }
  }

  const QuantisedLinearArgs& args_;
  Shared<kFormat>& shared_;
  const int thread_, group_, slot_;  // g and t of the fragment maps
  const int half_rows_;              // of the tile, of each of a pair
  const int first_row_, first_token_, warp_row_, warp_token_;
  float acc_[kRowTiles][kTokenTiles][4] = {};
};

template <BlockFormat kFormat>
__global__ void __launch_bounds__(kThreads) linear_tile_kernel(QuantisedLinearArgs args) {
  GATUN_DYNAMIC_SHARED(shared);
  Block<kFormat>(args, shared).run();
}

}  // namespace

Status linear_tile(const QuantisedLinearArgs& args, Stream stream) {
  if (args.tile == 0 && args.tokens > kTokens && device_is_sm90() && linear_tile_sm90_takes(args))
    return linear_tile_sm90(args, stream);
  const int rows = args.gated != 0 ? kRows / 2 : kRows;
  Status status = kInvalidConfiguration;
  with_block_format(args.weight.dtype, [&]<BlockFormat kFormat>() {
    status = launch("linear_tile", linear_tile_kernel<kFormat>,
                    {(int64_t{args.weight.rows} + rows - 1) / rows,
                     (int64_t{args.tokens} + kTokens - 1) / kTokens},
                    kThreads, sizeof(Shared<kFormat>), stream, args);
  });
  return status;
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Products of many rows of x with quantised weights, on int8 tensor cores. A block takes 64 rows of
// the weight and 64 tokens, each of its four warps 32 by 32 of them. Packed codes and x are copied
// asynchronously, three stages of 128 columns deep; codes are widened from shared memory straight
// into the fragments of the product, whose integer sums are exact over a block of 32 columns (16 of
// Q6_K) and are scaled into f32 there, in ascending order of columns.
#include "kernels/cuda/linear_epilogue.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 64;  // of the weight
constexpr int kTokens = 64;
constexpr int kColumns = 128;  // of a stage
constexpr int kUnits = kColumns / kUnit;
constexpr int kStages = 3;
constexpr int kRowTiles = 2, kTokenTiles = 4;  // of 16 rows and of 8 tokens, to a warp

// A stage in shared memory. Rows are padded so that eight of them start in different banks.
template <BlockFormat kFormat>
struct Stage {
  static constexpr bool kMinima = kFormat.bits != 8;
  static constexpr int kScales = kFormat.scales == ScaleKind::kSuperScale16 ? kUnits : kUnits / 2;
  static constexpr int kCodeBytes = kColumns * (kFormat.bits == 8 ? 8 : 4) / 8;  // of a row
  static constexpr int kCodeStride = kCodeBytes + 16;
  static constexpr int kXStride = kColumns + 16;
  static constexpr int kHighWords = kFormat.bits == 5 ? kUnits / 2 : kFormat.bits == 6 ? kUnits : 0;
  static constexpr int kHighStride = kFormat.bits == 6 ? kHighWords + 4 : kHighWords;

  unsigned char x[kTokens * kXStride];
  unsigned char codes[kRows * kCodeStride];
  uint32_t high[kRows * kHighStride + (kHighStride == 0 ? 4 : 0)];
  float x_scales[kTokens * (kUnits / 2 + 1)];
  float x_sums[kMinima ? kTokens * (kUnits + 1) : 4];
  Float2 scales[kRows * (kScales + 1)];  // scale and minimum
};

template <BlockFormat kFormat>
class Block {
  using S = Stage<kFormat>;

 public:
  __device__ Block(const QuantisedLinearArgs& args, unsigned char* shared)
      : args_(args),
        stages_(reinterpret_cast<S*>(shared)),
        thread_(static_cast<int>(threadIdx.x)),
        group_(thread_ % kWarpSize / 4),
        slot_(thread_ % 4),
        first_row_(static_cast<int>(blockIdx.x) * kRows),
        first_token_(static_cast<int>(blockIdx.y) * kTokens),
        warp_row_(thread_ / kWarpSize % 2 * 16 * kRowTiles),
        warp_token_(thread_ / kWarpSize / 2 * 8 * kTokenTiles) {}

  __device__ void run() {
    const int steps = (args_.weight.columns + kColumns - 1) / kColumns;
#pragma unroll
    for (int s = 0; s < kStages - 1; ++s) {
      if (s < steps) fill(stages_[s], s);
      cp_async_commit();
    }
    for (int step = 0; step < steps; ++step) {
      cp_async_wait<kStages - 2>();
      __syncthreads();  // the stage is here, and nobody reads the one before it any more
      const int next = step + kStages - 1;
      if (next < steps) fill(stages_[next % kStages], next);
      cp_async_commit();
      multiply(stages_[step % kStages]);
    }
    cp_async_wait<0>();
#pragma unroll
    for (int m = 0; m < kRowTiles; ++m) {
#pragma unroll
      for (int n = 0; n < kTokenTiles; ++n) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int row = first_row_ + warp_row_ + 16 * m + group_ + i / 2 * 8;
          const int token = first_token_ + warp_token_ + 8 * n + 2 * slot_ + i % 2;
          if (row < args_.weight.rows && token < args_.tokens)
            write_output(args_, token, row, acc_[m][n][i], 0);
        }
      }
    }
  }

 private:
  // Starts the copies of a stage; zeros stand behind the last row, token and column.
  __device__ __forceinline__ void fill(S& s, int step) {
    const int column = step * kColumns, columns = args_.weight.columns;
    constexpr int kXChunks = kColumns / 16;
    for (int c = thread_; c < kTokens * kXChunks; c += kThreads) {
      const int token = first_token_ + c / kXChunks, at = column + c % kXChunks * 16;
      const bool there = token < args_.tokens && at < columns;
      cp_async_16(s.x + c / kXChunks * S::kXStride + c % kXChunks * 16,
                  args_.x.codes + (there ? int64_t{token} * columns + at : 0), there ? 16 : 0);
    }
    constexpr int kChunks = S::kCodeBytes / 16, kChunkColumns = kColumns / kChunks;
    const auto* codes = reinterpret_cast<const unsigned char*>(args_.weight.codes);
    for (int c = thread_; c < kRows * kChunks; c += kThreads) {
      const int row = first_row_ + c / kChunks, at = column + c % kChunks * kChunkColumns;
      const bool there = row < args_.weight.rows && at < columns;
      const int64_t from = (int64_t{row} * columns + at) * 16 / kChunkColumns;
      cp_async_16(s.codes + c / kChunks * S::kCodeStride + c % kChunks * 16,
                  codes + (there ? from : 0), there ? 16 : 0);
    }
    const int units = columns / kUnit, unit = column / kUnit;
    if constexpr (S::kHighWords > 0) {
      const int words = high_word<kFormat>(units), first = high_word<kFormat>(unit);
      for (int i = thread_; i < kRows * S::kHighWords; i += kThreads) {
        const int row = first_row_ + i / S::kHighWords, word = first + i % S::kHighWords;
        s.high[i / S::kHighWords * S::kHighStride + i % S::kHighWords] =
            row < args_.weight.rows && word < words ? args_.weight.high[int64_t{row} * words + word]
                                                    : 0u;
      }
    }
    constexpr int kUnitsPerScale = kUnits / S::kScales;
    for (int i = thread_; i < kRows * S::kScales; i += kThreads) {
      const int row = first_row_ + i / S::kScales, at = unit + i % S::kScales * kUnitsPerScale;
      ScaleMin scale{0, 0};
      if (row < args_.weight.rows && at < units) scale = unit_scale<kFormat>(args_.weight, row, at);
      store_vector(&s.scales[i / S::kScales * (S::kScales + 1) + i % S::kScales],
                   Float2{{scale.scale, scale.minimum}});
    }
    for (int i = thread_; i < kTokens * kUnits / 2; i += kThreads) {
      const int token = first_token_ + i / (kUnits / 2), at = unit / 2 + i % (kUnits / 2);
      s.x_scales[i / (kUnits / 2) * (kUnits / 2 + 1) + i % (kUnits / 2)] =
          token < args_.tokens && at < units / 2 ? args_.x.scales[int64_t{token} * (units / 2) + at]
                                                 : 0.0f;
    }
    if constexpr (S::kMinima) {
      for (int i = thread_; i < kTokens * kUnits; i += kThreads) {
        const int token = first_token_ + i / kUnits, at = unit + i % kUnits;
        s.x_sums[i / kUnits * (kUnits + 1) + i % kUnits] =
            token < args_.tokens && at < units ? args_.x.sums[int64_t{token} * units + at] : 0.0f;
      }
    }
  }

  // Columns 4 slot_ to 4 slot_ + 3 of a unit of a row.
  __device__ __forceinline__ uint32_t codes_of(const S& s, int row, int unit) const {
    const auto* words = reinterpret_cast<const uint32_t*>(s.codes + row * S::kCodeStride) +
                        unit * kUnitWords<kFormat>;
    if constexpr (kFormat.bits == 8) {
      return words[slot_];
    } else {
      uint32_t code = words[slot_ % 2] >> (slot_ / 2 * 4) & 0x0f0f0f0fu;
      if constexpr (S::kHighWords > 0) {
        const uint32_t high = s.high[row * S::kHighStride + high_word<kFormat>(unit)];
        if constexpr (kFormat.bits == 5)
          code |= (high >> (unit % 2 * 4 + slot_) & 0x01010101u) << 4;
        if constexpr (kFormat.bits == 6) code |= (high >> (2 * slot_) & 0x03030303u) << 4;
      }
      return code;
    }
  }

  __device__ __forceinline__ void multiply(const S& s) {
#pragma unroll
    for (int block = 0; block < kUnits / 2; ++block) {
      uint32_t a[kRowTiles][4];
#pragma unroll
      for (int m = 0; m < kRowTiles; ++m) {
#pragma unroll
        for (int i = 0; i < 4; ++i)
          a[m][i] = codes_of(s, warp_row_ + 16 * m + group_ + i % 2 * 8, 2 * block + i / 2);
      }
#pragma unroll
      for (int n = 0; n < kTokenTiles; ++n) {
        const auto* x =
            reinterpret_cast<const uint32_t*>(s.x + (warp_token_ + 8 * n + group_) * S::kXStride);
        const uint32_t b[2] = {x[8 * block + slot_], x[8 * block + 4 + slot_]};
#pragma unroll
        for (int m = 0; m < kRowTiles; ++m) {
          if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
            int32_t low[4] = {}, high[4] = {};
            mma_m16n8k16_s8(low, {a[m][0], a[m][1]}, {b[0]});
            mma_m16n8k16_s8(high, {a[m][2], a[m][3]}, {b[1]});
            scale(s, low, m, n, block, 2 * block, 2 * block, 1);
            scale(s, high, m, n, block, 2 * block + 1, 2 * block + 1, 1);
          } else {
            int32_t sums[4] = {};
            mma_m16n8k32_s8(sums, a[m], b);
            scale(s, sums, m, n, block, block, 2 * block, 2);
          }
        }
      }
    }
  }

  // acc += sums times the scales of their rows and tokens, and the minima's part over `units`
  // units.
  __device__ __forceinline__ void scale(const S& s,
                                        const int32_t (&sums)[4],
                                        int m,
                                        int n,
                                        int block,
                                        int scale_index,
                                        int unit,
                                        int units) {
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const int row = warp_row_ + 16 * m + group_ + 8 * h;
      const Float2 w = load_vector(&s.scales[row * (S::kScales + 1) + scale_index]);
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        const int token = warp_token_ + 8 * n + 2 * slot_ + j;
        float& acc = acc_[m][n][2 * h + j];
        acc = fmaf(static_cast<float>(sums[2 * h + j]),
                   w.v[0] * s.x_scales[token * (kUnits / 2 + 1) + block], acc);
        if constexpr (S::kMinima) {
          const float* x = s.x_sums + token * (kUnits + 1) + unit;
          acc = fmaf(w.v[1], units == 2 ? x[0] + x[1] : x[0], acc);
        }
      }
    }
  }

  const QuantisedLinearArgs& args_;
  S* const stages_;
  const int thread_, group_, slot_;  // g and t of the fragment maps
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
  if (args.gated != 0) return kInvalidConfiguration;
  Status status = kInvalidConfiguration;
  with_block_format(args.weight.dtype, [&]<BlockFormat kFormat>() {
    status = launch("linear_tile", linear_tile_kernel<kFormat>,
                    {(int64_t{args.weight.rows} + kRows - 1) / kRows,
                     (int64_t{args.tokens} + kTokens - 1) / kTokens},
                    kThreads, sizeof(Stage<kFormat>) * kStages, stream, args);
  });
  return status;
}

}  // namespace gatun::cuda

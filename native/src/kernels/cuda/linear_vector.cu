// SPDX-License-Identifier: Apache-2.0
// Products of few rows of x with quantised weights: what counts is that each byte of the weight is
// read once, in whole sectors. A warp takes two rows of the weight, a lane every 32nd unit of 16
// columns, for up to kTokens rows of x; the lanes' sums are added at the end in a fixed order.
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 2;  // of the weight, to a warp

template <BlockFormat kFormat>
struct LoadedUnit {
  uint32_t words[kUnitWords<kFormat>];
  uint32_t high;
  ScaleMin scale;
};

template <BlockFormat kFormat>
__device__ __forceinline__ LoadedUnit<kFormat> load_codes(const QuantisedWeight& w,
                                                          int64_t row,
                                                          int unit) {
  LoadedUnit<kFormat> u;
  const int64_t at = row * (w.columns / kUnit) + unit;
  if constexpr (kFormat.bits == 8) {
    const Int4 v = load_vector(reinterpret_cast<const Int4*>(w.codes) + at);
#pragma unroll
    for (int i = 0; i < 4; ++i) u.words[i] = v.v[i];
  } else {
    const Int2 v = load_vector(reinterpret_cast<const Int2*>(w.codes) + at);
    u.words[0] = v.v[0];
    u.words[1] = v.v[1];
  }
  u.high = 0;
  if constexpr (kFormat.bits == 5 || kFormat.bits == 6)
    u.high = w.high[row * high_word<kFormat>(w.columns / kUnit) + high_word<kFormat>(unit)];
  u.scale = unit_scale<kFormat>(w, row, unit);
  return u;
}

// acc[r][t] += the products of a unit.
template <BlockFormat kFormat, int kTokens>
__device__ __forceinline__ void accumulate(const QuantisedLinearArgs& args,
                                           const LoadedUnit<kFormat>& w,
                                           int unit,
                                           int first_token,
                                           float (&acc)[kTokens]) {
  const int units = args.weight.columns / kUnit;
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    const int64_t token = min(first_token + t, args.tokens - 1);
    const Int4 x = load_vector(reinterpret_cast<const Int4*>(args.x.codes) + token * units + unit);
    int32_t dot = 0;
#pragma unroll
    for (int j = 0; j < 4; ++j)
      dot = dot_s8(unpack_codes<kFormat>(w.words, w.high, unit, j), x.v[j], dot);
    const float scale = args.x.scales[token * (units / 2) + unit / 2];
    acc[t] = fmaf(static_cast<float>(dot), w.scale.scale * scale, acc[t]);
    if constexpr (kFormat.bits != 8)
      acc[t] = fmaf(w.scale.minimum, args.x.sums[token * units + unit], acc[t]);
  }
}

// Blocks to a multiprocessor that ptxas must allow for; 0: as many as it likes, which for this one
// form are more on sm_86 and sm_89 than it has registers for without spills.
template <BlockFormat kFormat, int kTokens>
inline constexpr int kBlocks = kFormat.bits == 8 && kTokens == 4 ? 1 : 0;

template <BlockFormat kFormat, int kTokens>
__global__ void __launch_bounds__(kThreads, kBlocks<kFormat, kTokens>)
    linear_vector_kernel(QuantisedLinearArgs args) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int first_row =
      (static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarpSize) * kRows;
  const int first_token = static_cast<int>(blockIdx.y) * kTokens;
  if (first_row >= args.weight.rows) return;
  const int units = args.weight.columns / kUnit;
  float acc[kRows][kTokens] = {}, up[kRows][kTokens] = {};
  for (int unit = lane; unit < units; unit += kWarpSize) {
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int row = min(first_row + r, args.weight.rows - 1);
      accumulate<kFormat, kTokens>(args, load_codes<kFormat>(args.weight, row, unit), unit,
                                   first_token, acc[r]);
      if (args.gated != 0)
        accumulate<kFormat, kTokens>(args, load_codes<kFormat>(args.up, row, unit), unit,
                                     first_token, up[r]);
    }
  }
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const float sum = warp_reduce(acc[r][t], Sum{});
      const float up_sum = args.gated != 0 ? warp_reduce(up[r][t], Sum{}) : 0.0f;
      // Each lane writes one of the values that all of them have.
      if (lane == r * kTokens + t && first_row + r < args.weight.rows &&
          first_token + t < args.tokens)
        write_output(args, first_token + t, first_row + r, sum, up_sum);
    }
  }
}

}  // namespace

Status linear_vector(const QuantisedLinearArgs& args, Stream stream) {
  Status status = kInvalidConfiguration;
  with_block_format(args.weight.dtype, [&]<BlockFormat kFormat>() {
    const int64_t rows = (int64_t{args.weight.rows} + kRows * kWarps - 1) / (kRows * kWarps);
    const auto start = [&](auto kernel, int tokens) {
      status = launch("linear_vector", kernel, {rows, (int64_t{args.tokens} + tokens - 1) / tokens},
                      kThreads, 0, stream, args);
    };
    if (args.tokens <= 1) {
      start(linear_vector_kernel<kFormat, 1>, 1);
    } else if (args.tokens <= 4) {
      start(linear_vector_kernel<kFormat, 4>, 4);
    } else {
      start(linear_vector_kernel<kFormat, 8>, 8);
    }
  });
  return status;
}

}  // namespace gatun::cuda

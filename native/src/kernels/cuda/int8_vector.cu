// SPDX-License-Identifier: Apache-2.0
// Products of few int8 rows: a warp takes two rows of the weight, a lane every 32nd chunk of 16
// codes of them, for up to kTokens rows of x. Integer sums, so the order is free.
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/linear_int8.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 2;  // of the weight, to a warp

__device__ __forceinline__ Int4 load_codes(const Int8Matrix& m, int64_t row, int chunk) {
  return load_vector(reinterpret_cast<const Int4*>(m.codes + row * m.stride) + chunk);
}

__device__ __forceinline__ int32_t warp_sum(int32_t value) {
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(kAllLanes, value, distance);
  return value;
}

template <int kTokens>
__global__ void __launch_bounds__(kThreads) int8_vector_kernel(Int8LinearArgs args) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int first_row =
      (static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarpSize) * kRows;
  const int first_token = static_cast<int>(blockIdx.y) * kTokens;
  if (first_row >= args.weight.rows) return;
  const int chunks = (args.weight.columns + 15) / 16;
  int32_t acc[kRows][kTokens] = {}, up[kRows][kTokens] = {};
#pragma unroll 1
  for (int chunk = lane; chunk < chunks; chunk += kWarpSize) {
    Int4 w[kRows], u[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int row = min(first_row + r, args.weight.rows - 1);
      w[r] = load_codes(args.weight, row, chunk);
      u[r] = args.gated != 0 ? load_codes(args.up, row, chunk) : Int4{};
    }
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const Int4 x = load_codes(args.x, min(first_token + t, args.x.rows - 1), chunk);
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          acc[r][t] = dot_s8(w[r].v[j], x.v[j], acc[r][t]);
          if (args.gated != 0) up[r][t] = dot_s8(u[r].v[j], x.v[j], up[r][t]);
        }
      }
    }
  }
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const int32_t sum = warp_sum(acc[r][t]);
      const int32_t up_sum = args.gated != 0 ? warp_sum(up[r][t]) : 0;
      const int row = first_row + r, token = first_token + t;
      // Each lane writes one of the values that all of them have.
      if (lane != r * kTokens + t || row >= args.weight.rows || token >= args.x.rows) continue;
      const float x = args.x.scales[token];
      write_output(args, token, row, static_cast<float>(sum) * (x * args.weight.scales[row]),
                   args.gated != 0 ? static_cast<float>(up_sum) * (x * args.up.scales[row]) : 0.0f);
    }
  }
}

}  // namespace

Status int8_vector(const Int8LinearArgs& args, Stream stream) {
  if (args.weight.columns > kMaxInt8Columns) return kInvalidConfiguration;
  const int tokens = args.x.rows <= 1 ? 1 : args.x.rows <= 4 ? 4 : 8;
  const auto kernel = tokens == 1   ? int8_vector_kernel<1>
                      : tokens == 4 ? int8_vector_kernel<4>
                                    : int8_vector_kernel<8>;
  return launch("int8_vector", kernel,
                {(int64_t{args.weight.rows} + kRows * kWarps - 1) / (kRows * kWarps),
                 (int64_t{args.x.rows} + tokens - 1) / tokens},
                kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

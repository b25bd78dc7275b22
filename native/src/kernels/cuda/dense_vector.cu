// SPDX-License-Identifier: Apache-2.0
// Products of few rows of x with plain weights: what counts is that each byte of the weight is read
// once, in whole sectors. A warp takes two rows of the weight, a lane every 32nd chunk of 16 bytes
// of them, for up to kTokens rows of x in f32; the lanes' sums are added at the end in a fixed
// order.
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarpSize;
constexpr int kRows = 2;  // of the weight, to a warp

constexpr int kSpan = 4 * kWarpSize;  // columns of a warp's read

// Spans that are read before any of them is multiplied: as many bytes on their way for each type.
template <gatun_dtype kType>
inline constexpr int kSpans = kType == GATUN_DTYPE_F32 ? 1 : 2;

// Columns `first` to first + 3 of a row; zeros behind the last.
template <gatun_dtype kType>
__device__ __forceinline__ Float4
load_weights(const DenseWeight& w, int64_t row, int first, bool wide) {
  const int count = max(0, min(4, w.columns - first));
  if constexpr (kType == GATUN_DTYPE_F32) {
    return load_some(static_cast<const float*>(w.data) + row * w.stride + first, count, wide);
  } else {
    Float4 values{};
    if (count == 0) return values;
    const Int2 bits = load_vector(reinterpret_cast<const Int2*>(
        static_cast<const uint16_t*>(w.data) + row * w.stride + first));
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const auto half = static_cast<uint16_t>(bits.v[i / 2] >> (16 * (i % 2)));
      values.v[i] = kType == GATUN_DTYPE_BF16 ? bf16_to_float(half) : half_to_float(half);
    }
    return values;
  }
}

struct Access {
  bool wide_x, wide_weight, wide_up;  // 16 bytes at a time
};

template <gatun_dtype kType, int kTokens>
__global__ void __launch_bounds__(kThreads)
    dense_vector_kernel(DenseLinearArgs args, Access access) {
  constexpr int kReads = kSpans<kType>;
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int first_row =
      (static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarpSize) * kRows;
  const int first_token = static_cast<int>(blockIdx.y) * kTokens;
  if (first_row >= args.weight.rows) return;
  const int columns = args.weight.columns;
  const float* x[kTokens];  // null: zeros
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    const int token = first_token + t;
    int row = token < args.tokens ? token : -1;
    if (row >= 0 && args.rows != nullptr) {
      row = args.rows[token];
      if ((row < -1 || row >= args.x_rows)) {
        if (first_row == 0 && lane == 0)
          report_fault(args.fault, FaultSource::kLinearRows, token, row, args.x_rows);
        row = -1;
      }
    }
    x[t] = row < 0 ? nullptr : args.x + row * args.x_stride;
  }
  float acc[kRows][kTokens] = {}, up[kRows][kTokens] = {};
#pragma unroll 1
  for (int span = 4 * lane; span < columns; span += kReads * kSpan) {
    Float4 w[kReads][kRows], u[kReads][kRows];
#pragma unroll
    for (int h = 0; h < kReads; ++h) {
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        const int row = min(first_row + r, args.weight.rows - 1), first = span + h * kSpan;
        w[h][r] = load_weights<kType>(args.weight, row, first, access.wide_weight);
        if (args.gated != 0) u[h][r] = load_weights<kType>(args.up, row, first, access.wide_up);
      }
    }
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      if (x[t] == nullptr) continue;
#pragma unroll
      for (int h = 0; h < kReads; ++h) {
        const int first = span + h * kSpan;
        const Float4 v = load_some(x[t] + first, max(0, min(4, columns - first)), access.wide_x);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
#pragma unroll
          for (int i = 0; i < 4; ++i) {
            acc[r][t] = fmaf(v.v[i], w[h][r].v[i], acc[r][t]);
            if (args.gated != 0) up[r][t] = fmaf(v.v[i], u[h][r].v[i], up[r][t]);
          }
        }
      }
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

template <gatun_dtype kType>
Status start(const DenseLinearArgs& args, Stream stream) {
  const auto wide = [](const DenseWeight& w) {
    return kType != GATUN_DTYPE_F32 || four_wide(w.data, w.stride);
  };
  const Access access{four_wide(args.x, args.x_stride), wide(args.weight), wide(args.up)};
  const int tokens = args.tokens <= 1 ? 1 : args.tokens <= 4 ? 4 : 8;
  const auto kernel = tokens == 1   ? dense_vector_kernel<kType, 1>
                      : tokens == 4 ? dense_vector_kernel<kType, 4>
                                    : dense_vector_kernel<kType, 8>;
  return launch("dense_vector", kernel,
                {(int64_t{args.weight.rows} + kRows * kWarps - 1) / (kRows * kWarps),
                 (int64_t{args.tokens} + tokens - 1) / tokens},
                kThreads, 0, stream, args, access);
}

}  // namespace

Status dense_vector(const DenseLinearArgs& args, Stream stream) {
  if (args.weight.panels != 0) return kInvalidConfiguration;
  switch (args.weight.dtype) {
    case GATUN_DTYPE_F32:
      return start<GATUN_DTYPE_F32>(args, stream);
    case GATUN_DTYPE_F16:
      return start<GATUN_DTYPE_F16>(args, stream);
    case GATUN_DTYPE_BF16:
      return start<GATUN_DTYPE_BF16>(args, stream);
    default:
      return kInvalidConfiguration;
  }
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// s = x + residual; y = s / sqrt(mean(s^2) + eps) (weight_offset + weight) + y_residual. One read
// of x and residual where a thread's share fits its registers; a longer row reads s again.
#include "kernels/cuda/int8_blocks.h"
#include "kernels/cuda/rms_norm.h"

namespace gatun::cuda {
namespace {

constexpr int kHeld = 4;  // units that a thread keeps
constexpr int kMaxThreads = 256;

// finish_unit(unit, y) for each unit of the block's row.
template <int kWidth, typename FinishUnit>
__device__ __forceinline__ void rms_norm_row(const RmsNormArgs& args, FinishUnit finish_unit) {
  const int64_t row = blockIdx.x;
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  const int units = static_cast<int>(args.columns / kWidth);
  const float* x = args.x + row * args.x_stride;
  const float* residual =
      args.residual == nullptr ? nullptr : args.residual + row * args.residual_stride;
  const float* y_residual =
      args.y_residual == nullptr ? nullptr : args.y_residual + row * args.y_residual_stride;
  float* sum = args.sum == nullptr ? nullptr : args.sum + row * args.sum_stride;

  Unit<kWidth> held[kHeld];
  float squares = 0;
  const auto take = [&](int unit) {
    Unit<kWidth> s = load_unit<kWidth>(x, unit);
    if (residual != nullptr) add_unit(s, load_unit<kWidth>(residual, unit));
    if (sum != nullptr) store_unit(sum, unit, s);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) squares = fmaf(s.v[i], s.v[i], squares);
    return s;
  };
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const int unit = thread + h * threads;
    if (unit < units) held[h] = take(unit);
  }
  for (int unit = thread + kHeld * threads; unit < units; unit += threads) take(unit);

  const float mean = block_reduce(squares, 0, Sum{}) / static_cast<float>(args.columns);
  const float inverse = 1.0f / sqrtf(mean + args.eps);
  const auto finish = [&](int unit, Unit<kWidth> s) {
    const Unit<kWidth> weight = load_unit<kWidth>(args.weight, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) s.v[i] = s.v[i] * inverse * (args.weight_offset + weight.v[i]);
    if (y_residual != nullptr) add_unit(s, load_unit<kWidth>(y_residual, unit));
    finish_unit(unit, s);
  };
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const int unit = thread + h * threads;
    if (unit < units) finish(unit, held[h]);
  }
  for (int unit = thread + kHeld * threads; unit < units; unit += threads) {
    Unit<kWidth> s = load_unit<kWidth>(sum != nullptr ? sum : x, unit);
    if (sum == nullptr && residual != nullptr) add_unit(s, load_unit<kWidth>(residual, unit));
    finish(unit, s);
  }
}

template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads) rms_norm_kernel(RmsNormArgs args) {
  float* y = args.y + blockIdx.x * args.y_stride;
  rms_norm_row<kWidth>(args,
                       [&](int unit, const Unit<kWidth>& values) { store_unit(y, unit, values); });
}

// One block to a multiprocessor is enough: for more, registers would be spilled.
template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads, 1) rms_norm_int8_kernel(RmsNormInt8Args args) {
  const RmsNormArgs& norm = args.norm;
  float* y = norm.y == nullptr ? nullptr : norm.y + blockIdx.x * norm.y_stride;
  rms_norm_row<kWidth>(norm, [&](int unit, const Unit<kWidth>& values) {
    if (y != nullptr) store_unit(y, unit, values);
    store_int8(args.out, blockIdx.x, static_cast<int>(norm.columns), unit, values);
  });
}

bool wide_rows(const RmsNormArgs& args) {
  return args.columns % 4 == 0 && four_wide(args.x, args.x_stride) &&
         four_wide(args.residual, args.residual_stride) && four_wide(args.weight, 0) &&
         four_wide(args.y_residual, args.y_residual_stride) && four_wide(args.y, args.y_stride) &&
         four_wide(args.sum, args.sum_stride);
}

}  // namespace

Status rms_norm(const RmsNormArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  if (args.columns > kMaxColumns) return kInvalidConfiguration;
  const bool wide = wide_rows(args);
  return launch("rms_norm", wide ? rms_norm_kernel<4> : rms_norm_kernel<1>, {args.rows},
                row_threads(args.columns, wide ? 4 : 1), 0, stream, args);
}

Status rms_norm_int8(const RmsNormInt8Args& args, Stream stream) {
  const RmsNormArgs& norm = args.norm;
  if (norm.columns == 0) return 0;
  if (norm.columns > kMaxColumns || norm.columns % kWarpSize != 0) return kInvalidConfiguration;
  const bool wide = wide_rows(norm) && reinterpret_cast<uintptr_t>(args.out.codes) % 4 == 0;
  return launch("rms_norm_int8", wide ? rms_norm_int8_kernel<4> : rms_norm_int8_kernel<1>,
                {norm.rows}, row_threads(norm.columns, wide ? 4 : 1), 0, stream, args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// s = x + residual; y = (s - mean(s)) / sqrt(var(s) + eps) weight + bias. The variance is that of
// the differences, in a second pass over what the threads hold: E[s^2] - mean^2 would lose its
// digits.
#include "kernels/cuda/int8_blocks.h"
#include "kernels/cuda/layer_norm.h"

namespace gatun::cuda {
namespace {

constexpr int kHeld = 4;  // units that a thread keeps
constexpr int kMaxThreads = 256;

// finish_unit(unit, y) for each unit of the block's row.
template <int kWidth, typename FinishUnit>
__device__ __forceinline__ void layer_norm_row(const LayerNormArgs& args, FinishUnit finish_unit) {
  const int64_t row = blockIdx.x;
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  const int units = static_cast<int>(args.columns / kWidth);
  const float* x = args.x + row * args.x_stride;
  const float* residual =
      args.residual == nullptr ? nullptr : args.residual + row * args.residual_stride;
  float* sum = args.sum == nullptr ? nullptr : args.sum + row * args.sum_stride;
  const auto count = static_cast<float>(args.columns);

  Unit<kWidth> held[kHeld];
  const auto load = [&](int unit) {
    Unit<kWidth> s = load_unit<kWidth>(x, unit);
    if (residual != nullptr) add_unit(s, load_unit<kWidth>(residual, unit));
    return s;
  };
  // The thread's units in ascending order: those that it holds, then those that it reads again.
  const auto for_each = [&](auto visit_held, auto visit_rest) {
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const int unit = thread + h * threads;
      if (unit < units) visit_held(unit, held[h]);
    }
    for (int unit = thread + kHeld * threads; unit < units; unit += threads) visit_rest(unit);
  };

  float total = 0;
  const auto add = [&](const Unit<kWidth>& s) {
#pragma unroll
    for (int i = 0; i < kWidth; ++i) total += s.v[i];
  };
  for_each(
      [&](int unit, Unit<kWidth>& s) {
        s = load(unit);
        add(s);
      },
      [&](int unit) { add(load(unit)); });
  const float mean = block_reduce(total, 0, Sum{}) / count;

  float squares = 0;
  const auto add_square = [&](const Unit<kWidth>& s) {
#pragma unroll
    for (int i = 0; i < kWidth; ++i) squares = fmaf(s.v[i] - mean, s.v[i] - mean, squares);
  };
  for_each([&](int, const Unit<kWidth>& s) { add_square(s); },
           [&](int unit) { add_square(load(unit)); });
  const float inverse = 1.0f / sqrtf(block_reduce(squares, 1, Sum{}) / count + args.eps);

  const auto finish = [&](int unit, Unit<kWidth> s) {
    if (sum != nullptr) store_unit(sum, unit, s);
    const Unit<kWidth> weight = load_unit<kWidth>(args.weight, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) s.v[i] = (s.v[i] - mean) * inverse * weight.v[i];
    if (args.bias != nullptr) add_unit(s, load_unit<kWidth>(args.bias, unit));
    finish_unit(unit, s);
  };
  for_each([&](int unit, const Unit<kWidth>& s) { finish(unit, s); },
           [&](int unit) { finish(unit, load(unit)); });
}

template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads) layer_norm_kernel(LayerNormArgs args) {
  float* y = args.y + blockIdx.x * args.y_stride;
  layer_norm_row<kWidth>(
      args, [&](int unit, const Unit<kWidth>& values) { store_unit(y, unit, values); });
}

// One block to a multiprocessor is enough: for more, registers would be spilled.
template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads, 1) layer_norm_int8_kernel(LayerNormInt8Args args) {
  const LayerNormArgs& norm = args.norm;
  float* y = norm.y == nullptr ? nullptr : norm.y + blockIdx.x * norm.y_stride;
  layer_norm_row<kWidth>(norm, [&](int unit, const Unit<kWidth>& values) {
    if (y != nullptr) store_unit(y, unit, values);
    store_int8(args.out, blockIdx.x, static_cast<int>(norm.columns), unit, values);
  });
}

bool wide_rows(const LayerNormArgs& args) {
  return args.columns % 4 == 0 && four_wide(args.x, args.x_stride) &&
         four_wide(args.residual, args.residual_stride) && four_wide(args.weight, 0) &&
         four_wide(args.bias, 0) && four_wide(args.y, args.y_stride) &&
         four_wide(args.sum, args.sum_stride);
}

}  // namespace

Status layer_norm(const LayerNormArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  if (args.columns > kMaxColumns) return kInvalidConfiguration;
  const bool wide = wide_rows(args);
  return launch("layer_norm", wide ? layer_norm_kernel<4> : layer_norm_kernel<1>, {args.rows},
                row_threads(args.columns, wide ? 4 : 1), 0, stream, args);
}

Status layer_norm_int8(const LayerNormInt8Args& args, Stream stream) {
  const LayerNormArgs& norm = args.norm;
  if (norm.columns == 0) return 0;
  if (norm.columns > kMaxColumns || norm.columns % kWarpSize != 0) return kInvalidConfiguration;
  const bool wide = wide_rows(norm) && reinterpret_cast<uintptr_t>(args.out.codes) % 4 == 0;
  return launch("layer_norm_int8", wide ? layer_norm_int8_kernel<4> : layer_norm_int8_kernel<1>,
                {norm.rows}, row_threads(norm.columns, wide ? 4 : 1), 0, stream, args);
}

}  // namespace gatun::cuda

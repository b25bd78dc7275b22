// SPDX-License-Identifier: Apache-2.0
// y = f(x) [* up], and its backward: dx = dy [* up] f'(x), dup = dy f(x). A thread reads all that a
// unit needs before it writes any of it, so outputs may be inputs.
#include "kernels/cuda/activation.h"
#include "kernels/cuda/activation_functions.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

// Without a wish for blocks, ptxas tries for eight to a multiprocessor on sm_100, and spills.
constexpr int kBlocks = 4;

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads, kBlocks) activation_kernel(ActivationArgs args) {
  for_each_unit<kWidth>(args.columns, [&](int64_t row, int unit) {
    Unit<kWidth> x = load_unit<kWidth>(args.x + row * args.x_stride, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) x.v[i] = activate(args.activation, x.v[i]);
    if (args.up != nullptr) {
      const Unit<kWidth> up = load_unit<kWidth>(args.up + row * args.up_stride, unit);
#pragma unroll
      for (int i = 0; i < kWidth; ++i) x.v[i] *= up.v[i];
    }
    store_unit(args.y + row * args.y_stride, unit, x);
  });
}

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads)
    activation_backward_kernel(ActivationBackwardArgs args) {
  for_each_unit<kWidth>(args.columns, [&](int64_t row, int unit) {
    const Unit<kWidth> x = load_unit<kWidth>(args.x + row * args.x_stride, unit);
    const Unit<kWidth> dy = load_unit<kWidth>(args.dy + row * args.dy_stride, unit);
    Unit<kWidth> up, dx, dup;
    if (args.up != nullptr) up = load_unit<kWidth>(args.up + row * args.up_stride, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) {
      const ValueAndSlope f = activate_with_slope(args.activation, x.v[i]);
      dx.v[i] = (args.up != nullptr ? dy.v[i] * up.v[i] : dy.v[i]) * f.slope;
      dup.v[i] = dy.v[i] * f.value;
    }
    float* dx_row = args.dx + row * args.dx_stride;
    float* dup_row = args.dup == nullptr ? nullptr : args.dup + row * args.dup_stride;
    if (args.accumulate_dx) add_unit(dx, load_unit<kWidth>(dx_row, unit));
    if (dup_row != nullptr && args.accumulate_dup) add_unit(dup, load_unit<kWidth>(dup_row, unit));
    store_unit(dx_row, unit, dx);
    if (dup_row != nullptr) store_unit(dup_row, unit, dup);
  });
}

}  // namespace

Status activation(const ActivationArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, args.x_stride) && four_wide(args.up, args.up_stride) &&
                    four_wide(args.y, args.y_stride);
  return launch_parts("activation", activation_kernel<4>, activation_kernel<1>, wide, args.rows,
                      args.columns, args, stream);
}

Status activation_backward(const ActivationBackwardArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, args.x_stride) && four_wide(args.up, args.up_stride) &&
                    four_wide(args.dy, args.dy_stride) && four_wide(args.dx, args.dx_stride) &&
                    four_wide(args.dup, args.dup_stride);
  return launch_parts("activation_backward", activation_backward_kernel<4>,
                      activation_backward_kernel<1>, wide, args.rows, args.columns, args, stream);
}

}  // namespace gatun::cuda

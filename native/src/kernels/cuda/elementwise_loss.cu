// SPDX-License-Identifier: Apache-2.0
//   mse  loss = (x - t)^2,                dx = scale 2 (x - t)
//   bce  loss = log(1 + e^x) - x t,       dx = scale (sigmoid(x) - t)
#include "kernels/cuda/elementwise_loss.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) elementwise_loss_kernel(ElementwiseLossArgs args) {
  for_each_unit<kWidth>(args.columns, [&](int64_t row, int unit) {
    const Unit<kWidth> x = load_unit<kWidth>(args.x + row * args.x_stride, unit);
    const Unit<kWidth> target = load_unit<kWidth>(args.target + row * args.target_stride, unit);
    Unit<kWidth> loss, dx;
#pragma unroll
    for (int i = 0; i < kWidth; ++i) {
      const float value = x.v[i], difference = value - target.v[i];
      if (args.kind == GATUN_LOSS_BCE) {
        const float e = expf(-fabsf(value));  // log(1 + e^x) without overflow
        loss.v[i] = (value < 0 ? 0.0f : value) + log1pf(e) - value * target.v[i];
        dx.v[i] = args.scale * ((value < 0 ? e : 1.0f) / (1 + e) - target.v[i]);
      } else {
        loss.v[i] = difference * difference;
        dx.v[i] = args.scale * (2 * difference);
      }
    }
    store_unit(args.loss + row * args.loss_stride, unit, loss);
    if (args.dx != nullptr) store_unit(args.dx + row * args.dx_stride, unit, dx);
  });
}

}  // namespace

Status elementwise_loss(const ElementwiseLossArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, args.x_stride) &&
                    four_wide(args.target, args.target_stride) &&
                    four_wide(args.loss, args.loss_stride) && four_wide(args.dx, args.dx_stride);
  return launch_parts("elementwise_loss", elementwise_loss_kernel<4>, elementwise_loss_kernel<1>,
                      wide, args.rows, args.columns, args, stream);
}

}  // namespace gatun::cuda

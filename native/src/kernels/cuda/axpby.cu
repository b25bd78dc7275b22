// SPDX-License-Identifier: Apache-2.0
// y = alpha x + beta y, rounded as the CPU's vectors do it; y is not read where beta is 0.
#include "kernels/cuda/axpby.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) axpby_kernel(AxpbyArgs args) {
  for_each_unit<kWidth>(args.count, [&](int64_t, int unit) {
    Unit<kWidth> sum = load_unit<kWidth>(args.x, unit);
    if (args.beta == 0) {
#pragma unroll
      for (int i = 0; i < kWidth; ++i) sum.v[i] = args.alpha * sum.v[i];
    } else {
      const Unit<kWidth> y = load_unit<kWidth>(args.y, unit);
#pragma unroll
      for (int i = 0; i < kWidth; ++i) sum.v[i] = fmaf(args.alpha, sum.v[i], args.beta * y.v[i]);
    }
    store_unit(args.y, unit, sum);
  });
}

}  // namespace

Status axpby(const AxpbyArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, 0) && four_wide(args.y, 0);
  return launch_parts("axpby", axpby_kernel<4>, axpby_kernel<1>, wide, 1, args.count, args, stream);
}

}  // namespace gatun::cuda

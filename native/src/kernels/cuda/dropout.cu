// SPDX-License-Identifier: Apache-2.0
// y (+)= keep ? x / (1 - p) : 0 [+ residual]: the CPU's bits. A counter gives the words of four
// elements, which a thread takes together where rows lie for vectors.
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/philox.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) dropout_kernel(DropoutArgs args) {
  for_each_unit<kWidth>(args.columns, [&](int64_t row, int unit) {
    const auto first = static_cast<uint64_t>(row * args.columns + int64_t{unit} * kWidth);
    const PhiloxWords words =
        philox(static_cast<uint32_t>(first >> 2), static_cast<uint32_t>(first >> 34),
               static_cast<uint32_t>(args.sequence), static_cast<uint32_t>(args.sequence >> 32),
               args.seed);
    Unit<kWidth> value = load_unit<kWidth>(args.x + row * args.x_stride, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) {
      uint32_t word = words.w[i];
      if constexpr (kWidth == 1) {
        const auto place = static_cast<uint32_t>(first % 4);
        word = place == 0   ? words.w[0]
               : place == 1 ? words.w[1]
               : place == 2 ? words.w[2]
                            : words.w[3];
      }
      value.v[i] = word >= args.threshold ? value.v[i] * args.factor : 0.0f;
    }
    if (args.residual != nullptr)
      add_unit(value, load_unit<kWidth>(args.residual + row * args.residual_stride, unit));
    float* y = args.y + row * args.y_stride;
    if (args.accumulate) add_unit(value, load_unit<kWidth>(y, unit));
    store_unit(y, unit, value);
  });
}

}  // namespace

Status dropout(const DropoutArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, args.x_stride) &&
                    four_wide(args.residual, args.residual_stride) &&
                    four_wide(args.y, args.y_stride);
  return launch_parts("dropout", dropout_kernel<4>, dropout_kernel<1>, wide, args.rows,
                      args.columns, args, stream);
}

}  // namespace gatun::cuda

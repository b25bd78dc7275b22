// SPDX-License-Identifier: Apache-2.0
//   g = gradient_scale gradient;  m += (1 - beta1)(g - m);  v = beta2 v + (1 - beta2) g^2
//   p = p (1 - lr wd);  p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
// One pass over the four vectors, rounded as the CPU's vectors do it.
#include "kernels/cuda/adamw.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

// AdamwArgs with its factors in f32.
struct Step {
  float* parameter;
  float* gradient;
  float* m;
  float* v;
  int64_t count;
  float gradient_scale;
  float rest1;  // 1 - beta1
  float beta2;
  float rest2;  // 1 - beta2
  float eps;
  float decay;
  float step_size;
  float correction;  // 1 / sqrt(1 - beta2^t)
  bool zero_gradient;
};

template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) adamw_kernel(Step step) {
  for_each_unit<kWidth>(step.count, [&](int64_t, int unit) {
    Unit<kWidth> p = load_unit<kWidth>(step.parameter, unit);
    const Unit<kWidth> gradient = load_unit<kWidth>(step.gradient, unit);
    Unit<kWidth> m = load_unit<kWidth>(step.m, unit), v = load_unit<kWidth>(step.v, unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) {
      const float g = step.gradient_scale * gradient.v[i];
      m.v[i] = fmaf(step.rest1, g - m.v[i], m.v[i]);
      v.v[i] = fmaf(step.rest2 * g, g, step.beta2 * v.v[i]);
      const float denominator = fmaf(sqrtf(v.v[i]), step.correction, step.eps);
      p.v[i] = p.v[i] * step.decay - step.step_size * (m.v[i] / denominator);
    }
    store_unit(step.parameter, unit, p);
    store_unit(step.m, unit, m);
    store_unit(step.v, unit, v);
    if (step.zero_gradient) store_unit(step.gradient, unit, Unit<kWidth>{});
  });
}

}  // namespace

Status adamw(const AdamwArgs& args, Stream stream) {
  const Step step{args.parameter,
                  args.gradient,
                  args.m,
                  args.v,
                  args.count,
                  static_cast<float>(args.gradient_scale),
                  static_cast<float>(1 - args.beta1),
                  static_cast<float>(args.beta2),
                  static_cast<float>(1 - args.beta2),
                  static_cast<float>(args.eps),
                  static_cast<float>(args.decay),
                  static_cast<float>(args.step_size),
                  static_cast<float>(1 / args.correction),
                  args.zero_gradient};
  const bool wide = four_wide(args.parameter, 0) && four_wide(args.gradient, 0) &&
                    four_wide(args.m, 0) && four_wide(args.v, 0);
  return launch_parts("adamw", adamw_kernel<4>, adamw_kernel<1>, wide, 1, args.count, step, stream);
}

}  // namespace gatun::cuda

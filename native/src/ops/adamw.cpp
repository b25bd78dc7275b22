// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.h"

#include <array>
#include <cmath>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const AdamwArgs&, const Team&)>, 3> kImplementations{{
    {IsaTier::kAvx512, cpu::avx512::adamw},
    {IsaTier::kAvx2, cpu::avx2::adamw},
    {IsaTier::kGeneric, reference::adamw},
}};

void in_range(const ArgumentCheck& check, const char* name, double value, double end) {
  if (value >= 0 && value < end) return;
  check.fail(std::string(name) + " is " + std::to_string(value) + ", expected at least 0" +
             (std::isinf(end) ? " and finite" : " and less than " + std::to_string(end)));
}

}  // namespace

void adamw_step(Stream& stream, const gatun_adamw_params& p) {
  ArgumentCheck check("adamw", stream);
  check.binds("parameter", p.parameter, GATUN_DTYPE_F32, 1, "[C]");
  const int64_t count = p.parameter.shape[0];
  const gatun_tensor* tensors[] = {&p.parameter, &p.gradient, &p.m, &p.v};
  constexpr const char* kNames[] = {"parameter", "gradient", "m", "v"};
  for (int i = 1; i < 4; ++i) {
    check.matches(kNames[i], *tensors[i], GATUN_DTYPE_F32, "[C]", {count});
    for (int j = 0; j < i; ++j) check.apart(kNames[i], *tensors[i], kNames[j], *tensors[j]);
  }
  in_range(check, "learning_rate", p.learning_rate, HUGE_VAL);
  in_range(check, "beta1", p.beta1, 1);
  in_range(check, "beta2", p.beta2, 1);
  in_range(check, "eps", p.eps, HUGE_VAL);
  in_range(check, "weight_decay", p.weight_decay, HUGE_VAL);
  if (!std::isfinite(p.gradient_scale)) check.fail("gradient_scale is not finite");
  if (p.step < 1) check.fail("step is " + std::to_string(p.step) + ", expected at least 1");
  check.one_of("zero_gradient", p.zero_gradient, 0, 1);
  const auto step = static_cast<double>(p.step);
  const AdamwArgs args{.parameter = f32_data(p.parameter),
                       .gradient = f32_data(p.gradient),
                       .m = f32_data(p.m),
                       .v = f32_data(p.v),
                       .count = count,
                       .gradient_scale = p.gradient_scale == 0 ? 1 : p.gradient_scale,
                       .beta1 = p.beta1,
                       .beta2 = p.beta2,
                       .eps = p.eps,
                       .decay = 1 - p.learning_rate * p.weight_decay,
                       .step_size = p.learning_rate / (1 - std::pow(p.beta1, step)),
                       .correction = std::sqrt(1 - std::pow(p.beta2, step)),
                       .zero_gradient = p.zero_gradient != 0};
  if (submit_cuda(stream, "adamw", &cuda::Backend::adamw, args)) return;
  stream.submit("adamw", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

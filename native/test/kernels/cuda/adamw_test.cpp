// SPDX-License-Identifier: Apache-2.0
// adamw on the emulated device against the reference.
#include "kernels/cuda/adamw.h"

#include "harness.h"

namespace gatun::cuda::test {
namespace {

TEST(CudaAdamw, AgreesWithTheReference) {
  for (const std::size_t count : {0u, 1u, 3u, 4u, 31u, 1024u, 1025u, 4100u}) {
    for (const bool zero : {false, true}) {
      const auto size = static_cast<int64_t>(count);
      const auto parameter = normal_values(size, 1), gradient = normal_values(size, 2),
                 first = normal_values(size, 3, 0.1f);
      auto second = normal_values(size, 4, 0.1f);
      for (float& v : second) v = v * v;
      AdamwArgs args{};
      args.count = size;
      args.gradient_scale = 0.5;
      args.beta1 = 0.9;
      args.beta2 = 0.999;
      args.eps = 1e-8;
      args.decay = 1 - 1e-3 * 0.1;
      args.step_size = 1e-3 / (1 - std::pow(0.9, 7));
      args.correction = std::sqrt(1 - std::pow(0.999, 7));
      args.zero_gradient = zero;
      std::vector<float> p = parameter, g = gradient, m = first, v = second;
      AdamwArgs host = args;
      host.parameter = p.data();
      host.gradient = g.data();
      host.m = m.data();
      host.v = v.data();
      reference::adamw(host, Team(0, 1, nullptr));
      const auto got = same_for_all_orders([&] {
        const DeviceArray<float> dp(parameter), dg(gradient), dm(first), dv(second);
        args.parameter = dp.data();
        args.gradient = dg.data();
        args.m = dm.data();
        args.v = dv.data();
        EXPECT_EQ(adamw(args, nullptr), 0);
        auto all = dp.read();
        for (const auto* part : {&dm, &dv, &dg}) {
          for (const float value : part->read()) all.push_back(value);
        }
        return all;
      });
      for (std::size_t i = 0; i < count; ++i) {
        // Half a unit for the decay and one for the difference; the step, which is small, has five.
        expect_close(got[i], p[i], 1.3e-7 * (std::fabs(double{p[i]}) + 0.05), "parameter");
        expect_close(got[count + i], m[i], 2e-7 * (std::fabs(double{m[i]}) + 0.1), "m");
        expect_close(got[2 * count + i], v[i], 3e-7 * double{v[i]}, "v");
        EXPECT_EQ(got[3 * count + i], g[i]);
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test

// SPDX-License-Identifier: Apache-2.0
// activation and its backward on the emulated device against the reference.
#include "kernels/cuda/activation.h"

#include <limits>

#include "harness.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

constexpr int32_t kLast = GATUN_ACTIVATION_SIGMOID;

// A function errs by a few units of the last place of x or of 1.
double tolerance(double x, double factor) {
  return (4e-7 * (1 + std::fabs(x)) + 1e-30) * std::fabs(factor);
}

struct Case {
  int64_t columns, stride_extra;
  bool gated;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int64_t columns : gatun::test::kWidths)
    all.push_back({columns, columns % 3, columns % 2 == 1});
  all.push_back({128, 4, true});
  all.push_back({4100, 0, true});  // two parts, in units of four and of one
  all.push_back({1030, 1, false});
  return all;
}

TEST(CudaActivation, AgreesWithTheReference) {
  for (const Case& c : cases()) {
    for (int32_t activation = 0; activation <= kLast; ++activation) {
      if (c.columns > 300 && activation != GATUN_ACTIVATION_GELU) continue;
      const int64_t rows = c.columns > 300 ? 1 : 3, stride = c.columns + c.stride_extra;
      const auto elements = matrix_elements(rows, c.columns, stride);
      const auto count = static_cast<int64_t>(elements);
      const auto x = normal_values(count, 1, 3), up = normal_values(count, 2);
      std::vector<float> expected(elements);
      ActivationArgs args{};
      args.x_stride = args.up_stride = args.y_stride = stride;
      args.rows = rows;
      args.columns = c.columns;
      args.activation = activation;
      ActivationArgs host = args;
      host.x = x.data();
      host.up = c.gated ? up.data() : nullptr;
      host.y = expected.data();
      reference::activation(host, Team(0, 1, nullptr));
      const DeviceArray<float> dx(x), dup(up);
      args.x = dx.data();
      args.up = c.gated ? dup.data() : nullptr;
      const auto got = same_for_all_orders([&] {
        const DeviceArray<float> y(std::vector<float>(elements, 0));
        args.y = y.data();
        EXPECT_EQ(gatun::cuda::activation(args, nullptr), 0);
        return y.read();
      });
      for (std::size_t i = 0; i < elements; ++i)
        expect_close(got[i], expected[i], tolerance(x[i], c.gated ? up[i] : 1),
                     std::to_string(activation) + " at " + std::to_string(x[i]));
    }
  }
}

TEST(CudaActivation, BackwardAgreesWithTheReference) {
  for (const Case& c : cases()) {
    for (int32_t activation = 0; activation <= kLast; ++activation) {
      if (c.columns > 300 && activation != GATUN_ACTIVATION_GELU) continue;
      const int64_t rows = c.columns > 300 ? 1 : 3, stride = c.columns + c.stride_extra;
      const auto elements = matrix_elements(rows, c.columns, stride);
      const auto count = static_cast<int64_t>(elements);
      const auto x = normal_values(count, 1, 3), up = normal_values(count, 2),
                 dy = normal_values(count, 3);
      ActivationBackwardArgs args{};
      args.x_stride = args.up_stride = args.dy_stride = args.dx_stride = args.dup_stride = stride;
      args.rows = rows;
      args.columns = c.columns;
      args.activation = activation;
      args.accumulate_dx = c.columns % 4 >= 2;
      args.accumulate_dup = c.columns % 4 % 2 == 1;
      std::vector<float> dx(elements, 0.5f), dup(elements, 0.25f);
      ActivationBackwardArgs host = args;
      host.x = x.data();
      host.up = c.gated ? up.data() : nullptr;
      host.dy = dy.data();
      host.dx = dx.data();
      host.dup = c.gated ? dup.data() : nullptr;
      reference::activation_backward(host, Team(0, 1, nullptr));
      const DeviceArray<float> device_x(x), device_up(up), device_dy(dy);
      args.x = device_x.data();
      args.up = c.gated ? device_up.data() : nullptr;
      args.dy = device_dy.data();
      const auto got = same_for_all_orders([&] {
        const DeviceArray<float> out(std::vector<float>(elements, 0.5f)),
            up_out(std::vector<float>(elements, 0.25f));
        args.dx = out.data();
        args.dup = c.gated ? up_out.data() : nullptr;
        EXPECT_EQ(gatun::cuda::activation_backward(args, nullptr), 0);
        auto both = out.read();
        for (const float value : up_out.read()) both.push_back(value);
        return both;
      });
      for (std::size_t i = 0; i < elements; ++i) {
        const double factor{c.gated ? up[i] : 1};
        const std::string where = std::to_string(activation) + " at " + std::to_string(x[i]);
        expect_close(got[i], dx[i], tolerance(x[i], dy[i] * factor) + 1e-7, where);
        expect_close(got[elements + i], dup[i], tolerance(x[i], dy[i]) + 1e-7, where);
      }
    }
  }
}

TEST(CudaActivation, FarOutAndNotANumber) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const DeviceArray<float> x({-kInfinity, -1e30f, -200, -90, 90, 200, 1e30f, kInfinity,
                              std::numeric_limits<float>::quiet_NaN()});
  const DeviceArray<float> dy(std::vector<float>(9, 1)), dx(std::size_t{9});
  for (int32_t activation = 0; activation <= kLast; ++activation) {
    ActivationBackwardArgs args{};
    args.x = x.data();
    args.dy = dy.data();
    args.dx = dx.data();
    args.rows = 1;
    args.columns = 9;
    args.activation = activation;
    EXPECT_EQ(gatun::cuda::activation_backward(args, nullptr), 0);
    expect_no_findings();
    const auto got = dx.read();
    const bool saturates =
        activation == GATUN_ACTIVATION_TANH || activation == GATUN_ACTIVATION_SIGMOID;
    for (std::size_t i = 0; i < 8; ++i) {
      const float expected = activation == GATUN_ACTIVATION_NONE ? 1.0f
                             : saturates || i < 4                ? 0.0f
                                                                 : 1.0f;
      EXPECT_NEAR(got[i], expected, 1e-30 + 1e-6 * double{expected}) << activation << " at " << i;
    }
    EXPECT_EQ(std::isnan(got[8]), activation != GATUN_ACTIVATION_NONE) << activation;
  }
}

TEST(CudaActivation, InPlaceHasTheSameBytes) {
  constexpr std::size_t kCount = 5 * 76;
  const DeviceArray<float> x(normal_values(kCount, 1)), dx(kCount), dup(kCount);
  const DeviceArray<float> up(normal_values(kCount, 2)), dy(normal_values(kCount, 3));
  ActivationBackwardArgs args{};
  args.x = x.data();
  args.up = up.data();
  args.dy = dy.data();
  args.dx = dx.data();
  args.dup = dup.data();
  args.x_stride = args.up_stride = args.dy_stride = args.dx_stride = args.dup_stride = 76;
  args.rows = 5;
  args.columns = 76;
  args.activation = GATUN_ACTIVATION_SILU;
  EXPECT_EQ(gatun::cuda::activation_backward(args, nullptr), 0);
  args.dx = dy.data();
  args.dup = up.data();
  EXPECT_EQ(gatun::cuda::activation_backward(args, nullptr), 0);
  expect_no_findings();
  EXPECT_EQ(dx.read(), dy.read());
  EXPECT_EQ(dup.read(), up.read());
}

}  // namespace
}  // namespace gatun::cuda::test

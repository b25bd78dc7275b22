// SPDX-License-Identifier: Apache-2.0
// elementwise_loss on the emulated device against the reference.
#include "kernels/cuda/elementwise_loss.h"

#include <limits>

#include "harness.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

TEST(CudaElementwiseLoss, AgreesWithTheReference) {
  for (const int64_t columns : gatun::test::kWidths) {
    for (const int32_t kind : {GATUN_LOSS_MSE, GATUN_LOSS_BCE}) {
      const int64_t stride = columns + columns % 3;
      const auto elements = matrix_elements(3, columns, stride);
      auto x = normal_values(static_cast<int64_t>(elements), 1, 3);
      const auto target = normal_values(static_cast<int64_t>(elements), 2);
      if (elements > 20) {
        x[3] = 200;
        x[4] = -200;
        x[5] = std::numeric_limits<float>::quiet_NaN();
      }
      ElementwiseLossArgs args{};
      args.x_stride = args.target_stride = args.loss_stride = args.dx_stride = stride;
      args.rows = 3;
      args.columns = columns;
      args.kind = kind;
      args.scale = 0.25f;
      std::vector<float> loss(elements, 9), dx(elements, 9);
      ElementwiseLossArgs host = args;
      host.x = x.data();
      host.target = target.data();
      host.loss = loss.data();
      host.dx = dx.data();
      reference::elementwise_loss(host, Team(0, 1, nullptr));
      const DeviceArray<float> dtarget(target);
      args.target = dtarget.data();
      for (const bool in_place : {false, true}) {
        const auto got = same_for_all_orders(
            [&] {
              const DeviceArray<float> device_x(x), device_loss(std::vector<float>(elements, 9)),
                  device_dx(std::vector<float>(elements, 9));
              args.x = device_x.data();
              args.loss = device_loss.data();
              args.dx = in_place ? device_x.data() : device_dx.data();
              EXPECT_EQ(elementwise_loss(args, nullptr), 0);
              auto all = device_loss.read();
              for (const float value : (in_place ? device_x : device_dx).read())
                all.push_back(value);
              return all;
            },
            0);
        for (int64_t n = 0; n < 3; ++n) {
          for (int64_t c = 0; c < columns; ++c) {
            const auto i = static_cast<std::size_t>(n * stride + c);
            const double size = std::fabs(double{x[i]}) + std::fabs(double{target[i]}) + 1;
            expect_close(got[i], loss[i], 3e-7 * size * size, "loss at " + std::to_string(x[i]));
            expect_close(got[elements + i], dx[i], 2e-7 * size, "dx at " + std::to_string(x[i]));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test

// SPDX-License-Identifier: Apache-2.0
// softmax on the emulated device against the reference.
#include "kernels/cuda/softmax.h"

#include <limits>

#include "harness.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kEpsilon = 5.97e-8;

std::vector<float> softmax_of(
    const std::vector<float>& x, int64_t rows, int64_t columns, float temperature, int log) {
  const DeviceArray<float> dx(x);
  SoftmaxArgs args{};
  args.x = dx.data();
  args.rows = rows;
  args.columns = columns;
  args.x_stride = args.y_stride = columns;
  args.temperature = temperature;
  args.log = log;
  const int64_t blocks = (columns + kSoftmaxBlock - 1) / kSoftmaxBlock;
  return same_for_all_orders([&] {
    const DeviceArray<float> y(x.size());
    const DeviceArray<SoftmaxPartial> partials(static_cast<std::size_t>(rows * blocks));
    args.y = y.data();
    args.partials = partials.data();
    EXPECT_EQ(softmax(args, nullptr), 0);
    if (columns > 0) expect_refusals_reported([&] { return softmax(args, nullptr); });
    return y.read();
  });
}

TEST(CudaSoftmax, AgreesWithTheReference) {
  std::vector<int64_t> widths(std::begin(gatun::test::kWidths), std::end(gatun::test::kWidths));
  for (const int64_t wide : {4095, 4096, 4097, 9000}) widths.push_back(wide);
  for (const int64_t columns : widths) {
    for (const float scale : {1.0f, 40.0f}) {
      for (const float temperature : {1.0f, 0.7f}) {
        for (const int log : {0, 1}) {
          const int64_t rows = columns > 300 ? 1 : 3;
          const auto x = normal_values(rows * columns, 3, scale);
          std::vector<float> expected(x.size());
          SoftmaxArgs host{};
          host.x = x.data();
          host.y = expected.data();
          host.rows = rows;
          host.columns = columns;
          host.x_stride = host.y_stride = columns;
          host.temperature = temperature;
          host.log = log;
          reference::softmax(host, Team(0, 1, nullptr));
          const auto got = softmax_of(x, rows, columns, temperature, log);
          for (std::size_t i = 0; i < got.size(); ++i) {
            // Two roundings of an argument of at most ~200, the sum's 128 terms of a thread, and
            // exp and log to two units in the last place.
            const double tolerance =
                log != 0 ? kEpsilon * (3 * std::fabs(double{expected[i]}) + 200)
                         : kEpsilon * (2 * 104 + 80) * double{expected[i]} + 1.2e-38;
            expect_close(got[i], expected[i], tolerance,
                         "columns " + std::to_string(columns) + " at " + std::to_string(i));
          }
        }
      }
    }
  }
}

TEST(CudaSoftmax, MaskedAndSpecialValues) {
  constexpr int64_t kColumns = 5000;  // two blocks
  std::vector<float> x(5 * kColumns, -kInfinity);
  const auto at = [&](std::vector<float>& v, int64_t r, int64_t c) -> float& {
    return v[static_cast<std::size_t>(r * kColumns + c)];
  };
  at(x, 1, 4500) = 3;
  at(x, 2, 7) = at(x, 2, 4999) = 1e30f;
  at(x, 3, 100) = 1;
  at(x, 3, 4600) = std::numeric_limits<float>::quiet_NaN();
  at(x, 4, 100) = kInfinity;
  auto y = softmax_of(x, 5, kColumns, 1, 0);
  for (int64_t v = 0; v < kColumns; v += 100) {
    EXPECT_TRUE(std::isnan(at(y, 0, v)));
    EXPECT_EQ(at(y, 1, v), v == 4500 ? 1 : 0);
    EXPECT_EQ(at(y, 2, v), 0);
    EXPECT_TRUE(std::isnan(at(y, 3, v)));
    EXPECT_TRUE(std::isnan(at(y, 4, v)));
  }
  EXPECT_EQ(at(y, 2, 7), 0.5f);
  EXPECT_EQ(at(y, 2, 4999), 0.5f);
}

}  // namespace
}  // namespace gatun::cuda::test

// SPDX-License-Identifier: Apache-2.0
// axpby on the emulated device against the reference.
#include "kernels/cuda/axpby.h"

#include <limits>

#include "harness.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

TEST(CudaAxpby, AgreesWithTheReference) {
  std::vector<int64_t> counts(std::begin(gatun::test::kWidths), std::end(gatun::test::kWidths));
  for (const int64_t count : {1024, 4100, 4097}) counts.push_back(count);
  for (const int64_t count : counts) {
    for (const std::size_t shift : {0u, 1u}) {  // elements from an address for vectors
      for (const float beta : {0.0f, 1.0f, -0.3f}) {
        const auto elements = static_cast<std::size_t>(count);
        const auto x = normal_values(count, 1);
        auto before = normal_values(count, 2);
        if (beta == 0) before.assign(elements, std::numeric_limits<float>::quiet_NaN());
        std::vector<float> expected = before, padded(elements + shift);
        std::copy(x.begin(), x.end(), padded.begin() + static_cast<std::ptrdiff_t>(shift));
        const DeviceArray<float> dx(padded);
        AxpbyArgs args{dx.data() + shift, nullptr, count, 0.7f, beta};
        const auto got = same_for_all_orders([&] {
          const DeviceArray<float> y(before);
          args.y = y.data();
          EXPECT_EQ(axpby(args, nullptr), 0);
          return y.read();
        });
        reference::axpby({x.data(), expected.data(), count, 0.7f, beta}, Team(0, 1, nullptr));
        for (std::size_t i = 0; i < elements; ++i)
          expect_close(got[i], expected[i], 1.2e-7 * (std::fabs(double{x[i]}) + 2),
                       std::to_string(count) + " at " + std::to_string(i));
      }
    }
  }
}

TEST(CudaAxpby, DoublesInPlace) {
  const auto x = normal_values(100, 1);
  const DeviceArray<float> y(x);
  EXPECT_EQ(axpby({y.data(), y.data(), 100, 1, 1}, nullptr), 0);
  expect_no_findings();
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(y.read()[i], 2 * x[i]);
}

}  // namespace
}  // namespace gatun::cuda::test

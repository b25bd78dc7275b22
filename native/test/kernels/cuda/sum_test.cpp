// SPDX-License-Identifier: Apache-2.0
// sum on the emulated device against the reference.
#include "kernels/cuda/sum.h"

#include <limits>

#include "harness.h"

namespace gatun::cuda::test {
namespace {

TEST(CudaSum, AgreesWithTheReference) {
  for (const int64_t count : {0, 1, 3, 4, 33, 1024, 5000, 65536, 65541, 131076}) {
    for (const bool squares : {false, true}) {
      const auto x = normal_values(count, 1);
      SumArgs args{};
      args.count = count;
      args.squares = squares;
      args.accumulate = count % 2 == 0;
      const auto chunks = static_cast<std::size_t>(args.chunks());
      std::vector<double> partial(chunks);
      double expected = 3;
      SumArgs host = args;
      host.x = x.data();
      host.y = &expected;
      host.partial = partial.data();
      reference::sum(host, Team(0, 1, nullptr));
      const DeviceArray<float> dx(x);
      args.x = dx.data();
      const auto got = same_for_all_orders(
          [&] {
            const DeviceArray<double> y(std::vector<double>{3}), partials(chunks);
            args.y = y.data();
            args.partial = partials.data();
            EXPECT_EQ(sum(args, nullptr), 0);
            const auto all = y.read();
            if (count > 0) expect_refusals_reported([&] { return sum(args, nullptr); });
            return all;
          },
          count > 5000 ? 0 : 2);
      EXPECT_NEAR(got[0], expected, 1e-12 * static_cast<double>(count + 4)) << count;
    }
  }
}

TEST(CudaSum, OfANumberThatIsNone) {
  auto x = normal_values(70000, 1);
  x[66000] = std::numeric_limits<float>::quiet_NaN();
  const DeviceArray<float> dx(x);
  const DeviceArray<double> y(std::size_t{1}), partial(std::size_t{2});
  EXPECT_EQ(sum({dx.data(), y.data(), partial.data(), 70000, true, false}, nullptr), 0);
  expect_no_findings();
  EXPECT_TRUE(std::isnan(y.read()[0]));
}

}  // namespace
}  // namespace gatun::cuda::test

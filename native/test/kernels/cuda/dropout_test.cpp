// SPDX-License-Identifier: Apache-2.0
// dropout on the emulated device: the reference's bits.
#include "kernels/cuda/dropout.h"

#include "harness.h"
#include "kernels/philox.h"
#include "support/row_widths.h"

namespace gatun::cuda::test {
namespace {

TEST(CudaDropout, GivesTheReferencesBits) {
  std::vector<int64_t> widths(std::begin(gatun::test::kWidths), std::end(gatun::test::kWidths));
  for (const int64_t columns : {12, 64, 1028}) widths.push_back(columns);
  for (const int64_t columns : widths) {
    for (const int kind : {0, 1, 2, 3}) {
      const bool residual = kind % 2 == 1, accumulate = kind / 2 == 1;
      const int64_t stride = columns + (kind == 0 ? 0 : columns % 4 == 0 ? 4 : 1);
      const auto elements = matrix_elements(3, columns, stride);
      const auto x = normal_values(static_cast<int64_t>(elements), 1),
                 other = normal_values(static_cast<int64_t>(elements), 2);
      DropoutArgs args{};
      args.x_stride = args.residual_stride = args.y_stride = stride;
      args.rows = 3;
      args.columns = columns;
      args.seed = 0x123456789abcdefULL;
      args.sequence = 0xfedcba9876543210ULL + static_cast<uint64_t>(kind);
      args.threshold = 0x40000000u;
      args.factor = 1 / 0.75f;
      args.accumulate = accumulate;
      std::vector<float> expected(elements, 0.5f);
      DropoutArgs host = args;
      host.x = x.data();
      host.residual = residual ? other.data() : nullptr;
      host.y = expected.data();
      reference::dropout(host, Team(0, 1, nullptr));
      const DeviceArray<float> dx(x), dother(other);
      args.x = dx.data();
      args.residual = residual ? dother.data() : nullptr;
      const auto got = same_for_all_orders(
          [&] {
            const DeviceArray<float> y(std::vector<float>(elements, 0.5f));
            args.y = y.data();
            EXPECT_EQ(dropout(args, nullptr), 0);
            return y.read();
          },
          1);
      EXPECT_EQ(got, expected) << columns << " columns";
    }
  }
}

TEST(CudaDropout, KeepsTheWordThatIsTheThreshold) {
  const DeviceArray<float> x(std::vector<float>(8, 1.0f)), y(std::size_t{8});
  DropoutArgs args{};
  args.x = x.data();
  args.y = y.data();
  args.rows = 1;
  args.columns = 8;
  args.factor = 2;
  args.threshold = philox(1, args.sequence, args.seed)[2];
  EXPECT_EQ(dropout(args, nullptr), 0);
  EXPECT_EQ(y.read()[6], 2);
  ++args.threshold;
  EXPECT_EQ(dropout(args, nullptr), 0);
  EXPECT_EQ(y.read()[6], 0);
  expect_no_findings();
}

TEST(CudaDropout, KeepsHalfInPlace) {
  const auto x = normal_values(4096, 1);
  const DeviceArray<float> y(x);
  DropoutArgs args{};
  args.x = y.data();
  args.y = y.data();
  args.rows = 1;
  args.columns = 4096;
  args.threshold = 0x80000000u;
  args.factor = 2;
  EXPECT_EQ(dropout(args, nullptr), 0);
  expect_no_findings();
  const auto got = y.read();
  int kept = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_TRUE(got[i] == 0 || got[i] == 2 * x[i]);
    if (got[i] != 0) ++kept;
  }
  EXPECT_NEAR(kept, 2048, 160);  // five deviations
}

}  // namespace
}  // namespace gatun::cuda::test

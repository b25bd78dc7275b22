// SPDX-License-Identifier: Apache-2.0
// rms_norm on the emulated device against the reference, on the cases of the CPU's kernels.
#include "kernels/cuda/rms_norm.h"

#include "harness.h"
#include "int8_norm.h"
#include "support/rms_norm_cases.h"

namespace gatun::cuda::test {
namespace {

using gatun::test::rms_norm_cases;
using gatun::test::RmsNormCase;

// Rows wider than what a thread holds, in units of one and of four.
std::vector<RmsNormCase> cases() {
  std::vector<RmsNormCase> all = rms_norm_cases();
  all.push_back({2, 1032, 0, true, true, true, 1, 0});
  all.push_back({2, 4112, 4, true, false, false, 1, 0});
  all.push_back({2, 1025, 0, true, false, true, 1, 0});
  return all;
}

TEST(CudaRmsNorm, AgreesWithTheReference) {
  for (const RmsNormCase& c : cases()) {
    SCOPED_TRACE("columns " + std::to_string(c.columns));
    const int64_t stride = c.columns + c.stride_extra, n = c.rows * (stride + 3);
    const auto x = normal_values(n, 1, c.scale), residual = normal_values(n, 2, c.scale),
               weight = normal_values(c.columns, 3), y_residual = normal_values(n, 4);
    const auto elements = matrix_elements(c.rows, c.columns, stride);
    const auto head = [&](const std::vector<float>& v) {
      return std::vector<float>(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(elements));
    };
    const DeviceArray<float> dx(head(x)), dresidual(head(residual)), dweight(weight),
        dy_residual(head(y_residual));
    RmsNormArgs args{};
    args.x_stride = args.residual_stride = args.y_residual_stride = args.y_stride =
        args.sum_stride = stride;
    args.rows = c.rows;
    args.columns = c.columns;
    args.eps = 1e-6f;
    args.weight_offset = c.weight_offset;

    RmsNormArgs host = args;
    std::vector<float> y(elements, 0.0f), sum(elements, 0.0f);
    host.x = x.data();
    host.residual = c.residual ? residual.data() : nullptr;
    host.weight = weight.data();
    host.y_residual = c.y_residual ? y_residual.data() : nullptr;
    host.y = y.data();
    host.sum = c.sum ? sum.data() : nullptr;
    reference::rms_norm(host, Team(0, 1, nullptr));

    std::vector<float> got_sum;
    const auto got = same_for_all_orders([&] {
      DeviceArray<float> dy(elements), dsum(elements);
      args.x = dx.data();
      args.residual = c.residual ? dresidual.data() : nullptr;
      args.weight = dweight.data();
      args.y_residual = c.y_residual ? dy_residual.data() : nullptr;
      args.y = dy.data();
      args.sum = c.sum ? dsum.data() : nullptr;
      EXPECT_EQ(rms_norm(args, nullptr), 0);
      got_sum = dsum.read();
      return dy.read();
    });
    for (int64_t r = 0; r < c.rows; ++r) {
      for (int64_t e = 0; e < c.columns; ++e) {
        const auto i = static_cast<std::size_t>(r * stride + e);
        const double added = c.y_residual ? double{y_residual[i]} : 0.0;
        const double normal = std::fabs(double{y[i]} - added);
        // A thread adds E / 32 squares or fewer, whose error the root halves; a handful of
        // roundings follow, and those of the sum with y_residual.
        const double tolerance = (normal * (static_cast<double>(c.columns) / 64 + 12) +
                                  std::fabs(added) + std::fabs(double{y[i]})) *
                                 5.97e-8;
        expect_close(got[i], y[i], tolerance,
                     "row " + std::to_string(r) + " at " + std::to_string(e));
        if (c.sum) {
          EXPECT_EQ(got_sum[i], sum[i]);
        }
      }
    }
  }
}

TEST(CudaRmsNorm, WorksInPlace) {
  for (const int64_t columns : {77, 2000}) {
    const auto x = normal_values(3 * columns, 1), residual = normal_values(3 * columns, 2);
    const DeviceArray<float> weight(normal_values(columns, 3)), dresidual(residual);
    RmsNormArgs args{};
    args.weight = weight.data();
    args.rows = 3;
    args.columns = columns;
    args.x_stride = args.residual_stride = args.y_stride = args.sum_stride = columns;
    args.eps = 1e-5f;
    const auto apart = same_for_all_orders([&] {
      const DeviceArray<float> dx(x), y(x.size());
      args.x = dx.data();
      args.residual = dresidual.data();
      args.y = y.data();
      EXPECT_EQ(rms_norm(args, nullptr), 0);
      return y.read();
    });
    const auto in_place = same_for_all_orders([&] {
      const DeviceArray<float> dx(x);
      args.x = args.y = dx.data();
      args.y = dx.data();
      EXPECT_EQ(rms_norm(args, nullptr), 0);
      return dx.read();
    });
    EXPECT_EQ(apart, in_place);
    const auto stream = same_for_all_orders([&] {  // the residual stream is updated in place
      const DeviceArray<float> dx(x), y(x.size());
      args.x = args.sum = dx.data();
      args.y = y.data();
      args.sum = dx.data();
      EXPECT_EQ(rms_norm(args, nullptr), 0);
      return y.read();
    });
    EXPECT_EQ(apart, stream);
    args.sum = nullptr;
  }
}

#if !defined(__CUDACC__)  // what only the emulated device counts
TEST(CudaRmsNorm, ReadsWholeSectorsOfWideRows) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  simt::Machine& machine = simt::Machine::instance();
  const DeviceArray<float> x(normal_values(4 * 2048, 1)), weight(normal_values(2048, 2)),
      y(std::size_t{4 * 2048});
  RmsNormArgs args{};
  args.x = x.data();
  args.weight = weight.data();
  args.y = y.data();
  args.rows = 4;
  args.columns = args.x_stride = args.y_stride = 2048;
  machine.counting = true;
  EXPECT_EQ(rms_norm(args, nullptr), 0);
  machine.counting = false;
  const simt::Counters counters = machine.take_counters();
  expect_no_findings();
  EXPECT_EQ(counters.global_bytes, 4 * 2048 * 3 * 4);  // x, weight and y, once
  EXPECT_EQ(counters.global_sectors, counters.ideal_sectors);
}
#endif

TEST(CudaRmsNorm, Int8RowsAreThoseOfTwoSteps) {
  expect_int8_rows_of_two_steps(rms_norm, rms_norm_int8,
                                [](RmsNormArgs& args, const float* values, int columns) {
                                  args.y_residual = values;
                                  args.y_residual_stride = columns;
                                });
}

}  // namespace
}  // namespace gatun::cuda::test

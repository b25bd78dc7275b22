// SPDX-License-Identifier: Apache-2.0
// layer_norm on the emulated device against the reference, on the cases of the CPU's kernels.
#include "kernels/cuda/layer_norm.h"

#include "harness.h"
#include "int8_norm.h"
#include "support/layer_norm_cases.h"

namespace gatun::cuda::test {
namespace {

using gatun::test::layer_norm_cases;
using gatun::test::LayerNormCase;

std::vector<LayerNormCase> cases() {
  std::vector<LayerNormCase> all = layer_norm_cases();
  all.push_back({2, 1032, 0, true, true, true, 1, 0});  // wider than what threads hold
  all.push_back({2, 4112, 4, true, true, false, 1, 0});
  all.push_back({2, 1025, 0, true, false, true, 1, 0});
  return all;
}

TEST(CudaLayerNorm, AgreesWithTheReference) {
  for (const LayerNormCase& c : cases()) {
    SCOPED_TRACE("columns " + std::to_string(c.columns));
    const int64_t stride = c.columns + c.stride_extra;
    const auto elements = matrix_elements(c.rows, c.columns, stride);
    const auto count = static_cast<int64_t>(elements);
    auto x = normal_values(count, 1, c.scale);
    for (float& v : x) v += c.centre;
    const auto residual = normal_values(count, 2, c.scale), weight = normal_values(c.columns, 3),
               bias = normal_values(c.columns, 4);
    LayerNormArgs args{};
    args.x_stride = args.residual_stride = args.y_stride = args.sum_stride = stride;
    args.rows = c.rows;
    args.columns = c.columns;
    args.eps = 1e-5f;
    LayerNormArgs host = args;
    std::vector<float> y(elements), sum(elements);
    host.x = x.data();
    host.residual = c.residual ? residual.data() : nullptr;
    host.weight = weight.data();
    host.bias = c.bias ? bias.data() : nullptr;
    host.y = y.data();
    host.sum = c.sum ? sum.data() : nullptr;
    reference::layer_norm(host, Team(0, 1, nullptr));

    const DeviceArray<float> dx(x), dresidual(residual), dweight(weight), dbias(bias);
    args.x = dx.data();
    args.residual = c.residual ? dresidual.data() : nullptr;
    args.weight = dweight.data();
    args.bias = c.bias ? dbias.data() : nullptr;
    std::vector<float> got_sum;
    const auto got = same_for_all_orders([&] {
      const DeviceArray<float> dy(elements), dsum(elements);
      args.y = dy.data();
      args.sum = c.sum ? dsum.data() : nullptr;
      EXPECT_EQ(layer_norm(args, nullptr), 0);
      got_sum = dsum.read();
      return dy.read();
    });
    for (int64_t r = 0; r < c.rows; ++r) {
      double mean = 0, variance = 0, largest = 0;
      const auto s = [&](int64_t e) {
        const auto i = static_cast<std::size_t>(r * stride + e);
        return double{c.residual ? x[i] + residual[i] : x[i]};
      };
      for (int64_t e = 0; e < c.columns; ++e) mean += s(e);
      mean /= static_cast<double>(c.columns);
      for (int64_t e = 0; e < c.columns; ++e) {
        variance += (s(e) - mean) * (s(e) - mean);
        largest = std::fmax(largest, std::fabs(s(e)));
      }
      const double inverse = 1 / std::sqrt(variance / static_cast<double>(c.columns) + 1e-5);
      for (int64_t e = 0; e < c.columns; ++e) {
        const auto i = static_cast<std::size_t>(r * stride + e);
        // The mean has the roundings of the largest values, which the division by a small
        // deviation brings out; then a handful of roundings of the result.
        const double tolerance =
            5.97e-8 *
            (20 * largest * inverse * std::fabs(double{weight[static_cast<std::size_t>(e)]}) +
             (static_cast<double>(c.columns) / 64 + 12) * std::fabs(double{y[i]}) + 4);
        expect_close(got[i], y[i], tolerance,
                     "row " + std::to_string(r) + " at " + std::to_string(e));
        if (c.sum) {
          EXPECT_EQ(got_sum[i], sum[i]);
        }
      }
    }
  }
}

TEST(CudaLayerNorm, Int8RowsAreThoseOfTwoSteps) {
  expect_int8_rows_of_two_steps(
      layer_norm, layer_norm_int8,
      [](LayerNormArgs& args, const float* values, int) { args.bias = values; });
}

}  // namespace
}  // namespace gatun::cuda::test

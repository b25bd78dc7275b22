// SPDX-License-Identifier: Apache-2.0
// layer_norm on the emulated device against the reference, on the cases of the CPU's kernels.
#include "kernels/cuda/layer_norm.h"

#include "harness.h"
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

// The bits of layer_norm followed by quantise_rows, with and without y, in units of four and of
// one.
TEST(CudaLayerNorm, Int8RowsAreThoseOfTwoSteps) {
  for (const int columns : {32, 64, 96, 1056, 4128}) {
    for (const std::size_t shift : {0, 1}) {
      const int rows = columns > 2000 ? 1 : 3;
      const auto count = static_cast<std::size_t>(rows * columns);
      auto x = normal_values(rows * columns, 1);
      if (columns == 64) {
        x[70] = std::nanf("");
        x[140] = INFINITY;
      }
      if (columns == 96) std::fill(x.begin() + 96, x.begin() + 192, 0.0f);
      x.insert(x.begin(), shift, 0.0f);  // x decides too how wide the accesses are
      const DeviceArray<float> dx(x), dweight(normal_values(columns, 2)),
          dextra(normal_values(columns, 3));
      DeviceArray<float> y(count + shift);
      LayerNormArgs args{};
      args.x = dx.data() + shift;
      args.weight = dweight.data();
      args.bias = dextra.data();
      args.y = y.data() + shift;
      args.x_stride = args.y_stride = args.columns = columns;
      args.rows = rows;
      args.eps = 1e-5f;
      EXPECT_EQ(layer_norm(args, nullptr), 0);
      const auto expected_y = y.read();
      const auto rows_of = [&](bool fused, bool with_y) {
        return same_for_all_orders(
            [&] {
              const DeviceArray<int8_t> codes(count);
              const DeviceArray<float> scales(count / 32), sums(count / 16);
              const Int8Rows out{codes.data(), scales.data(), sums.data()};
              if (fused) {
                LayerNormInt8Args both{args, out};
                if (!with_y) both.norm.y = nullptr;
                EXPECT_EQ(layer_norm_int8(both, nullptr), 0);
              } else {
                EXPECT_EQ(quantise_rows({args.y, columns, nullptr, rows, columns, out}, nullptr),
                          0);
              }
              std::vector<uint32_t> all;
              for (const int8_t code : codes.read()) all.push_back(static_cast<uint8_t>(code));
              for (const auto* part : {&scales, &sums}) {
                for (const float value : part->read()) {
                  uint32_t bits;
                  std::memcpy(&bits, &value, 4);
                  all.push_back(value == value ? bits : 0x7fc00000u);
                }
              }
              return all;
            },
            0);
      };
      const auto expected = rows_of(false, true);
      EXPECT_EQ(rows_of(true, false), expected) << columns;
      y.write(std::vector<float>(count + shift, 7));
      EXPECT_EQ(rows_of(true, true), expected) << columns;
      const auto got_y = y.read();
      for (std::size_t i = shift; i < got_y.size(); ++i)
        EXPECT_TRUE(got_y[i] == expected_y[i] ||
                    (std::isnan(got_y[i]) && std::isnan(expected_y[i])));
    }
  }
  LayerNormInt8Args args{};
  args.norm.rows = 1;
  args.norm.columns = 33;
  EXPECT_EQ(layer_norm_int8(args, nullptr), kInvalidConfiguration);
}

}  // namespace
}  // namespace gatun::cuda::test

// SPDX-License-Identifier: Apache-2.0
#include "support/layer_norm_cases.h"
#include "support/row_cases.h"

namespace gatun::test {
namespace {

class LayerNormTest : public RowOperationTest {};

TEST_P(LayerNormTest, AgreesWithTheFormulaInDouble) {
  constexpr float kEps = 1e-5f;
  for (const LayerNormCase& c : layer_norm_cases()) {
    const int64_t stride = c.columns + c.stride_extra;
    Matrix<float> x(c.rows, c.columns, stride), residual(c.rows, c.columns, stride + 1),
        weight(1, c.columns), bias(1, c.columns);
    x.fill(1, c.scale);
    for (int64_t r = 0; r < c.rows; ++r) {
      for (int64_t e = 0; e < c.columns; ++e) x.at(r, e) += c.centre;
    }
    residual.fill(2, c.scale);
    weight.fill(3);
    bias.fill(4);
    gatun_layer_norm_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    if (c.residual) params.residual = residual.view();
    params.weight = weight.vector_view();
    if (c.bias) params.bias = bias.vector_view();
    params.eps = kEps;
    std::vector<float> sums;
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> y(c.rows, c.columns, stride + 3), sum(c.rows, c.columns, stride);
      params.y = y.view();
      if (c.sum) params.sum = sum.view();
      layer_norm_forward(stream, params);
      sums = sum.values();
      return y.values();
    });
    const auto count = static_cast<double>(c.columns);
    for (int64_t r = 0; r < c.rows; ++r) {
      std::vector<double> s;
      double mean = 0, magnitude = 0, variance = 0;
      for (int64_t e = 0; e < c.columns; ++e) {
        s.push_back(c.residual ? double{x.at(r, e) + residual.at(r, e)} : double{x.at(r, e)});
        mean += s.back() / count;
        magnitude += std::fabs(s.back()) / count;
      }
      for (const double value : s) variance += (value - mean) * (value - mean) / count;
      const double inverse = 1 / std::sqrt(variance + double{kEps});
      for (int64_t e = 0; e < c.columns; ++e) {
        const auto i = static_cast<size_t>(r * c.columns + e);
        const double centred = s[static_cast<size_t>(e)] - mean;
        const double slope = std::fabs(inverse * double{weight.at(0, e)});
        const double expected =
            centred * inverse * double{weight.at(0, e)} + (c.bias ? double{bias.at(0, e)} : 0);
        // The mean's error (a lane adds E / 32 values or more) shifts every value; then as for a
        // plain product.
        const double terms = count / 32 + 8;
        const double tolerance = slope * kEpsilon * terms * (magnitude + std::fabs(centred)) +
                                 2 * kEpsilon * std::fabs(expected) +
                                 (c.columns == 1 ? slope * kEpsilon * magnitude : 0) + 1e-30;
        expect_close(got[i], expected, tolerance,
                     "columns " + std::to_string(c.columns) + " at " + std::to_string(e));
        if (c.sum) {
          EXPECT_EQ(sums[i], static_cast<float>(s[static_cast<size_t>(e)]));
        }
      }
    }
  }
}

TEST_P(LayerNormTest, HandComputedRow) {
  RowDevice device(GetParam(), 1);
  Matrix<float> x(1, 4), weight(1, 4), bias(1, 4);
  const float values[] = {1, 3, 5, 7};  // mean 4, variance 5
  for (int64_t e = 0; e < 4; ++e) {
    x.at(0, e) = values[e];
    weight.at(0, e) = 3;
    bias.at(0, e) = 10;
  }
  gatun_layer_norm_params params{};
  params.struct_size = sizeof(params);
  params.x = params.y = x.view();
  params.weight = weight.vector_view();
  params.bias = bias.vector_view();
  params.eps = 4;  // divides by 3
  layer_norm_forward(device.stream(), params);
  EXPECT_NEAR(x.at(0, 0), 7, 1e-5);
  EXPECT_NEAR(x.at(0, 1), 9, 1e-5);
  EXPECT_NEAR(x.at(0, 2), 11, 1e-5);
  EXPECT_NEAR(x.at(0, 3), 13, 1e-5);
}

TEST_P(LayerNormTest, InPlaceHasTheSameBytes) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(5, 77, 80), residual(5, 77), weight(1, 77), y(5, 77), sum(5, 77);
  x.fill(1);
  residual.fill(2);
  weight.fill(3);
  gatun_layer_norm_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.residual = residual.view();
  params.weight = weight.vector_view();
  params.y = y.view();
  params.sum = sum.view();
  params.eps = 1e-5f;
  layer_norm_forward(device.stream(), params);
  const auto expected = y.values(), expected_sum = sum.values();
  params.sum = x.view();
  layer_norm_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(x.values(), expected_sum));
  EXPECT_TRUE(same_bytes(y.values(), expected));
  x.fill(1);
  params.sum = {};
  params.y = x.view();
  layer_norm_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(x.values(), expected));
}

GATUN_FOR_EVERY_TIER(LayerNormTest);

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
#include "support/rms_norm_cases.h"
#include "support/row_cases.h"

namespace gatun::test {
namespace {

class RmsNormTest : public RowOperationTest {};

TEST_P(RmsNormTest, AgreesWithTheFormulaInDouble) {
  constexpr float kEps = 1e-6f;
  for (const RmsNormCase& c : rms_norm_cases()) {
    const int64_t stride = c.columns + c.stride_extra;
    Matrix<float> x(c.rows, c.columns, stride), residual(c.rows, c.columns, stride + 1),
        weight(1, c.columns), y_residual(c.rows, c.columns, stride + 2);
    x.fill(1, c.scale);
    residual.fill(2, c.scale);
    weight.fill(3);
    y_residual.fill(4);
    gatun_rms_norm_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    if (c.residual) params.residual = residual.view();
    params.weight = weight.vector_view();
    if (c.y_residual) params.y_residual = y_residual.view();
    params.eps = kEps;
    params.weight_offset = c.weight_offset;
    std::vector<float> sums;
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> y(c.rows, c.columns, stride + 3), sum(c.rows, c.columns, stride);
      params.y = y.view();
      if (c.sum) params.sum = sum.view();
      rms_norm_forward(stream, params);
      sums = sum.values();
      return y.values();
    });
    for (int64_t r = 0; r < c.rows; ++r) {
      std::vector<double> s;
      double squares = 0;
      for (int64_t e = 0; e < c.columns; ++e) {
        s.push_back(c.residual ? double{x.at(r, e) + residual.at(r, e)} : double{x.at(r, e)});
        squares += s.back() * s.back();
      }
      const double inverse = 1 / std::sqrt(squares / static_cast<double>(c.columns) + double{kEps});
      for (int64_t e = 0; e < c.columns; ++e) {
        const auto i = static_cast<size_t>(r * c.columns + e);
        const double normal = s[static_cast<size_t>(e)] * inverse *
                              (double{c.weight_offset} + double{weight.at(0, e)});
        const double expected = normal + (c.y_residual ? double{y_residual.at(r, e)} : 0);
        // A lane adds E / 32 squares or more, whose error the root halves; a handful of roundings
        // follow.
        const double tolerance =
            std::fabs(normal) * (static_cast<double>(c.columns) / 64 + 8) * kEpsilon +
            std::fabs(expected) * kEpsilon + std::fabs(inverse) * c.scale * kEpsilon;
        expect_close(got[i], expected, tolerance,
                     "columns " + std::to_string(c.columns) + " at " + std::to_string(e));
        if (c.sum) {
          EXPECT_EQ(sums[i], static_cast<float>(s[static_cast<size_t>(e)]));
        }
      }
    }
  }
}

TEST_P(RmsNormTest, InPlaceHasTheSameBytes) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(5, 77, 80), residual(5, 77), weight(1, 77), y(5, 77);
  x.fill(1);
  residual.fill(2);
  weight.fill(3);
  gatun_rms_norm_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.residual = residual.view();
  params.weight = weight.vector_view();
  params.y_residual = residual.view();
  params.y = y.view();
  params.eps = 1e-5f;
  rms_norm_forward(device.stream(), params);
  params.y = x.view();
  rms_norm_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(x.values(), y.values()));

  x.fill(1);
  params.sum = x.view();  // the residual stream is updated in place
  params.y_residual = {};
  params.y = residual.view();
  rms_norm_forward(device.stream(), params);
}

TEST_P(RmsNormTest, NanStaysInItsRow) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(3, 33), weight(1, 33), y(3, 33);
  x.fill(1);
  weight.fill(2);
  x.at(1, 20) = kNaN;
  gatun_rms_norm_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.weight = weight.vector_view();
  params.y = y.view();
  rms_norm_forward(device.stream(), params);
  for (int64_t e = 0; e < 33; ++e) {
    EXPECT_FALSE(std::isnan(y.at(0, e)));
    EXPECT_TRUE(std::isnan(y.at(1, e)));
    EXPECT_FALSE(std::isnan(y.at(2, e)));
  }
}

GATUN_FOR_EVERY_TIER(RmsNormTest);

TEST(RmsNormArgumentTest, MessagesNameArgumentExpectedAndGot) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(2, 1024), weight(1, 768), y(2, 1024);
  gatun_rms_norm_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.weight = weight.vector_view();
  params.y = y.view();
  const auto message = [&] {
    return failure_of([&] { rms_norm_forward(device.stream(), params); });
  };
  EXPECT_EQ(message(),
            "rms_norm: weight has shape [768], expected [E] = [1024] from x [N, E] = [2, 1024]");
  Matrix<float> fitting(1, 1024);
  params.weight = fitting.vector_view();
  params.y.byte_length -= 4;
  EXPECT_EQ(message(),
            "rms_norm: y has byte_length 8188, expected at least 8192 from its shape [2, 1024] and "
            "strides");
  params.y = {};
  EXPECT_EQ(message(), "rms_norm: y is missing, expected F32 [N, E]");
  params.y = y.view();
  params.y.dtype = GATUN_DTYPE_BF16;
  EXPECT_EQ(message(), "rms_norm: y has dtype BF16 (30), expected F32");
  params.y = x.view();
  params.y.shape[0] = params.x.shape[0] = 1;
  params.y.data = static_cast<float*>(params.y.data) + 1;
  EXPECT_EQ(message(), "rms_norm: y overlaps x in part, expected the same view or separate memory");
  params.y = y.view();
  params.x.stride[0] = 1000;
  params.x.shape[0] = 2;
  EXPECT_EQ(
      message(),
      "rms_norm: x has stride 1000 in dimension 0, expected 1024 or more from its shape [2, 1024]");
  params.x = x.view();
  params.x.stride[1] = 2;
  EXPECT_EQ(message(),
            "rms_norm: x has stride 2 in dimension 1, expected 1 from its shape [2, 1024]");
  params.x = x.view();
  params.eps = kNaN;
  EXPECT_NE(message().find("eps is nan, expected a finite number of at least 0"),
            std::string::npos);
}

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// Activations as operations of their own, and their backward: against formulas in double, central
// differences and the fact sheet's values.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

constexpr int32_t kLast = GATUN_ACTIVATION_SIGMOID;

double f(int32_t activation, double x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return x > 0 ? x : 0;
    case GATUN_ACTIVATION_GELU:
      return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
    case GATUN_ACTIVATION_GELU_TANH:
      return x / 2 *
             (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
    case GATUN_ACTIVATION_SILU:
      return x / (1 + std::exp(-x));
    case GATUN_ACTIVATION_TANH:
      return std::tanh(x);
    case GATUN_ACTIVATION_QUICK_GELU:
      return x / (1 + std::exp(-1.702 * x));
    case GATUN_ACTIVATION_SIGMOID:
      return 1 / (1 + std::exp(-x));
    default:
      return x;
  }
}

// A vector function errs by a few units of the last place of x or of 1.
double tolerance(double x, double factor) {
  return (4e-7 * (1 + std::fabs(x)) + 1e-30) * std::fabs(factor);
}

class ActivationTest : public RowOperationTest {};

TEST_P(ActivationTest, ForwardAgreesWithTheFormula) {
  for (int32_t activation = 0; activation <= kLast; ++activation) {
    for (const int64_t columns : kWidths) {
      for (const bool gated : {false, true}) {
        if (gated != (columns % 2 == 1)) continue;
        Matrix<float> x(3, columns, columns + 3), up(3, columns);
        x.fill(1, 3);
        up.fill(2);
        gatun_activation_params params{};
        params.struct_size = sizeof(params);
        params.x = x.view();
        if (gated) params.up = up.view();
        params.activation = activation;
        const auto got = same_for_all_threads([&](Stream& stream) {
          Matrix<float> y(3, columns, columns + 1);
          params.y = y.view();
          activation_forward(stream, params);
          return y.values();
        });
        for (size_t i = 0; i < got.size(); ++i) {
          const double value{x.values()[i]}, factor = gated ? double{up.values()[i]} : 1.0;
          expect_close(got[i], f(activation, value) * factor, tolerance(value, factor),
                       std::to_string(activation) + " at " + std::to_string(value));
        }
      }
    }
  }
}

TEST_P(ActivationTest, BackwardAgreesWithDifferences) {
  for (int32_t activation = 0; activation <= kLast; ++activation) {
    for (const int64_t columns : kWidths) {
      for (const int32_t accumulate : {0, 1, 2, 3}) {
        if (accumulate != columns % 4) continue;  // all four among the widths
        Matrix<float> x(3, columns, columns + 3), up(3, columns), dy(3, columns, columns + 2);
        x.fill(1, 3);
        up.fill(2);
        dy.fill(3);
        gatun_activation_backward_params params{};
        params.struct_size = sizeof(params);
        params.x = x.view();
        params.up = up.view();
        params.dy = dy.view();
        params.activation = activation;
        params.accumulate = accumulate;
        const auto got = same_for_all_threads([&](Stream& stream) {
          Matrix<float> dx(3, columns, columns + 1), dup(3, columns);
          dx.set_all(0.5f);
          dup.set_all(0.25f);
          params.dx = dx.view();
          params.dup = dup.view();
          activation_backward(stream, params);
          std::vector<float> both = dx.values();
          for (const float value : dup.values()) both.push_back(value);
          return both;
        });
        const auto xs = x.values(), ups = up.values(), dys = dy.values();
        for (size_t i = 0; i < xs.size(); ++i) {
          double at{xs[i]};
          const double slope_of_y{dys[i]}, factor{ups[i]};
          const double slope_of_f = slope([&] { return f(activation, at); }, at);
          const std::string where = std::to_string(activation) + " at " + std::to_string(at);
          expect_close(got[i], slope_of_y * factor * slope_of_f + ((accumulate & 1) != 0 ? 0.5 : 0),
                       tolerance(at, slope_of_y * factor) + 1e-7, where);
          expect_close(got[xs.size() + i],
                       slope_of_y * f(activation, at) + ((accumulate & 2) != 0 ? 0.25 : 0),
                       tolerance(at, slope_of_y) + 1e-7, where);
        }
      }
    }
  }
}

TEST_P(ActivationTest, FarOutAndNotANumber) {
  RowDevice device(GetParam(), 1);
  const std::vector<float> inputs{-kInfinity, -1e30f, -200, -90, 90, 200, 1e30f, kInfinity, kNaN};
  Matrix<float> x(1, static_cast<int64_t>(inputs.size())), dy(1, x.columns()), dx(1, x.columns());
  for (int64_t i = 0; i < x.columns(); ++i) x.at(0, i) = inputs[static_cast<size_t>(i)];
  dy.set_all(1);
  for (int32_t activation = 0; activation <= kLast; ++activation) {
    gatun_activation_backward_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.dy = dy.view();
    params.dx = dx.view();
    params.activation = activation;
    activation_backward(device.stream(), params);
    const bool saturates =
        activation == GATUN_ACTIVATION_TANH || activation == GATUN_ACTIVATION_SIGMOID;
    for (int64_t i = 0; i < 8; ++i) {
      const float expected = activation == GATUN_ACTIVATION_NONE ? 1.0f
                             : saturates || i < 4                ? 0.0f
                                                                 : 1.0f;
      EXPECT_NEAR(dx.at(0, i), expected, 1e-30 + 1e-6 * double{expected})
          << activation << " at " << x.at(0, i);
    }
    EXPECT_EQ(std::isnan(dx.at(0, 8)), activation != GATUN_ACTIVATION_NONE) << activation;
  }
}

TEST_P(ActivationTest, FactSheetValues) {
  struct Row {
    int32_t activation;
    double x, value, slope;
  };
  const Row rows[] = {{GATUN_ACTIVATION_GELU, -3, -.004049694, -.011945647},
                      {GATUN_ACTIVATION_GELU, -1, -.158655254, -.083315471},
                      {GATUN_ACTIVATION_GELU, .5, .345731231, .867495125},
                      {GATUN_ACTIVATION_GELU, 2, 1.954499736, 1.085231801},
                      {GATUN_ACTIVATION_GELU_TANH, -3, -.003637392, -.011584167},
                      {GATUN_ACTIVATION_GELU_TANH, -1, -.158808009, -.082964084},
                      {GATUN_ACTIVATION_GELU_TANH, .5, .345714010, .867369904},
                      {GATUN_ACTIVATION_GELU_TANH, 2, 1.954597694, 1.086099257},
                      {GATUN_ACTIVATION_SILU, -3, -.142277620, -.088104106},
                      {GATUN_ACTIVATION_SILU, -1, -.268941421, .072329488},
                      {GATUN_ACTIVATION_SILU, .5, .311229666, .739961187},
                      {GATUN_ACTIVATION_SILU, 2, 1.761594156, 1.090784249}};
  RowDevice device(GetParam(), 1);
  for (const Row& row : rows) {
    Matrix<float> x(1, 1), y(1, 1), dy(1, 1);
    x.at(0, 0) = static_cast<float>(row.x);
    dy.at(0, 0) = 1;
    gatun_activation_params forward{};
    forward.struct_size = sizeof(forward);
    forward.x = x.view();
    forward.y = y.view();
    forward.activation = row.activation;
    activation_forward(device.stream(), forward);
    EXPECT_NEAR(y.at(0, 0), row.value, 5e-7) << row.activation << " at " << row.x;
    gatun_activation_backward_params backward{};
    backward.struct_size = sizeof(backward);
    backward.x = x.view();
    backward.dy = backward.dx = dy.view();  // in place
    backward.activation = row.activation;
    activation_backward(device.stream(), backward);
    EXPECT_NEAR(dy.at(0, 0), row.slope, 5e-7) << row.activation << " at " << row.x;
  }
}

TEST_P(ActivationTest, InPlaceHasTheSameBytes) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(5, 77), up(5, 77), dy(5, 77), dx(5, 77), dup(5, 77);
  x.fill(1);
  up.fill(2);
  dy.fill(3);
  gatun_activation_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.up = up.view();
  params.dy = dy.view();
  params.dx = dx.view();
  params.dup = dup.view();
  params.activation = GATUN_ACTIVATION_SILU;
  activation_backward(device.stream(), params);
  params.dx = dy.view();
  params.dup = up.view();
  activation_backward(device.stream(), params);
  EXPECT_TRUE(same_bytes(dx.values(), dy.values()));
  EXPECT_TRUE(same_bytes(dup.values(), up.values()));
}

GATUN_FOR_EVERY_TIER(ActivationTest);

TEST(ActivationArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(2, 8), other(2, 8);
  gatun_activation_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = params.dy = x.view();
  params.dx = params.dup = other.view();
  EXPECT_EQ(failure_of([&] { activation_backward(device.stream(), params); }),
            "activation_backward: dup is given without up");
  params.up = x.view();
  EXPECT_EQ(failure_of([&] { activation_backward(device.stream(), params); }),
            "activation_backward: dup overlaps dx, expected separate memory");
  params.dup = {};
  params.activation = 8;
  EXPECT_EQ(failure_of([&] { activation_backward(device.stream(), params); }),
            "activation_backward: activation is 8, expected 0 to 7");
}

}  // namespace
}  // namespace gatun::test

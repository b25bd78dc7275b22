// SPDX-License-Identifier: Apache-2.0
// The errors that vector_math.h states, against double, over a dense sweep of the bit patterns of
// f32.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/cpu/vector_functions.h"
#include "runtime/isa_tier.h"

namespace gatun::test {
namespace {

// Distance in units in the last place of `expected`, which is not below the smallest normal number.
double in_ulps(float got, double expected) {
  int exponent = 0;
  std::frexp(expected, &exponent);
  return std::fabs(got - expected) / std::ldexp(1.0, exponent - 24);
}

class VectorMathTest : public ::testing::TestWithParam<IsaTier> {
 protected:
  void SetUp() override {
    if (GetParam() > machine_isa_tier())
      GTEST_SKIP() << "tier " << isa_tier_name(GetParam()) << ": not on this machine";
  }
  const VectorFunctions& functions() const {
    return GetParam() == IsaTier::kAvx2 ? kAvx2Functions : kAvx512Functions;
  }

  // check(x, got) for some three million values of every magnitude and sign, infinities and NaN
  // among them.
  template <typename Check>
  void sweep(VectorFunctions::Apply function, Check check) {
    constexpr uint64_t kStep = 1381;
    float x[VectorFunctions::kCount], y[VectorFunctions::kCount];
    for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += kStep * VectorFunctions::kCount) {
      for (uint64_t i = 0; i < VectorFunctions::kCount; ++i) {
        const auto pattern = static_cast<uint32_t>(bits + i * kStep);
        std::memcpy(x + i, &pattern, sizeof(float));
      }
      function(x, y);
      for (int i = 0; i < VectorFunctions::kCount; ++i) check(x[i], y[i]);
    }
  }

  // At most `limit` units in the last place where the result is `floor` or larger, and at most
  // `floor` off below it.
  template <typename Exact>
  void expect_ulps(VectorFunctions::Apply function, Exact exact, double limit, double floor) {
    double worst = 0;
    sweep(function, [&](float x, float got) {
      const double expected = exact(double{x});
      const auto rounded = static_cast<float>(expected);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(got)) << x;
      } else if (std::isinf(rounded)) {
        EXPECT_EQ(got, rounded) << x;
      } else if (std::fabs(expected) < floor) {
        EXPECT_LE(std::fabs(got - expected), floor) << x;
      } else {
        worst = std::fmax(worst, std::isfinite(got) ? in_ulps(got, expected) : 1e9);
      }
    });
    EXPECT_LE(worst, limit);
  }

  // At most `limit` |x| off.
  template <typename Exact>
  void expect_proportional(VectorFunctions::Apply function, Exact exact, double limit) {
    sweep(function, [&](float x, float got) {
      if (std::isnan(x)) {
        EXPECT_TRUE(std::isnan(got)) << x;
      } else if (std::isfinite(x) && std::fabs(x) < 1e9f) {
        EXPECT_LE(std::fabs(got - exact(double{x})), limit * std::fabs(double{x}) + 1e-36) << x;
      }
    });
  }
};

constexpr double kSmallestNormal = 1.1754944e-38;

TEST_P(VectorMathTest, Exp) {
  expect_ulps(functions().exp, [](double x) { return std::exp(x); }, 1.0, kSmallestNormal);
}

TEST_P(VectorMathTest, Erf) {
  expect_ulps(functions().erf, [](double x) { return std::erf(x); }, 1.1, kSmallestNormal);
}

TEST_P(VectorMathTest, Tanh) {
  expect_ulps(functions().tanh, [](double x) { return std::tanh(x); }, 1.5, kSmallestNormal);
}

TEST_P(VectorMathTest, Sigmoid) {
  expect_ulps(functions().sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, 2.5, 1e-36);
}

TEST_P(VectorMathTest, Silu) {
  // -inf gives NaN here as in the formula.
  expect_ulps(functions().silu, [](double x) { return x / (1 + std::exp(-x)); }, 2.5, 1e-36);
}

TEST_P(VectorMathTest, Gelu) {
  expect_proportional(
      functions().gelu, [](double x) { return 0.5 * x * std::erfc(-x * std::sqrt(0.5)); }, 2e-7);
}

TEST_P(VectorMathTest, GeluTanh) {
  const auto exact = [](double x) {
    const double u = std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x);
    return x / (1 + std::exp(-2 * u));
  };
  expect_proportional(functions().gelu_tanh, exact, 2e-7);
}

TEST_P(VectorMathTest, ExactPoints) {
  const float x[VectorFunctions::kCount] = {0,    -0.0f,  INFINITY, -INFINITY, NAN,   200,
                                            -200, 1e-30f, -1e30f,   1e30f,     88.8f, -104,
                                            4,    -4,     10,       -10};
  float y[VectorFunctions::kCount];
  functions().exp(x, y);
  EXPECT_EQ(y[0], 1);
  EXPECT_EQ(y[1], 1);
  EXPECT_EQ(y[2], INFINITY);
  EXPECT_EQ(y[3], 0);
  EXPECT_TRUE(std::isnan(y[4]));
  EXPECT_EQ(y[5], INFINITY);
  EXPECT_EQ(y[6], 0);
  EXPECT_EQ(y[7], 1);
  EXPECT_EQ(y[11], 0);
  functions().erf(x, y);
  EXPECT_EQ(y[2], 1);
  EXPECT_EQ(y[3], -1);
  EXPECT_EQ(y[12], 1);
  EXPECT_EQ(y[13], -1);
  EXPECT_TRUE(std::signbit(y[1]));
  functions().tanh(x, y);
  EXPECT_EQ(y[8], -1);
  EXPECT_EQ(y[9], 1);
}

INSTANTIATE_TEST_SUITE_P(Tiers,
                         VectorMathTest,
                         ::testing::Values(IsaTier::kAvx2, IsaTier::kAvx512),
                         [](const auto& info) { return isa_tier_name(info.param); });

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// Every storage format, arithmetic and tier against sums in double; equal bits for any batch and
// thread count.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "ops/ops.h"
#include "ops/weight.h"
#include "support/linear_cases.h"

namespace gatun::test {
namespace {

struct Shape {
  int64_t n, k, o;
};

// Around every block and vector width, one row and many, whole and cut panels.
constexpr Shape kShapes[] = {{0, 32, 16},   {1, 1, 1},      {1, 37, 15},   {2, 64, 17},
                             {3, 31, 16},   {4, 256, 48},   {5, 33, 130},  {8, 257, 33},
                             {9, 512, 31},  {13, 100, 140}, {15, 32, 64},  {29, 64, 1},
                             {33, 288, 50}, {300, 64, 40},  {257, 40, 18}, {130, 520, 400}};

using Case = std::tuple<int /* index of the format */, int32_t /* arithmetic */, IsaTier>;

class LinearFormatTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const std::string reason = skip_reason(tier());
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
  const WeightFormat& format() const {
    return weight_formats()[static_cast<size_t>(std::get<0>(GetParam()))];
  }
  int32_t arithmetic() const { return std::get<1>(GetParam()); }
  IsaTier tier() const { return std::get<2>(GetParam()); }
  int64_t columns(int64_t k) const {
    return (k + format().block_values - 1) / format().block_values * format().block_values;
  }
};

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  return std::string(weight_formats()[static_cast<size_t>(std::get<0>(info.param))].name) +
         (std::get<1>(info.param) == GATUN_ARITHMETIC_F32 ? "_f32_" : "_fast_") +
         isa_tier_name(std::get<2>(info.param));
}

std::vector<float> product(Engine& engine,
                           const TestWeight& weight,
                           std::vector<float>& x,
                           int64_t n,
                           int64_t k,
                           int64_t o) {
  std::vector<float> y(static_cast<size_t>(n * o), 7.0f);
  gatun_linear_params params{};
  params.struct_size = sizeof(params);
  params.x = matrix_view(x, n, k);
  params.weight[0] = weight.get();
  params.y[0] = matrix_view(y, n, o);
  linear_forward(engine.stream, params);
  return y;
}

TEST_P(LinearFormatTest, AgreesWithSumsInDouble) {
  Engine engine(tier());
  for (const Shape& shape : kShapes) {
    const int64_t k = columns(shape.k);
    SCOPED_TRACE("N " + std::to_string(shape.n) + " K " + std::to_string(k) + " O " +
                 std::to_string(shape.o));
    const TestWeight weight(engine.device, format(), shape.o, k, arithmetic(), 11);
    std::vector<float> x = random_floats(shape.n * k, 12);
    const std::vector<float> y = product(engine, weight, x, shape.n, k, shape.o);
    const bool many = weight.format().tile_many != nullptr && shape.n >= weight.format().many_rows;
    const cpu::ActivationKind activation = tier() == IsaTier::kGeneric ? cpu::ActivationKind::kF32
                                           : many ? weight.format().many_activation
                                                  : weight.format().activation;
    for (int64_t n = 0; n < shape.n; ++n) {
      for (int64_t o = 0; o < shape.o; ++o) {
        const Expected e =
            expected_dot(x.data() + n * k, weight.values().data() + o * k, k, activation);
        ASSERT_NEAR(y[static_cast<size_t>(n * shape.o + o)], e.sum, e.tolerance)
            << "row " << n << " output " << o;
      }
    }
  }
}

TEST_P(LinearFormatTest, GivesTheSameBitsForAnyThreadsAndBatch) {
  constexpr int64_t kRows = 300, kOutputs = 75;
  const int64_t k = columns(96);
  std::vector<float> x = random_floats(kRows * k, 5);
  std::vector<float> whole;
  for (const int threads : {1, 2, 3}) {
    Engine engine(tier(), threads);
    const TestWeight weight(engine.device, format(), kOutputs, k, arithmetic(), 6,
                            GATUN_WEIGHT_BATCH_INVARIANT);
    const std::vector<float> y = product(engine, weight, x, kRows, k, kOutputs);
    if (threads == 1) whole = y;
    ASSERT_EQ(0, std::memcmp(whole.data(), y.data(), y.size() * 4)) << threads << " threads";
    for (const int64_t batch : {1, 2, 8, 33, 130}) {
      std::vector<float> part(x.begin() + 17 * k, x.begin() + (17 + batch) * k);
      const std::vector<float> z = product(engine, weight, part, batch, k, kOutputs);
      ASSERT_EQ(0, std::memcmp(whole.data() + 17 * kOutputs, z.data(), z.size() * 4))
          << threads << " threads, batch " << batch;
    }
  }
}

TEST_P(LinearFormatTest, PassesNanAndInfinityOn) {
  Engine engine(tier());
  const int64_t k = columns(70);
  constexpr int64_t kOutputs = 20;
  const TestWeight weight(engine.device, format(), kOutputs, k, arithmetic(), 8);
  std::vector<float> x = random_floats(3 * k, 9);
  x[static_cast<size_t>(k + 5)] = std::numeric_limits<float>::quiet_NaN();
  x[static_cast<size_t>(2 * k + k - 1)] = std::numeric_limits<float>::infinity();
  const std::vector<float> y = product(engine, weight, x, 3, k, kOutputs);
  for (int64_t o = 0; o < kOutputs; ++o) {
    EXPECT_TRUE(std::isfinite(y[static_cast<size_t>(o)])) << o;
    EXPECT_TRUE(std::isnan(y[static_cast<size_t>(kOutputs + o)])) << o;
    EXPECT_FALSE(std::isfinite(y[static_cast<size_t>(2 * kOutputs + o)])) << o;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         LinearFormatTest,
                         ::testing::Combine(::testing::Range(0, 11),
                                            ::testing::Values(GATUN_ARITHMETIC_F32,
                                                              GATUN_ARITHMETIC_FAST),
                                            ::testing::Values(IsaTier::kGeneric,
                                                              IsaTier::kAvx2,
                                                              IsaTier::kAvx512,
                                                              IsaTier::kAvx512Bf16,
                                                              IsaTier::kAmx)),
                         case_name);

class LinearTest : public ::testing::TestWithParam<IsaTier> {
 protected:
  void SetUp() override {
    const std::string reason = skip_reason(GetParam());
    if (!reason.empty()) GTEST_SKIP() << reason;
    engine_ = std::make_unique<Engine>(GetParam());
  }
  TestWeight f32_weight(int64_t rows, int64_t columns, uint32_t seed) {
    return TestWeight(engine_->device, weight_formats()[0], rows, columns, GATUN_ARITHMETIC_F32,
                      seed);
  }
  std::unique_ptr<Engine> engine_;
};

double activate(int32_t activation, double x) {
  switch (activation) {
    case GATUN_ACTIVATION_RELU:
      return std::max(x, 0.0);
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

TEST_P(LinearTest, AppliesScaleBiasActivationResidualAndSoftcap) {
  constexpr int64_t kRows = 5, kColumns = 37, kOutputs = 35, kStride = 40;
  const TestWeight weight = f32_weight(kOutputs, kColumns, 1);
  std::vector<float> x = random_floats(kRows * kColumns, 2);
  std::vector<float> bias = random_floats(kOutputs, 3);
  for (int32_t activation = GATUN_ACTIVATION_NONE; activation <= GATUN_ACTIVATION_SIGMOID;
       ++activation) {
    for (const bool in_place : {false, true}) {
      SCOPED_TRACE("activation " + std::to_string(activation));
      std::vector<float> residual = random_floats(kRows * kStride, 4);
      const std::vector<float> before = residual;
      std::vector<float> y(kRows * kStride, 7.0f);
      gatun_linear_params params{};
      params.struct_size = sizeof(params);
      params.x = matrix_view(x, kRows, kColumns);
      params.weight[0] = weight.get();
      params.bias[0] = vector_view(bias.data(), kOutputs);
      params.residual = matrix_view(residual.data(), kRows, kOutputs, kStride);
      params.y[0] = in_place ? params.residual : matrix_view(y.data(), kRows, kOutputs, kStride);
      params.activation = activation;
      params.scale = 0.5f;
      params.softcap = 3;
      linear_forward(engine_->stream, params);
      const std::vector<float>& got = in_place ? residual : y;
      for (int64_t n = 0; n < kRows; ++n) {
        for (int64_t o = 0; o < kOutputs; ++o) {
          const Expected e =
              expected_dot(x.data() + n * kColumns, weight.values().data() + o * kColumns, kColumns,
                           cpu::ActivationKind::kF32);
          double value = activate(activation, 0.5 * e.sum + double{bias[static_cast<size_t>(o)]});
          value += double{before[static_cast<size_t>(n * kStride + o)]};
          value = 3 * std::tanh(value / 3);
          ASSERT_NEAR(got[static_cast<size_t>(n * kStride + o)], value, 2e-6 + 2 * e.tolerance)
              << n << ", " << o;
        }
        for (int64_t o = kOutputs; o < kStride && !in_place; ++o) {
          ASSERT_EQ(7.0f, y[static_cast<size_t>(n * kStride + o)]) << "written between rows";
        }
      }
    }
  }
}

TEST_P(LinearTest, MultipliesThreeWeightsOfDifferentFormatsAtOnce) {
  constexpr int64_t kColumns = 64;
  const int64_t outputs[] = {40, 17, 64};
  const int formats[] = {0, 7, 2};  // f32, q8_0, bf16
  for (const int64_t n : {1, 6, 200}) {
    std::vector<float> x = random_floats(n * kColumns, 5);
    std::vector<std::unique_ptr<TestWeight>> weights;
    std::vector<float> alone;
    constexpr int64_t kStride = 40 + 17 + 64;
    std::vector<float> y(static_cast<size_t>(n * kStride));  // interleaved slices of one buffer
    gatun_linear_params params{};
    params.struct_size = sizeof(params);
    params.outputs = 3;
    params.x = matrix_view(x, n, kColumns);
    int64_t at = 0;
    for (int i = 0; i < 3; ++i) {
      weights.push_back(std::make_unique<TestWeight>(
          engine_->device, weight_formats()[static_cast<size_t>(formats[i])], outputs[i], kColumns,
          GATUN_ARITHMETIC_FAST, 20U + static_cast<uint32_t>(i)));
      params.weight[i] = weights.back()->get();
      params.y[i] = matrix_view(y.data() + at, n, outputs[i], kStride);
      at += outputs[i];
    }
    linear_forward(engine_->stream, params);
    at = 0;
    for (int i = 0; i < 3; ++i) {
      const std::vector<float> one =
          product(*engine_, *weights[static_cast<size_t>(i)], x, n, kColumns, outputs[i]);
      for (int64_t r = 0; r < n; ++r) {
        ASSERT_EQ(0, std::memcmp(y.data() + r * kStride + at, one.data() + r * outputs[i],
                                 static_cast<size_t>(outputs[i]) * 4))
            << "weight " << i << " row " << r << " of " << n;
      }
      at += outputs[i];
    }
  }
}

TEST_P(LinearTest, GathersRows) {
  constexpr int64_t kColumns = 45, kOutputs = 20;
  for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
    const TestWeight weight(engine_->device, weight_formats()[0], kOutputs, kColumns, arithmetic,
                            4);
    std::vector<float> x = random_floats(6 * kColumns, 5);
    const std::vector<float> all = product(*engine_, weight, x, 6, kColumns, kOutputs);
    for (std::vector<int32_t> rows : {std::vector<int32_t>{4}, std::vector<int32_t>{5, -1, 0, 5}}) {
      const auto n = static_cast<int64_t>(rows.size());
      std::vector<float> y(static_cast<size_t>(n * kOutputs), 7.0f);
      gatun_linear_params params{};
      params.struct_size = sizeof(params);
      params.x = matrix_view(x, 6, kColumns);
      params.rows = vector_view(rows.data(), n, GATUN_DTYPE_I32);
      params.weight[0] = weight.get();
      params.y[0] = matrix_view(y, n, kOutputs);
      linear_forward(engine_->stream, params);
      for (int64_t i = 0; i < n; ++i) {
        for (int64_t o = 0; o < kOutputs; ++o) {
          const int32_t row = rows[static_cast<size_t>(i)];
          const float expected = row < 0 ? 0.0f : all[static_cast<size_t>(row * kOutputs + o)];
          ASSERT_EQ(expected, y[static_cast<size_t>(i * kOutputs + o)])
              << "row " << i << " output " << o;
        }
      }
    }
  }
}

TEST_P(LinearTest, NamesARowOutsideX) {
  const TestWeight weight = f32_weight(16, 8, 4);
  std::vector<float> x = random_floats(2 * 8, 5), y(2 * 16);
  int32_t rows[] = {1, 2};
  gatun_linear_params params{};
  params.struct_size = sizeof(params);
  params.x = matrix_view(x, 2, 8);
  params.rows = vector_view(rows, 2, GATUN_DTYPE_I32);
  params.weight[0] = weight.get();
  params.y[0] = matrix_view(y, 2, 16);
  try {
    linear_forward(engine_->stream, params);
    FAIL() << "expected an error";
  } catch (const Error& e) {
    EXPECT_EQ(GATUN_STATUS_INVALID_ARGUMENT, e.status());
    EXPECT_NE(nullptr, std::strstr(e.what(), "linear: rows[1] = 2")) << e.what();
  }
}

TEST_P(LinearTest, CountsOnePassPerWeight) {
  const TestWeight weight = f32_weight(16, 8, 4);
  std::vector<float> x = random_floats(300 * 8, 5);
  const auto passes = [&] {
    gatun_device_info info{};
    info.struct_size = sizeof(info);
    engine_->device.query(info);
    return info.weight_passes;
  };
  const int64_t before = passes();
  product(*engine_, weight, x, 300, 8, 16);
  product(*engine_, weight, x, 1, 8, 16);
  EXPECT_EQ(before + 2, passes());
}

TEST_P(LinearTest, NamesWhatIsWrong) {
  const TestWeight weight = f32_weight(16, 8, 4);
  std::vector<float> x(2 * 8), y(2 * 16), bias(16);
  const auto message = [&](auto change) -> std::string {
    gatun_linear_params params{};
    params.struct_size = sizeof(params);
    params.x = matrix_view(x, 2, 8);
    params.weight[0] = weight.get();
    params.y[0] = matrix_view(y, 2, 16);
    change(params);
    try {
      linear_forward(engine_->stream, params);
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  };
  using P = gatun_linear_params;
  EXPECT_NE(std::string::npos,
            message([](P& p) { p.weight[0] = nullptr; }).find("linear: weight[0] is NULL"));
  EXPECT_NE(std::string::npos, message([](P& p) { p.outputs = 4; }).find("linear: outputs"));
  EXPECT_NE(std::string::npos, message([](P& p) { p.activation = 99; }).find("linear: activation"));
  EXPECT_NE(std::string::npos, message([](P& p) { p.y[0].shape[1] = 15; }).find("linear: y[0]"));
  EXPECT_NE(std::string::npos, message([](P& p) { p.y[0].byte_length = 4; }).find("linear: y[0]"));
  EXPECT_NE(std::string::npos, message([&](P& p) {
                                 p.bias[0] = vector_view(bias.data(), 15);
                               }).find("linear: bias[0]"));
  EXPECT_NE(std::string::npos, message([&](P& p) { p.y[0].data = x.data(); }).find("linear: y[0]"));
  EXPECT_NE(std::string::npos,
            message([&](P& p) { p.x = matrix_view(x, 2, 7); }).find("linear: weight[0] has shape"));
}

INSTANTIATE_TEST_SUITE_P(Tiers,
                         LinearTest,
                         ::testing::Values(IsaTier::kGeneric,
                                           IsaTier::kAvx2,
                                           IsaTier::kAvx512,
                                           IsaTier::kAvx512Bf16,
                                           IsaTier::kAmx),
                         [](const auto& info) { return std::string(isa_tier_name(info.param)); });

}  // namespace
}  // namespace gatun::test

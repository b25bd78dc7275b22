// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "support/guard_page.h"
#include "support/linear_cases.h"

namespace gatun::test {
namespace {

class GatedLinearTest : public ::testing::TestWithParam<IsaTier> {
 protected:
  void SetUp() override {
    const std::string reason = skip_reason(GetParam());
    if (!reason.empty()) GTEST_SKIP() << reason;
    engine_ = std::make_unique<Engine>(GetParam());
  }
  std::unique_ptr<Engine> engine_;
};

// All inputs and the output end at a guard page.
TEST_P(GatedLinearTest, MultipliesActivatedGateAndUp) {
  for (const int64_t n : {1, 3, 9, 150}) {
    for (const int64_t f : {1, 15, 17, 150}) {
      for (const bool biased : {false, true}) {
        constexpr int64_t kColumns = 37;
        SCOPED_TRACE("N " + std::to_string(n) + " F " + std::to_string(f));
        const WeightFormat& format = weight_formats()[0];
        const TestWeight gate(engine_->device, format, f, kColumns, GATUN_ARITHMETIC_F32, 1);
        const TestWeight up(engine_->device, format, f, kColumns, GATUN_ARITHMETIC_F32, 2);
        GuardedArray<float> x(random_floats(n * kColumns, 3));
        GuardedArray<float> gate_bias(random_floats(f, 4)), up_bias(random_floats(f, 5));
        GuardedArray<float> y(static_cast<size_t>(n * f));
        gatun_gated_linear_params params{};
        params.struct_size = sizeof(params);
        params.x = matrix_view(x.data(), n, kColumns, kColumns);
        params.gate = gate.get();
        params.up = up.get();
        if (biased) {
          params.gate_bias = vector_view(gate_bias.data(), f);
          params.up_bias = vector_view(up_bias.data(), f);
        }
        params.y = matrix_view(y.data(), n, f, f);
        params.activation = GATUN_ACTIVATION_SILU;
        gated_linear_forward(engine_->stream, params);
        for (int64_t r = 0; r < n; ++r) {
          for (int64_t o = 0; o < f; ++o) {
            const float* row = x.data() + r * kColumns;
            const auto at = static_cast<size_t>(o);
            const Expected g = expected_dot(row, gate.values().data() + o * kColumns, kColumns,
                                            cpu::ActivationKind::kF32);
            const Expected u = expected_dot(row, up.values().data() + o * kColumns, kColumns,
                                            cpu::ActivationKind::kF32);
            const double gated = g.sum + (biased ? double{gate_bias[at]} : 0.0);
            const double lifted = u.sum + (biased ? double{up_bias[at]} : 0.0);
            const double value = gated / (1 + std::exp(-gated)) * lifted;
            // |silu'| < 1.1; the product carries the other factor's error
            const double tolerance =
                1.1 * g.tolerance * std::fabs(lifted) + u.tolerance * std::fabs(gated) + 2e-6;
            ASSERT_NEAR(y[static_cast<size_t>(r * f + o)], value, tolerance) << r << ", " << o;
          }
        }
      }
    }
  }
}

TEST_P(GatedLinearTest, GivesTheSameBitsAsARowAlone) {
  constexpr int64_t kRows = 200, kColumns = 64, kOutputs = 90;
  for (const int format : {0, 2, 3, 7}) {
    const WeightFormat& f = weight_formats()[static_cast<size_t>(format)];
    constexpr int32_t kFlags = GATUN_WEIGHT_BATCH_INVARIANT;
    const TestWeight gate(engine_->device, f, kOutputs, kColumns, GATUN_ARITHMETIC_FAST, 1, kFlags);
    const TestWeight up(engine_->device, f, kOutputs, kColumns, GATUN_ARITHMETIC_FAST, 2, kFlags);
    std::vector<float> x = random_floats(kRows * kColumns, 3), all(kRows * kOutputs), one(kOutputs);
    gatun_gated_linear_params params{};
    params.struct_size = sizeof(params);
    params.x = matrix_view(x, kRows, kColumns);
    params.gate = gate.get();
    params.up = up.get();
    params.y = matrix_view(all, kRows, kOutputs);
    params.activation = GATUN_ACTIVATION_GELU_TANH;
    gated_linear_forward(engine_->stream, params);
    for (const int64_t row : {0, 77, 199}) {
      params.x = matrix_view(x.data() + row * kColumns, 1, kColumns, kColumns);
      params.y = matrix_view(one, 1, kOutputs);
      gated_linear_forward(engine_->stream, params);
      ASSERT_EQ(0, std::memcmp(one.data(), all.data() + row * kOutputs, one.size() * 4))
          << f.name << " row " << row;
    }
  }
}

TEST_P(GatedLinearTest, NamesWeightsThatDoNotFit) {
  const WeightFormat& format = weight_formats()[0];
  const TestWeight gate(engine_->device, format, 16, 8, GATUN_ARITHMETIC_F32, 1);
  const TestWeight up(engine_->device, format, 17, 8, GATUN_ARITHMETIC_F32, 2);
  std::vector<float> x(8), y(16);
  gatun_gated_linear_params params{};
  params.struct_size = sizeof(params);
  params.x = matrix_view(x, 1, 8);
  params.gate = gate.get();
  params.up = up.get();
  params.y = matrix_view(y, 1, 16);
  try {
    gated_linear_forward(engine_->stream, params);
    FAIL() << "expected an error";
  } catch (const Error& e) {
    EXPECT_NE(nullptr, std::strstr(e.what(), "gated_linear: up has shape [17, 8]")) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Tiers,
                         GatedLinearTest,
                         ::testing::Values(IsaTier::kGeneric,
                                           IsaTier::kAvx2,
                                           IsaTier::kAvx512,
                                           IsaTier::kAvx512Bf16,
                                           IsaTier::kAmx),
                         [](const auto& info) { return std::string(isa_tier_name(info.param)); });

}  // namespace
}  // namespace gatun::test

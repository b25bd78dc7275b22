// SPDX-License-Identifier: Apache-2.0
// Vectors as a whole on every tier: AdamW, sums, axpby and element-wise losses.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

class OptimiserTest : public RowOperationTest {};

gatun_adamw_params adamw(double weight_decay, double gradient_scale) {
  gatun_adamw_params params{};
  params.struct_size = sizeof(params);
  params.learning_rate = 0.01;
  params.beta1 = 0.9;
  params.beta2 = 0.95;
  params.eps = 1e-8;
  params.weight_decay = weight_decay;
  params.gradient_scale = gradient_scale;
  return params;
}

TEST_P(OptimiserTest, AdamwFactSheetValues) {
  const double expected[3][3] = {{.9890000010, -1.9880000005, .4995},
                                 {.9789240800, -1.9792255235, .5063500998},
                                 {.9719227756, -1.9754466618, .5081194385}};
  const float gradients[3][3] = {{.1f, -.2f, 0}, {.3f, 0, -.4f}, {-.05f, .1f, .2f}};
  RowDevice device(GetParam(), 1);
  Matrix<float> p(1, 3), g(1, 3), m(1, 3), v(1, 3);
  p.at(0, 0) = 1;
  p.at(0, 1) = -2;
  p.at(0, 2) = .5f;
  gatun_adamw_params params = adamw(0.1, 0);
  params.parameter = p.vector_view();
  params.gradient = g.vector_view();
  params.m = m.vector_view();
  params.v = v.vector_view();
  for (int t = 0; t < 3; ++t) {
    for (int64_t i = 0; i < 3; ++i) g.at(0, i) = gradients[t][i];
    params.step = t + 1;
    adamw_step(device.stream(), params);
    for (int64_t i = 0; i < 3; ++i)
      EXPECT_NEAR(p.at(0, i), expected[t][i], 3e-7) << "step " << t + 1 << ", " << i;
  }
}

TEST_P(OptimiserTest, AdamwAgreesWithTheFormula) {
  for (const int64_t count : {0, 1, 7, 16, 17, 33, 1000}) {
    for (const bool zero : {false, true}) {
      Matrix<float> p0(1, count), g0(1, count), m0(1, count), v0(1, count);
      p0.fill(1);
      g0.fill(2);
      m0.fill(3, 0.1f);
      v0.fill(4, 0.1f);
      for (int64_t i = 0; i < count; ++i) v0.at(0, i) = std::fabs(v0.at(0, i));
      gatun_adamw_params params = adamw(0.01, 0.5);
      params.step = 5;
      params.zero_gradient = zero ? 1 : 0;
      const auto got = same_for_all_threads([&](Stream& stream) {
        Matrix<float> p(1, count), g(1, count), m(1, count), v(1, count);
        p.fill(1);
        g.fill(2);
        m.fill(3, 0.1f);
        for (int64_t i = 0; i < count; ++i) v.at(0, i) = v0.at(0, i);
        params.parameter = p.vector_view();
        params.gradient = g.vector_view();
        params.m = m.vector_view();
        params.v = v.vector_view();
        adamw_step(stream, params);
        std::vector<float> all;
        for (auto* part : {&p, &g, &m, &v}) {
          for (const float value : part->values()) all.push_back(value);
        }
        return all;
      });
      const auto n = static_cast<size_t>(count);
      for (size_t i = 0; i < n; ++i) {
        const auto at = static_cast<int64_t>(i);
        const double g = 0.5 * double{g0.at(0, at)};
        const double m = 0.9 * double{m0.at(0, at)} + 0.1 * g;
        const double v = 0.95 * double{v0.at(0, at)} + 0.05 * g * g;
        double p = double{p0.at(0, at)} * (1 - 0.01 * 0.01);
        p -= 0.01 * (m / (1 - std::pow(0.9, 5))) / (std::sqrt(v / (1 - std::pow(0.95, 5))) + 1e-8);
        EXPECT_NEAR(got[i], p, 2e-7 * (std::fabs(p) + 0.1));
        EXPECT_EQ(got[n + i], zero ? 0 : g0.at(0, at));
        EXPECT_NEAR(got[2 * n + i], m, 2e-7 * (std::fabs(double{m0.at(0, at)}) + std::fabs(g)));
        EXPECT_NEAR(got[3 * n + i], v, 2e-7 * v);
      }
    }
  }
}

TEST_P(OptimiserTest, AdamwKeepsPaddingAtZero) {
  RowDevice device(GetParam(), 1);
  Matrix<float> p(1, 40), g(1, 40), m(1, 40), v(1, 40);
  gatun_adamw_params params = adamw(0.1, 3);
  params.parameter = p.vector_view();
  params.gradient = g.vector_view();
  params.m = m.vector_view();
  params.v = v.vector_view();
  params.step = 1;
  adamw_step(device.stream(), params);
  for (auto* part : {&p, &g, &m, &v}) {
    for (const float value : part->values()) EXPECT_EQ(value, 0);
  }
}

TEST_P(OptimiserTest, SumsInDouble) {
  for (const int64_t count : {0, 1, 31, 32, 33, 65535, 65536, 65537, 200001}) {
    Matrix<float> x(1, count);
    x.fill(1);
    for (const bool squares : {false, true}) {
      for (const bool accumulate : {false, true}) {
        double first = 0;
        for (const int threads : {1, 2, 3}) {
          RowDevice device(GetParam(), threads);
          double y = 1000;
          gatun_sum_params params{};
          params.struct_size = sizeof(params);
          params.x = x.vector_view();
          params.y.data = &y;
          params.y.byte_length = sizeof(y);
          params.y.dtype = GATUN_DTYPE_F64;
          params.y.rank = 1;
          params.y.shape[0] = params.y.stride[0] = 1;
          params.squares = squares ? 1 : 0;
          params.accumulate = accumulate ? 1 : 0;
          sum_forward(device.stream(), params);
          if (threads == 1) {
            double expected = accumulate ? 1000 : 0, magnitude = 1000;
            for (int64_t i = 0; i < count; ++i) {
              const double term =
                  squares ? double{x.at(0, i)} * double{x.at(0, i)} : double{x.at(0, i)};
              expected += term;
              magnitude += std::fabs(term);
            }
            EXPECT_NEAR(y, expected, 1e-14 * magnitude * std::sqrt(static_cast<double>(count + 1)));
            first = y;
          }
          EXPECT_EQ(first, y) << threads << " threads";
        }
      }
    }
  }
}

TEST_P(OptimiserTest, AxpbyAgreesWithTheFormula) {
  for (const int64_t count : {0, 1, 7, 16, 17, 1000}) {
    for (const float beta : {0.0f, 0.5f}) {
      Matrix<float> x(1, count), y0(1, count);
      x.fill(1);
      y0.fill(2);
      gatun_axpby_params params{};
      params.struct_size = sizeof(params);
      params.x = x.vector_view();
      params.alpha = -1.5f;
      params.beta = beta;
      const auto got = same_for_all_threads([&](Stream& stream) {
        Matrix<float> y(1, count);
        y.fill(2);
        if (beta == 0) y.set_all(kNaN);
        params.y = y.vector_view();
        axpby_forward(stream, params);
        return y.values();
      });
      for (size_t i = 0; i < got.size(); ++i) {
        const auto at = static_cast<int64_t>(i);
        const double expected = -1.5 * double{x.at(0, at)} + double{beta} * double{y0.at(0, at)};
        EXPECT_NEAR(got[i], expected, 2e-7 * (2 + std::fabs(expected)));
      }
    }
  }
}

TEST_P(OptimiserTest, ElementwiseLossesAgreeWithDifferences) {
  for (const int64_t columns : kWidths) {
    for (const int32_t kind : {GATUN_LOSS_MSE, GATUN_LOSS_BCE}) {
      Matrix<float> x(3, columns, columns + 3), target(3, columns);
      x.fill(1, 4);
      target.fill(2);
      if (columns > 8) x.at(1, 3) = -150;
      if (columns > 8) x.at(1, 4) = 150;
      gatun_elementwise_loss_params params{};
      params.struct_size = sizeof(params);
      params.x = x.view();
      params.target = target.view();
      params.kind = kind;
      params.scale = 0.5f;
      const auto got = same_for_all_threads([&](Stream& stream) {
        Matrix<float> loss(3, columns, columns + 1), dx(3, columns);
        params.loss = loss.view();
        params.dx = dx.view();
        elementwise_loss_forward(stream, params);
        std::vector<float> all = loss.values();
        for (const float value : dx.values()) all.push_back(value);
        return all;
      });
      const auto xs = x.values(), targets = target.values();
      for (size_t i = 0; i < xs.size(); ++i) {
        double at{xs[i]};
        const double t{targets[i]};
        const auto value = [&] {
          return kind == GATUN_LOSS_MSE
                     ? (at - t) * (at - t)
                     : std::max(at, 0.0) - at * t + std::log1p(std::exp(-std::fabs(at)));
        };
        const double size = 1 + std::fabs(at) * (1 + std::fabs(t));
        expect_close(got[i], value(), 4e-7 * (size + value()), "loss at " + std::to_string(at));
        expect_close(got[xs.size() + i], 0.5 * slope(value, at), 1e-6 * size, "dx");
      }
    }
  }
}

GATUN_FOR_EVERY_TIER(OptimiserTest);

TEST(OptimiserArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> p(1, 4), g(1, 4), m(1, 4), v(1, 4);
  const auto message = [&](auto change) {
    gatun_adamw_params params = adamw(0, 1);
    params.parameter = p.vector_view();
    params.gradient = g.vector_view();
    params.m = m.vector_view();
    params.v = v.vector_view();
    params.step = 1;
    change(params);
    return failure_of([&] { adamw_step(device.stream(), params); });
  };
  using P = gatun_adamw_params;
  EXPECT_EQ(message([](P&) {}), "no error");
  EXPECT_EQ(message([](P& q) { q.step = 0; }), "adamw: step is 0, expected at least 1");
  EXPECT_EQ(message([](P& q) { q.beta2 = 1; }),
            "adamw: beta2 is 1.000000, expected at least 0 and less than 1.000000");
  EXPECT_EQ(message([](P& q) { q.learning_rate = HUGE_VAL; }),
            "adamw: learning_rate is inf, expected at least 0 and finite");
  EXPECT_EQ(message([](P& q) { q.m = q.v; }), "adamw: v overlaps m, expected separate memory");
  EXPECT_EQ(message([](P& q) { q.gradient.shape[0] = 3; }),
            "adamw: gradient has shape [3], expected [C] = [4] from parameter [C] = [4]");
  EXPECT_EQ(message([](P& q) { q.gradient_scale = static_cast<double>(kNaN); }),
            "adamw: gradient_scale is not finite");
}

}  // namespace
}  // namespace gatun::test

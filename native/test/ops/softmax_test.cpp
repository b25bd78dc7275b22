// SPDX-License-Identifier: Apache-2.0
#include "support/row_cases.h"

namespace gatun::test {
namespace {

class SoftmaxTest : public RowOperationTest {
 protected:
  std::vector<float> softmax(Matrix<float>& x, float temperature, int32_t log) {
    gatun_softmax_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.temperature = temperature;
    params.log = log;
    return same_for_all_threads([&](Stream& stream) {
      Matrix<float> y(x.rows(), x.columns(), x.columns() + 1);
      params.y = y.view();
      softmax_forward(stream, params);
      return y.values();
    });
  }
};

void expect_softmax(Matrix<float>& x, const std::vector<float>& got, double temperature, bool log) {
  for (int64_t r = 0; r < x.rows(); ++r) {
    double max = -INFINITY, sum = 0;
    for (int64_t v = 0; v < x.columns(); ++v) max = std::fmax(max, double{x.at(r, v)});
    for (int64_t v = 0; v < x.columns(); ++v) sum += std::exp((x.at(r, v) - max) / temperature);
    for (int64_t v = 0; v < x.columns(); ++v) {
      const double shifted = (x.at(r, v) - max) / temperature;
      const double expected = log ? shifted - std::log(sum) : std::exp(shifted) / sum;
      // The argument has two roundings, each worth its magnitude in the result; the sum adds 128
      // values in a lane, most of them small; exp is good to one unit in the last place. Results
      // below 2^-126 may be flushed.
      const double terms = 2 * std::fmin(std::fabs(shifted), 104) + 70;
      const double tolerance = log ? kEpsilon * (2 * std::fabs(shifted) + std::fabs(expected) + 70)
                                   : expected * kEpsilon * terms + 1.2e-38;
      expect_close(got[static_cast<size_t>(r * x.columns() + v)], expected, tolerance,
                   "columns " + std::to_string(x.columns()) + " at " + std::to_string(v));
    }
  }
}

TEST_P(SoftmaxTest, AgreesWithTheFormulaInDouble) {
  std::vector<int64_t> widths(std::begin(kWidths), std::end(kWidths));
  for (const int64_t wide : {4095, 4096, 4097, 9000}) widths.push_back(wide);
  for (const int64_t columns : widths) {
    for (const float scale : {1.0f, 40.0f}) {
      for (const float temperature : {0.0f, 0.7f}) {
        Matrix<float> x(columns > 300 ? 1 : 3, columns, columns + 2);
        x.fill(3, scale);
        const double t = temperature == 0 ? 1 : double{temperature};
        expect_softmax(x, softmax(x, temperature, 0), t, false);
        expect_softmax(x, softmax(x, temperature, 1), t, true);
      }
    }
  }
}

TEST_P(SoftmaxTest, MaskedAndSpecialValues) {
  constexpr int64_t kColumns = 5000;  // two blocks
  Matrix<float> x(5, kColumns);
  x.set_all(-kInfinity);
  x.at(1, 4500) = 3;                   // all of the weight on one, the first block masked
  x.at(2, 7) = x.at(2, 4999) = 1e30f;  // half and half
  x.at(3, 100) = 1;
  x.at(3, 4600) = kNaN;
  x.at(4, 100) = kInfinity;
  const auto y = softmax(x, 0, 0);
  const auto at = [&](int64_t r, int64_t v) { return y[static_cast<size_t>(r * kColumns + v)]; };
  for (int64_t v = 0; v < kColumns; v += 100) {
    EXPECT_TRUE(std::isnan(at(0, v)));
    EXPECT_EQ(at(1, v), v == 4500 ? 1 : 0);
    EXPECT_EQ(at(2, v), 0);
    EXPECT_TRUE(std::isnan(at(3, v)));
    EXPECT_TRUE(std::isnan(at(4, v)));
  }
  EXPECT_EQ(at(2, 7), 0.5f);
  EXPECT_EQ(at(2, 4999), 0.5f);
}

TEST_P(SoftmaxTest, InPlaceHasTheSameBytes) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(3, 4200), y(3, 4200);
  x.fill(8);
  gatun_softmax_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.y = y.view();
  softmax_forward(device.stream(), params);
  params.y = x.view();
  softmax_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(x.values(), y.values()));
}

GATUN_FOR_EVERY_TIER(SoftmaxTest);

TEST(SoftmaxArgumentTest, TemperatureIsFiniteAndNotNegative) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(1, 4);
  gatun_softmax_params params{};
  params.struct_size = sizeof(params);
  params.x = params.y = x.view();
  for (const float temperature : {-1.0f, kNaN, kInfinity}) {
    params.temperature = temperature;
    const std::string message = failure_of([&] { softmax_forward(device.stream(), params); });
    EXPECT_NE(message.find("softmax: temperature is"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace gatun::test

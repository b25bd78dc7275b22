// SPDX-License-Identifier: Apache-2.0
// Cross-entropy on every tier: against the formula and central differences in double, and the fact
// sheet's values.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

struct Case {
  int64_t rows, columns;
  double smoothing, z_loss, scale;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int64_t columns : kWidths) {
    if (columns > 0) all.push_back({4, columns, 0, 0, 0});
  }
  for (const double smoothing : {0.0, 0.1}) {
    for (const double z_loss : {0.0, 1e-2}) all.push_back({5, 37, smoothing, z_loss, 0.25});
  }
  all.push_back({3, 5000, 0.1, 1e-4, 1});
  all.push_back({0, 10, 0, 0, 0});
  return all;
}

double log_sum_exp(const std::vector<double>& x) {
  double largest = x[0], sum = 0;
  for (const double value : x) largest = std::max(largest, value);
  for (const double value : x) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

double loss_of(const std::vector<double>& x, size_t label, double smoothing, double z_loss) {
  const double lse = log_sum_exp(x);
  double mean = 0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  return (1 - smoothing) * (lse - x[label]) + smoothing * (lse - mean) + z_loss * lse * lse;
}

class CrossEntropyTest : public RowOperationTest {};

TEST_P(CrossEntropyTest, AgreesWithDifferences) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(std::to_string(c.rows) + " x " + std::to_string(c.columns));
    Matrix<float> x(c.rows, c.columns, c.columns + 3);
    x.fill(1, 3);
    std::vector<int32_t> labels;
    for (int64_t n = 0; n < c.rows; ++n)
      labels.push_back(n == 1 ? GATUN_LABEL_IGNORED : static_cast<int32_t>(n * 7 % c.columns));
    // One row whose label has the largest value, and one with a tie before it.
    if (c.rows > 3) {
      x.at(2, labels[2]) = 20;
      x.at(3, labels[3]) = 20;
      x.at(3, 0) = 20;
    }
    gatun_cross_entropy_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.labels = i32_vector(labels);
    params.label_smoothing = static_cast<float>(c.smoothing);
    params.z_loss = static_cast<float>(c.z_loss);
    params.scale = static_cast<float>(c.scale);
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> dx(c.rows, c.columns, c.columns + 1), loss(1, c.rows), lse(1, c.rows);
      Matrix<int32_t> correct(1, c.rows);
      dx.set_all(9);
      loss.set_all(9);
      params.dx = dx.view();
      params.loss = loss.vector_view();
      params.log_sum_exp = lse.vector_view();
      params.correct = correct.vector_view();
      cross_entropy_forward(stream, params);
      std::vector<float> all = dx.values();
      for (auto* part : {&loss, &lse}) {
        for (const float value : part->values()) all.push_back(value);
      }
      for (const int32_t value : correct.values()) all.push_back(static_cast<float>(value));
      return all;
    });
    const auto base = static_cast<size_t>(c.rows * c.columns), rows = static_cast<size_t>(c.rows);
    const double smoothing{params.label_smoothing}, z_loss{params.z_loss};
    const double scale = c.scale == 0 ? 1 : c.scale;
    for (size_t n = 0; n < rows; ++n) {
      std::vector<double> row;
      for (int64_t v = 0; v < c.columns; ++v)
        row.push_back(double{x.at(static_cast<int64_t>(n), v)});
      const double lse = log_sum_exp(row);
      expect_close(got[base + rows + n], lse, 1e-6 * (1 + std::fabs(lse)), "log_sum_exp");
      const bool ignored = labels[n] < 0;
      const auto label = static_cast<size_t>(ignored ? 0 : labels[n]);
      const auto value = [&] { return loss_of(row, label, smoothing, z_loss); };
      expect_close(got[base + n], ignored ? 0 : value(), 1e-6 * (10 + z_loss * lse * lse), "loss");
      bool largest = !ignored;
      for (size_t v = 0; v < row.size(); ++v)
        largest = largest && (v < label ? row[v] < row[label] : row[v] <= row[label]);
      EXPECT_EQ(got[base + 2 * rows + n], largest ? 1 : 0) << "correct, row " << n;
      for (size_t v = 0; v < row.size(); ++v) {
        const double expected = ignored ? 0 : scale * slope(value, row[v]);
        expect_close(got[n * row.size() + v], expected, scale * 2e-6 * (1 + 2 * z_loss * lse),
                     "dx " + std::to_string(v));
      }
    }
  }
}

TEST_P(CrossEntropyTest, InPlaceAndWithoutGradient) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(5, 700), dx(5, 700), loss(1, 5), again(1, 5);
  x.fill(1);
  std::vector<int32_t> labels{3, GATUN_LABEL_IGNORED, 699, 0, 16};
  gatun_cross_entropy_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.labels = i32_vector(labels);
  params.loss = loss.vector_view();
  params.dx = dx.view();
  params.label_smoothing = 0.1f;
  cross_entropy_forward(device.stream(), params);
  params.loss = again.vector_view();
  params.dx = {};
  cross_entropy_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(loss.values(), again.values()));
  params.dx = x.view();
  cross_entropy_forward(device.stream(), params);
  EXPECT_TRUE(same_bytes(loss.values(), again.values()));
  EXPECT_TRUE(same_bytes(dx.values(), x.values()));
}

TEST_P(CrossEntropyTest, InfinityAndNan) {
  RowDevice device(GetParam(), 1);
  Matrix<float> x(3, 40), dx(3, 40), loss(1, 3);
  x.fill(1);
  for (int64_t v = 20; v < 40; ++v) x.at(0, v) = -kInfinity;  // classes that do not exist
  x.at(1, 5) = kNaN;
  x.at(2, 39) = 1e4f;
  std::vector<int32_t> labels{3, 3, 3};
  gatun_cross_entropy_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.labels = i32_vector(labels);
  params.loss = loss.vector_view();
  params.dx = dx.view();
  cross_entropy_forward(device.stream(), params);
  EXPECT_TRUE(std::isfinite(loss.at(0, 0)));
  for (int64_t v = 20; v < 40; ++v) EXPECT_EQ(dx.at(0, v), 0);
  EXPECT_TRUE(std::isnan(loss.at(0, 1)));
  EXPECT_TRUE(std::isnan(dx.at(1, 0)));
  EXPECT_NEAR(loss.at(0, 2), 1e4 - double{x.at(2, 3)}, 1e-2);
  EXPECT_EQ(dx.at(2, 39), 1);
  EXPECT_EQ(dx.at(2, 3), -1);
}

TEST_P(CrossEntropyTest, FactSheetValues) {
  RowDevice device(GetParam(), 1);
  const float z[] = {2, 1, 0, -1};
  const double plain[] = {.64391426, -.76311718, .08714432, .03205860};
  const double both[] = {.65033972, -.67655640, .06639729, .00862318};
  Matrix<float> x(1, 4), dx(1, 4), loss(1, 1), lse(1, 1);
  for (int64_t v = 0; v < 4; ++v) x.at(0, v) = z[v];
  std::vector<int32_t> labels{1};
  gatun_cross_entropy_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.labels = i32_vector(labels);
  params.loss = loss.vector_view();
  params.log_sum_exp = lse.vector_view();
  params.dx = dx.view();
  cross_entropy_forward(device.stream(), params);
  EXPECT_NEAR(lse.at(0, 0), 2.4401896986, 3e-7);
  EXPECT_NEAR(loss.at(0, 0), 1.4401896986, 3e-7);
  for (int64_t v = 0; v < 4; ++v) EXPECT_NEAR(dx.at(0, v), plain[v], 1e-7);
  params.label_smoothing = 0.1f;
  cross_entropy_forward(device.stream(), params);
  EXPECT_NEAR(loss.at(0, 0), 1.4901896986, 3e-7);
  params.z_loss = 0.01f;
  cross_entropy_forward(device.stream(), params);
  EXPECT_NEAR(loss.at(0, 0), 1.4901896986 + .0595452576, 3e-7);
  for (int64_t v = 0; v < 4; ++v) EXPECT_NEAR(dx.at(0, v), both[v], 1e-7);
}

// Start and end of a span: the classes of a column are the tokens of its sequence.
TEST_P(CrossEntropyTest, SpansOfSequences) {
  const std::vector<int32_t> bounds{1, 6, 6, 9};               // rows 0 and 9 belong to none
  std::vector<int32_t> cu = bounds, labels{4, 0, 0, 0, 3, 2};  // [3, 2]; 3 is behind the last
  Matrix<float> x(10, 2, 5);
  x.fill(1);
  gatun_cross_entropy_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.cu_seqlens = i32_vector(cu);
  params.labels = i32_vector(labels);
  params.labels.rank = 2;
  params.labels.shape[0] = 3;
  params.labels.shape[1] = params.labels.stride[0] = 2;
  params.labels.stride[1] = 1;
  const auto got = same_for_all_threads([&](Stream& stream) {
    Matrix<float> dx(10, 2), loss(3, 2);
    dx.set_all(9);
    params.dx = dx.view();
    params.loss = loss.view();
    cross_entropy_forward(stream, params);
    std::vector<float> all = dx.values();
    for (const float value : loss.values()) all.push_back(value);
    return all;
  });
  std::vector<double> dx(20, 0.0);
  for (size_t b = 0; b < 3; ++b) {
    for (size_t c = 0; c < 2; ++c) {
      std::vector<double> values;
      for (int32_t n = bounds[b]; n < bounds[b + 1]; ++n)
        values.push_back(double{x.at(n, static_cast<int64_t>(c))});
      const auto label = static_cast<size_t>(labels[2 * b + c]);
      double loss = 0;
      if (label < values.size()) {
        const auto value = [&] { return loss_of(values, label, 0, 0); };
        loss = value();
        for (size_t j = 0; j < values.size(); ++j)
          dx[2 * (static_cast<size_t>(bounds[b]) + j) + c] = slope(value, values[j]);
      }
      EXPECT_NEAR(got[20 + 2 * b + c], loss, 1e-6) << b << ", " << c;
    }
  }
  for (size_t i = 0; i < 20; ++i) EXPECT_NEAR(got[i], dx[i], 1e-6) << i;
}

GATUN_FOR_EVERY_TIER(CrossEntropyTest);

TEST(CrossEntropyArgumentTest, NamesWhatIsWrong) {
  for (const IsaTier tier : {IsaTier::kGeneric, machine_isa_tier()}) {
    RowDevice device(tier, 2);
    Matrix<float> x(3, 8), loss(1, 3);
    std::vector<int32_t> labels{0, 8, 1};
    gatun_cross_entropy_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.labels = i32_vector(labels);
    EXPECT_EQ(failure_of([&] { cross_entropy_forward(device.stream(), params); }),
              "cross_entropy: loss is missing, expected F32 [N]");
    params.loss = loss.vector_view();
    for (const int32_t label : {8, -1, -99, INT32_MIN}) {
      labels[1] = label;
      EXPECT_EQ(failure_of([&] { cross_entropy_forward(device.stream(), params); }),
                "cross_entropy: labels[1] = " + std::to_string(label) +
                    ", expected -100 or 0 <= value < 8");
    }
    labels[1] = GATUN_LABEL_IGNORED;
    params.label_smoothing = 1;
    EXPECT_EQ(failure_of([&] { cross_entropy_forward(device.stream(), params); }),
              "cross_entropy: label_smoothing is 1.000000, expected at least 0 and less than 1");
    params.label_smoothing = 0;
    std::vector<int32_t> cu{0, 4};
    std::vector<int32_t> spans(8, 0);
    std::vector<float> losses(8);
    params.cu_seqlens = i32_vector(cu);
    params.labels = i32_vector(spans);
    params.labels.rank = 2;
    params.labels.shape[0] = 1;
    params.labels.shape[1] = params.labels.stride[0] = 8;
    params.labels.stride[1] = 1;
    params.loss = params.labels;
    params.loss.dtype = GATUN_DTYPE_F32;
    params.loss.data = losses.data();
    EXPECT_EQ(failure_of([&] { cross_entropy_forward(device.stream(), params); }),
              "cross_entropy: cu_seqlens[1] = 4, expected 0 <= value < 4");
  }
}

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// Backward of both norms on every tier: against central differences of the forward formula in
// double, and the fact sheet's values.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

struct Case {
  bool centred;
  int64_t rows, columns;
  bool accumulate, parameters;
  double scale, weight_offset;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const bool centred : {false, true}) {
    for (const int64_t columns : kWidths) all.push_back({centred, 3, columns, false, true, 1, 0});
    for (const int64_t rows : {0, 1, 15, 16, 17, 40})
      all.push_back({centred, rows, 19, true, true, 1, 0});
    all.push_back({centred, 1100, 5, false, true, 1, 0});  // more than 16 rows in a chunk
    all.push_back({centred, 3, 40, false, false, 1, 0});
    all.push_back({centred, 3, 40, false, true, 1e-4, 0});
    all.push_back({centred, 3, 40, false, true, 1e4, 0});
  }
  all.push_back({false, 3, 40, false, true, 1, 1});
  return all;
}

double inverse_deviation(const Case& c, const std::vector<double>& x, double eps) {
  const auto count = static_cast<double>(x.size());
  double mean = 0, squares = 0;
  for (const double value : x) mean += c.centred ? value / count : 0;
  for (const double value : x) squares += (value - mean) * (value - mean) / count;
  return 1 / std::sqrt(squares + eps);
}

// y . dy of one row, the scalar whose slopes are sought.
double dotted(const Case& c,
              const std::vector<double>& x,
              const std::vector<double>& weight,
              const std::vector<double>& bias,
              const std::vector<double>& dy,
              double eps) {
  const auto count = static_cast<double>(x.size());
  const double inverse = inverse_deviation(c, x, eps);
  double mean = 0, sum = 0;
  for (const double value : x) mean += c.centred ? value / count : 0;
  for (size_t e = 0; e < x.size(); ++e) {
    const double normal = (x[e] - mean) * inverse;
    sum += dy[e] * (normal * (weight[e] + c.weight_offset) + bias[e]);
  }
  return sum;
}

std::vector<double> row_of(Matrix<float>& matrix, int64_t row) {
  std::vector<double> values;
  for (int64_t e = 0; e < matrix.columns(); ++e) values.push_back(double{matrix.at(row, e)});
  return values;
}

class NormBackwardTest : public RowOperationTest {};

TEST_P(NormBackwardTest, AgreesWithDifferences) {
  constexpr float kEps = 1e-5f;
  for (const Case& c : cases()) {
    SCOPED_TRACE((c.centred ? "layer " : "rms ") + std::to_string(c.rows) + " x " +
                 std::to_string(c.columns) + " scale " + std::to_string(c.scale));
    const int64_t stride = c.columns + 3;
    Matrix<float> x(c.rows, c.columns, stride), dy(c.rows, c.columns, stride + 1),
        weight(1, c.columns);
    x.fill(1, static_cast<float>(c.scale));
    dy.fill(2);
    weight.fill(3);
    const auto got = same_for_all_threads([&](Stream& stream) {
      Matrix<float> dx(c.rows, c.columns, stride + 2), dweight(1, c.columns), dbias(1, c.columns);
      dx.set_all(0.5f);
      dweight.set_all(0.25f);
      dbias.set_all(0.125f);
      const auto fill = [&](auto& params) {
        params.struct_size = sizeof(params);
        params.x = x.view();
        params.weight = weight.vector_view();
        params.dy = dy.view();
        params.dx = dx.view();
        if (c.parameters) params.dweight = dweight.vector_view();
        params.eps = kEps;
        params.accumulate = c.accumulate ? 1 : 0;
      };
      if (c.centred) {
        gatun_layer_norm_backward_params params{};
        fill(params);
        if (c.parameters) params.dbias = dbias.vector_view();
        layer_norm_backward(stream, params);
      } else {
        gatun_rms_norm_backward_params params{};
        fill(params);
        params.weight_offset = static_cast<float>(c.weight_offset);
        rms_norm_backward(stream, params);
      }
      std::vector<float> all = dx.values();
      for (auto* part : {&dweight, &dbias}) {
        for (const float value : part->values()) all.push_back(value);
      }
      return all;
    });
    std::vector<double> dweight(static_cast<size_t>(c.columns), 0.25), dbias(dweight.size(), 0.125);
    std::vector<double> w = row_of(weight, 0), b(w.size(), 0.0);
    for (int64_t n = 0; n < c.rows; ++n) {
      std::vector<double> xs = row_of(x, n), dys = row_of(dy, n);
      const auto value = [&] { return dotted(c, xs, w, b, dys, double{kEps}); };
      const double inverse = inverse_deviation(c, xs, double{kEps});
      double largest = 0;  // |g|: the roundings of dx are relative to inverse * |g|
      for (size_t e = 0; e < xs.size(); ++e)
        largest = std::max(largest, std::fabs(dys[e] * (w[e] + c.weight_offset)));
      for (size_t e = 0; e < xs.size(); ++e) {
        if (c.parameters) dweight[e] += slope(value, w[e]);
        if (c.parameters) dbias[e] += slope(value, b[e]);
        if (n > 20) continue;
        double steps = 0;  // in units of the row's scale
        const auto moved = [&] {
          std::vector<double> row = xs;
          row[e] += c.scale * steps;
          return dotted(c, row, w, b, dys, double{kEps});
        };
        const double expected = slope(moved, steps) / c.scale + (c.accumulate ? 0.5 : 0.0);
        expect_close(got[static_cast<size_t>(n * c.columns) + e], expected,
                     2e-6 * largest * inverse + 1e-7, "dx " + std::to_string(e));
      }
    }
    const auto base = static_cast<size_t>(c.rows * c.columns);
    for (size_t e = 0; e < dweight.size(); ++e) {
      const double spread = 2e-6 * std::sqrt(static_cast<double>(c.rows + 1)) * 4;
      expect_close(got[base + e], dweight[e], spread, "dweight " + std::to_string(e));
      if (c.centred)
        expect_close(got[base + dweight.size() + e], dbias[e], spread,
                     "dbias " + std::to_string(e));
    }
  }
}

TEST_P(NormBackwardTest, FactSheetValues) {
  const float xs[] = {1, 2, 3, 6}, ws[] = {1, .5, 2, -1}, dys[] = {.1f, -.2f, .3f, .4f};
  const double layer_dx[] = {-.07254195, -.12981228, .29398695, -.09163272};
  const double layer_dw[] = {-.10690434, .10690434, 0, .64142606};
  const double rms_dx[] = {.03224405, -.02036467, .18158494, -.08937828};
  const double rms_dw[] = {.02828426, -.11313704, .25455834, .67882224};
  RowDevice device(GetParam(), 1);
  Matrix<float> x(1, 4), weight(1, 4), dy(1, 4), dx(1, 4), dweight(1, 4), dbias(1, 4);
  for (int64_t e = 0; e < 4; ++e) {
    x.at(0, e) = xs[e];
    weight.at(0, e) = ws[e];
    dy.at(0, e) = dys[e];
  }
  gatun_layer_norm_backward_params layer{};
  layer.struct_size = sizeof(layer);
  layer.x = x.view();
  layer.weight = weight.vector_view();
  layer.dy = dy.view();
  layer.dx = dx.view();
  layer.dweight = dweight.vector_view();
  layer.dbias = dbias.vector_view();
  layer.eps = 1e-5f;
  layer_norm_backward(device.stream(), layer);
  for (int64_t e = 0; e < 4; ++e) {
    EXPECT_NEAR(dx.at(0, e), layer_dx[e], 1e-7);
    EXPECT_NEAR(dweight.at(0, e), layer_dw[e], 1e-7);
    EXPECT_EQ(dbias.at(0, e), dys[e]);
  }
  dweight.set_all(0);
  gatun_rms_norm_backward_params rms{};
  rms.struct_size = sizeof(rms);
  rms.x = x.view();
  rms.weight = weight.vector_view();
  rms.dy = rms.dx = dy.view();  // in place
  rms.dweight = dweight.vector_view();
  rms.eps = 1e-5f;
  rms_norm_backward(device.stream(), rms);
  for (int64_t e = 0; e < 4; ++e) {
    EXPECT_NEAR(dy.at(0, e), rms_dx[e], 1e-7);
    EXPECT_NEAR(dweight.at(0, e), rms_dw[e], 1e-7);
  }
}

TEST_P(NormBackwardTest, InPlaceHasTheSameBytes) {
  RowDevice device(GetParam(), 3);
  Matrix<float> x(50, 77, 80), dy(50, 77), weight(1, 77), dx(50, 77), dweight(1, 77);
  x.fill(1);
  dy.fill(2);
  weight.fill(3);
  gatun_layer_norm_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.weight = weight.vector_view();
  params.dy = dy.view();
  params.dx = dx.view();
  params.dweight = dweight.vector_view();
  params.eps = 1e-5f;
  layer_norm_backward(device.stream(), params);
  const auto expected = dweight.values();
  for (auto* place : {&x, &dy}) {
    x.fill(1);
    dy.fill(2);
    dweight.set_all(0);
    params.dx = place->view();
    layer_norm_backward(device.stream(), params);
    EXPECT_TRUE(same_bytes(dx.values(), place->values()));
    EXPECT_TRUE(same_bytes(expected, dweight.values()));
  }
}

GATUN_FOR_EVERY_TIER(NormBackwardTest);

TEST(NormBackwardArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(2, 8), dy(2, 8), weight(1, 7);
  gatun_rms_norm_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.dy = dy.view();
  params.weight = weight.vector_view();
  EXPECT_EQ(failure_of([&] { rms_norm_backward(device.stream(), params); }),
            "rms_norm_backward: weight has shape [7], expected [E] = [8] from x [N, E] = [2, 8]");
}

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// Backward of pooling on every tier against central differences of the formula in double.
#include "support/gradient_cases.h"

namespace gatun::test {
namespace {

const std::vector<int32_t> kBounds{1, 4, 4, 5, 12};  // rows 0 and 12 belong to no sequence
constexpr int64_t kTokens = 13;

// The pooled vector of rows [begin, end) of x [N][E], dotted with dy.
double dotted(const std::vector<std::vector<double>>& x,
              size_t begin,
              size_t end,
              const std::vector<double>& dy,
              int32_t mode,
              bool normalize) {
  std::vector<double> y(dy.size());
  double squares = 0, sum = 0;
  for (size_t e = 0; e < y.size(); ++e) {
    double value = mode == GATUN_POOLING_LAST ? x[end - 1][e] : x[begin][e];
    for (size_t n = begin + 1; n < end; ++n) {
      if (mode == GATUN_POOLING_MEAN) value += x[n][e];
      if (mode == GATUN_POOLING_MAX) value = std::max(value, x[n][e]);
    }
    y[e] = mode == GATUN_POOLING_MEAN ? value / static_cast<double>(end - begin) : value;
    squares += y[e] * y[e];
  }
  for (size_t e = 0; e < y.size(); ++e)
    sum += dy[e] * y[e] / (normalize ? std::max(std::sqrt(squares), 1e-12) : 1);
  return sum;
}

class PoolingBackwardTest : public RowOperationTest {};

TEST_P(PoolingBackwardTest, AgreesWithDifferences) {
  for (const int64_t columns : kWidths) {
    for (int32_t mode = GATUN_POOLING_MEAN; mode <= GATUN_POOLING_MAX; ++mode) {
      for (const bool normalize : {false, true}) {
        for (const bool accumulate : {false, true}) {
          if (accumulate != (columns % 2 == 1)) continue;  // both among the widths
          Matrix<float> x(kTokens, columns, columns + 3), dy(4, columns, columns + 1);
          x.fill(1);
          dy.fill(2);
          std::vector<int32_t> bounds = kBounds;
          gatun_pooling_backward_params params{};
          params.struct_size = sizeof(params);
          if (normalize || mode == GATUN_POOLING_MAX) params.x = x.view();
          params.cu_seqlens = i32_vector(bounds);
          params.dy = dy.view();
          params.mode = mode;
          params.normalize = normalize ? 1 : 0;
          params.accumulate = accumulate ? 1 : 0;
          const auto got = same_for_all_threads([&](Stream& stream) {
            Matrix<float> dx(kTokens, columns, columns + 2);
            dx.set_all(0.5f);
            params.dx = dx.view();
            pooling_backward(stream, params);
            return dx.values();
          });
          std::vector<std::vector<double>> xs(kTokens);
          for (int64_t n = 0; n < kTokens; ++n) {
            for (int64_t e = 0; e < columns; ++e)
              xs[static_cast<size_t>(n)].push_back(double{x.at(n, e)});
          }
          std::vector<double> expected(static_cast<size_t>(kTokens * columns),
                                       accumulate ? 0.5 : 0.0);
          std::vector<double> allowed(expected.size(), 1e-7);
          for (size_t b = 0; b < 4; ++b) {
            const auto begin = static_cast<size_t>(kBounds[b]);
            const auto end = static_cast<size_t>(kBounds[b + 1]);
            std::vector<double> slopes;
            double squares = 0;
            for (int64_t e = 0; e < columns; ++e) {
              slopes.push_back(double{dy.at(static_cast<int64_t>(b), e)});
              squares += slopes.back() * slopes.back();
            }
            for (size_t n = begin; n < end; ++n) {
              for (size_t e = 0; e < static_cast<size_t>(columns); ++e) {
                const auto value = [&] { return dotted(xs, begin, end, slopes, mode, normalize); };
                const size_t at = n * static_cast<size_t>(columns) + e;
                expected[at] += slope(value, xs[n][e]);
                // dp is divided by the length of the pooled vector, which may be small.
                double length = 1;
                if (normalize) {
                  const std::vector<double> pooled = [&] {
                    std::vector<double> p;
                    for (size_t j = 0; j < slopes.size(); ++j) {
                      std::vector<double> unit(slopes.size(), 0.0);
                      unit[j] = 1;
                      p.push_back(dotted(xs, begin, end, unit, mode, false));
                    }
                    return p;
                  }();
                  length = 0;
                  for (const double p : pooled) length += p * p;
                  length = std::sqrt(length);
                }
                allowed[at] = 4e-6 * std::sqrt(squares) / std::min(length, 1.0) + 1e-6;
              }
              if (columns > 64) break;  // one token per sequence is enough where rows are long
            }
            if (columns > 64) {
              for (size_t n = begin + 1; n < end; ++n) {
                for (size_t e = 0; e < static_cast<size_t>(columns); ++e)
                  allowed[n * static_cast<size_t>(columns) + e] = 1e30;
              }
            }
          }
          for (size_t i = 0; i < expected.size(); ++i) {
            ASSERT_NEAR(got[i], expected[i], allowed[i])
                << "mode " << mode << (normalize ? " normalized" : "") << ", " << columns
                << " columns, at " << i;
          }
        }
      }
    }
  }
}

TEST_P(PoolingBackwardTest, TiesNansAndVanishingVectors) {
  RowDevice device(GetParam(), 2);
  std::vector<int32_t> bounds{0, 3};
  Matrix<float> x(3, 3), dy(1, 3), dx(3, 3);
  const float values[3][3] = {{1, 2, 0}, {1, kNaN, 0}, {0, kNaN, 0}};
  for (int64_t n = 0; n < 3; ++n) {
    for (int64_t e = 0; e < 3; ++e) x.at(n, e) = values[n][e];
  }
  dy.set_all(1);
  gatun_pooling_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.cu_seqlens = i32_vector(bounds);
  params.dy = dy.view();
  params.dx = dx.view();
  params.mode = GATUN_POOLING_MAX;
  pooling_backward(device.stream(), params);
  const std::vector<float> expected{1, 0, 1, 0, 1, 0, 0, 0, 0};
  EXPECT_EQ(dx.values(), expected) << "the first token that has the largest";
  x.set_all(0);
  params.mode = GATUN_POOLING_CLS;
  params.normalize = 1;
  pooling_backward(device.stream(), params);
  EXPECT_NEAR(dx.at(0, 0), 1e12, 1e6);
}

GATUN_FOR_EVERY_TIER(PoolingBackwardTest);

TEST(PoolingBackwardArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 2);
  std::vector<int32_t> bounds{0, 4};
  Matrix<float> dy(1, 8), dx(3, 8);
  gatun_pooling_backward_params params{};
  params.struct_size = sizeof(params);
  params.cu_seqlens = i32_vector(bounds);
  params.dy = dy.view();
  params.dx = dx.view();
  EXPECT_EQ(failure_of([&] { pooling_backward(device.stream(), params); }),
            "pooling: cu_seqlens[1] = 4, expected 0 <= value < 4");
  params.normalize = 1;
  EXPECT_EQ(failure_of([&] { pooling_backward(device.stream(), params); }),
            "pooling_backward: x is missing, expected [N, E] for the maximum or normalize");
}

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
#include "support/row_cases.h"

namespace gatun::test {
namespace {

constexpr int32_t kBounds[] = {0, 1, 1, 6, 40};  // the second sequence is empty
constexpr int64_t kSequences = 4;

class PoolingTest : public RowOperationTest {
 protected:
  static gatun_pooling_params parameters(Matrix<float>& x, Matrix<int32_t>& bounds) {
    gatun_pooling_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    params.cu_seqlens = bounds.vector_view();
    return params;
  }
  static Matrix<int32_t>& fill(Matrix<int32_t>& bounds) {
    for (int64_t b = 0; b <= kSequences; ++b) bounds.at(0, b) = kBounds[b];
    return bounds;
  }
};

double pooled(Matrix<float>& x, int64_t begin, int64_t end, int64_t e, int32_t mode) {
  if (begin == end) return 0;
  if (mode == GATUN_POOLING_CLS) return double{x.at(begin, e)};
  if (mode == GATUN_POOLING_LAST) return double{x.at(end - 1, e)};
  double sum = 0, largest = double{x.at(begin, e)};
  for (int64_t n = begin; n < end; ++n) {
    sum += double{x.at(n, e)};
    largest = std::fmax(largest, double{x.at(n, e)});
  }
  return mode == GATUN_POOLING_MAX ? largest : sum / static_cast<double>(end - begin);
}

TEST_P(PoolingTest, AgreesWithTheFormulaInDouble) {
  Matrix<int32_t> bounds(1, kSequences + 1);
  for (const int64_t columns : kWidths) {
    for (int32_t mode = GATUN_POOLING_MEAN; mode <= GATUN_POOLING_MAX; ++mode) {
      for (const int32_t normalize : {0, 1}) {
        Matrix<float> x(kBounds[kSequences], columns, columns + columns % 4);
        x.fill(5);
        gatun_pooling_params params = parameters(x, fill(bounds));
        params.mode = mode;
        params.normalize = normalize;
        const auto got = same_for_all_threads([&](Stream& stream) {
          Matrix<float> y(kSequences, columns, columns + 1);
          y.set_all(9);
          params.y = y.view();
          pooling_forward(stream, params);
          return y.values();
        });
        for (int64_t b = 0; b < kSequences; ++b) {
          const int64_t begin = kBounds[b], end = kBounds[b + 1];
          double squares = 0, magnitude = 0;
          for (int64_t e = 0; e < columns; ++e) {
            const double value = pooled(x, begin, end, e, mode);
            squares += value * value;
          }
          const double norm = normalize != 0 ? std::fmax(std::sqrt(squares), 1e-12) : 1;
          for (int64_t e = 0; e < columns; ++e) {
            magnitude = 0;
            for (int64_t n = begin; n < end; ++n)
              magnitude = std::fmax(magnitude, std::fabs(double{x.at(n, e)}));
            // A chain of additions over the tokens, then the norm's sum and two roundings.
            const double tolerance =
                kEpsilon * magnitude / norm *
                (static_cast<double>(end - begin) + static_cast<double>(columns) / 32 + 8);
            expect_close(got[static_cast<size_t>(b * columns + e)],
                         pooled(x, begin, end, e, mode) / norm, tolerance,
                         "mode " + std::to_string(mode) + " columns " + std::to_string(columns));
          }
        }
      }
    }
  }
}

TEST_P(PoolingTest, MaximumKeepsNanAndInfinity) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(4, 3), y(1, 3);
  Matrix<int32_t> bounds(1, 2);
  bounds.at(0, 0) = 0;
  bounds.at(0, 1) = 4;
  x.set_all(-kInfinity);
  x.at(1, 0) = kNaN;
  x.at(2, 1) = kInfinity;
  gatun_pooling_params params = parameters(x, bounds);
  params.y = y.view();
  params.mode = GATUN_POOLING_MAX;
  pooling_forward(device.stream(), params);
  EXPECT_TRUE(std::isnan(y.at(0, 0)));
  EXPECT_EQ(y.at(0, 1), kInfinity);
  EXPECT_EQ(y.at(0, 2), -kInfinity);
}

TEST_P(PoolingTest, BoundsThatAreNoBoundsAreReported) {
  RowDevice device(GetParam(), 2);
  Matrix<float> x(4, 20), y(2, 20);
  x.fill(1);
  Matrix<int32_t> bounds(1, 3);
  gatun_pooling_params params = parameters(x, bounds);
  params.y = y.view();
  const auto message = [&](int32_t a, int32_t b, int32_t c) {
    bounds.at(0, 0) = a;
    bounds.at(0, 1) = b;
    bounds.at(0, 2) = c;
    return failure_of([&] { pooling_forward(device.stream(), params); });
  };
  EXPECT_EQ(message(0, 2, 5), "pooling: cu_seqlens[2] = 5, expected 0 <= value < 5");
  EXPECT_EQ(message(0, 3, 2),
            "pooling: cu_seqlens does not ascend: cu_seqlens[2] = 2, expected 0 <= value < 5");
  EXPECT_EQ(message(-7, 3, 4), "pooling: cu_seqlens[0] = -7, expected 0 <= value < 5");
  EXPECT_EQ(message(0, 3, 4), "no error");
}

GATUN_FOR_EVERY_TIER(PoolingTest);

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/row_cases.h"

namespace gatun::test {
namespace {

struct Picks {
  std::vector<float> values;
  std::vector<int32_t> indices;
  std::vector<float> log_sum_exp;
};

class TopKTest : public RowOperationTest {
 protected:
  Picks top_k(Matrix<float>& x, int64_t k) {
    Picks picks;
    gatun_top_k_params params{};
    params.struct_size = sizeof(params);
    params.x = x.view();
    std::vector<int32_t> first_indices;
    picks.values = same_for_all_threads([&](Stream& stream) {
      Matrix<float> values(x.rows(), k, k + 1), sums(1, x.rows());
      Matrix<int32_t> indices(x.rows(), k, k + 2);
      params.values = values.view();
      params.indices = indices.view();
      params.log_sum_exp = sums.vector_view();
      top_k_forward(stream, params);
      picks.indices = indices.values();
      if (first_indices.empty()) {
        first_indices = picks.indices;
        picks.log_sum_exp = sums.values();
      }
      EXPECT_EQ(picks.indices, first_indices);
      EXPECT_TRUE(same_bytes(sums.values(), picks.log_sum_exp));
      return values.values();
    });
    return picks;
  }

  void expect_order(Matrix<float>& x, int64_t k) {
    const Picks picks = top_k(x, k);
    for (int64_t r = 0; r < x.rows(); ++r) {
      std::vector<int32_t> order(static_cast<size_t>(x.columns()));
      for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
      std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
        const float left = x.at(r, a), right = x.at(r, b);
        if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
        return left > right;
      });
      double max = -INFINITY, sum = 0;
      for (int64_t v = 0; v < x.columns(); ++v) max = std::fmax(max, double{x.at(r, v)});
      for (int64_t v = 0; v < x.columns(); ++v) sum += std::exp(x.at(r, v) - max);
      const double expected = max + std::log(sum);
      expect_close(picks.log_sum_exp[static_cast<size_t>(r)], expected,
                   kEpsilon * (std::fabs(expected) + 80), "sum");
      for (int64_t i = 0; i < k; ++i) {
        const auto at = static_cast<size_t>(r * k + i);
        const std::string where = "columns " + std::to_string(x.columns()) + " k " +
                                  std::to_string(k) + " row " + std::to_string(r) + " pick " +
                                  std::to_string(i);
        EXPECT_EQ(picks.indices[at], order[static_cast<size_t>(i)]) << where;
        const float value = x.at(r, order[static_cast<size_t>(i)]);
        EXPECT_EQ(std::memcmp(&picks.values[at], &value, sizeof(value)), 0) << where;
      }
    }
  }
};

TEST_P(TopKTest, IsTheHeadOfAStableSort) {
  std::vector<int64_t> widths(std::begin(kWidths) + 1, std::end(kWidths));
  for (const int64_t wide : {4097, 16384, 16385, 33000}) widths.push_back(wide);
  for (const int64_t columns : widths) {
    Matrix<float> x(columns > 300 ? 1 : 3, columns, columns + 2);
    x.fill(static_cast<uint32_t>(columns));
    for (const int64_t k : {int64_t{1}, int64_t{2}, int64_t{40}})
      expect_order(x, std::min(k, columns));
    if (columns < 300) expect_order(x, columns);
  }
}

TEST_P(TopKTest, TiesGoToTheLowerIndex) {
  Matrix<float> x(2, 17000);
  for (int64_t v = 0; v < x.columns(); ++v) {
    x.at(0, v) = static_cast<float>(v % 3);
    x.at(1, v) = v % 2 == 0 ? 0.0f : -0.0f;
  }
  for (const int64_t k : {1, 5, 100}) expect_order(x, k);
}

TEST_P(TopKTest, NanRanksBelowMinusInfinity) {
  constexpr int64_t kColumns = 16500;
  Matrix<float> x(5, kColumns);
  x.set_all(kNaN);  // row 0 stays so
  x.at(1, 16450) = -kInfinity;
  x.at(2, 16450) = -5;
  x.at(2, 3) = -kInfinity;
  for (int64_t v = 0; v < kColumns; ++v) x.at(3, v) = -kInfinity;
  for (int64_t v = 0; v < kColumns; ++v)
    x.at(4, v) = v == 9000 ? kInfinity : v % 5 == 0 ? kNaN : -1;
  for (const int64_t k : {1, 4, 20}) expect_order(x, k);
}

TEST_P(TopKTest, NoRows) {
  Matrix<float> x(0, 10);
  EXPECT_TRUE(top_k(x, 3).values.empty());
}

GATUN_FOR_EVERY_TIER(TopKTest);

TEST(TopKArgumentTest, KIsBetweenOneAndTheColumns) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(2, 4);
  Matrix<int32_t> indices(2, 5);
  gatun_top_k_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.indices = indices.view();
  EXPECT_EQ(failure_of([&] { top_k_forward(device.stream(), params); }),
            "top_k: indices has shape [2, 5], expected [N, k] with 1 <= k <= V = 4");
  params.indices.shape[1] = 0;
  EXPECT_EQ(failure_of([&] { top_k_forward(device.stream(), params); }),
            "top_k: indices has shape [2, 0], expected [N, k] with 1 <= k <= V = 4");
}

}  // namespace
}  // namespace gatun::test

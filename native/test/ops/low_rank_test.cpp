// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <iterator>

#include "support/row_cases.h"

namespace gatun::test {
namespace {

constexpr int64_t kTokens = 7;
constexpr int64_t kOutputs[] = {1, 15, 16, 17, 50};

// A [rows, columns] matrix with a copy in panel order that ends at a guard page.
class PanelMatrix {
 public:
  PanelMatrix(int64_t rows, int64_t columns, uint32_t seed)
      : plain_(rows, columns), panels_(1, (rows + 15) / 16 * 16 * columns) {
    plain_.fill(seed);
    panels_.set_all(0);
    for (int64_t r = 0; r < rows; ++r) {
      for (int64_t c = 0; c < columns; ++c)
        panels_.at(0, (r / 16 * columns + c) * 16 + r % 16) = plain_.at(r, c);
    }
  }
  float at(int64_t row, int64_t column) { return plain_.at(row, column); }
  gatun_tensor view() { return panels_.vector_view(); }

 private:
  Matrix<float> plain_;
  Matrix<float> panels_;
};

class LowRankTest : public RowOperationTest {};

TEST_P(LowRankTest, EachTokenHasItsOwnAdapterOrNone) {
  // Adapter 0 has more than a panel of rows, 1 is empty, 2 is small.
  constexpr std::array<int64_t, 3> kRanks = {18, 0, 3};
  constexpr std::array<float, 3> kScales = {2, 1, -0.5f};
  constexpr int32_t kSlots[kTokens] = {4, -1, 6, 5, 6, 3, 4};
  for (const int64_t columns : kWidths) {
    if (columns == 0) continue;
    for (const int64_t outputs : kOutputs) {
      Matrix<float> x(kTokens, columns, columns + columns % 3);
      x.fill(1);
      PanelMatrix a0(kRanks[0], columns, 2), a2(kRanks[2], columns, 3);
      PanelMatrix b0(outputs, kRanks[0], 4), b2(outputs, kRanks[2], 5);
      Matrix<float> before(kTokens, outputs);
      before.fill(6);
      Matrix<int32_t> slots(1, kTokens);
      for (int64_t n = 0; n < kTokens; ++n) slots.at(0, n) = kSlots[n];
      gatun_low_rank_params params{};
      params.struct_size = sizeof(params);
      params.x = x.view();
      params.slots = slots.vector_view();
      params.first_slot = 4;
      params.adapters = 3;
      params.a[0] = a0.view();
      params.b[0] = b0.view();
      params.a[2] = a2.view();
      params.b[2] = b2.view();
      for (size_t i = 0; i < kRanks.size(); ++i) {
        params.rank[i] = static_cast<int32_t>(kRanks[i]);
        params.scale[i] = kScales[i];
      }
      const auto got = same_for_all_threads([&](Stream& stream) {
        Matrix<float> y(kTokens, outputs, outputs + 1);
        for (int64_t n = 0; n < kTokens; ++n)
          for (int64_t o = 0; o < outputs; ++o) y.at(n, o) = before.at(n, o);
        params.y = y.view();
        low_rank_forward(stream, params);
        return y.values();
      });
      for (int64_t n = 0; n < kTokens; ++n) {
        const int64_t i = kSlots[n] - 4;
        const int64_t rank = i >= 0 && i < 3 ? kRanks[static_cast<size_t>(i)] : 0;
        PanelMatrix& a = i == 0 ? a0 : a2;
        PanelMatrix& b = i == 0 ? b0 : b2;
        for (int64_t o = 0; o < outputs; ++o) {
          double sum = 0, magnitude = 0;
          for (int64_t j = 0; j < rank; ++j) {
            double inner = 0, inner_magnitude = 0;
            for (int64_t k = 0; k < columns; ++k) {
              const double product = double{x.at(n, k)} * double{a.at(j, k)};
              inner += product;
              inner_magnitude += std::fabs(product);
            }
            sum += inner * double{b.at(o, j)};
            magnitude += inner_magnitude * std::fabs(double{b.at(o, j)});
          }
          const double scale = rank == 0 ? 0 : double{kScales[static_cast<size_t>(i)]};
          const double start = double{before.at(n, o)};
          // A rounding per addition of either sum, and one of the result.
          const double tolerance =
              kEpsilon * (static_cast<double>(columns + rank + 8) * magnitude * std::fabs(scale) +
                          2 * std::fabs(start));
          const float result = got[static_cast<size_t>(n * outputs + o)];
          expect_close(result, start + scale * sum, tolerance,
                       "columns " + std::to_string(columns) + ", token " + std::to_string(n));
          if (rank == 0) {
            EXPECT_EQ(result, before.at(n, o));
          }
        }
      }
    }
  }
}

TEST_P(LowRankTest, ATokenDoesNotDependOnTheOthers) {
  constexpr int64_t kColumns = 37, kOut = 21;
  Matrix<float> x(3, kColumns);
  x.fill(1);
  x.at(1, 5) = kNaN;
  x.at(1, 6) = -kInfinity;
  PanelMatrix a(4, kColumns, 2), b(kOut, 4, 3);
  gatun_low_rank_params params{};
  params.struct_size = sizeof(params);
  params.adapters = 1;
  params.rank[0] = 4;
  params.scale[0] = 1.5f;
  params.a[0] = a.view();
  params.b[0] = b.view();
  const auto run = [&](Stream& stream, int64_t first, int64_t count) {
    Matrix<float> part(count, kColumns), y(count, kOut);
    for (int64_t n = 0; n < count; ++n)
      for (int64_t k = 0; k < kColumns; ++k) part.at(n, k) = x.at(first + n, k);
    y.set_all(1);
    params.x = part.view();
    params.y = y.view();
    low_rank_forward(stream, params);
    return y.values();
  };
  RowDevice device(GetParam(), 2);
  const auto all = run(device.stream(), 0, 3);
  for (const int64_t n : {0, 2}) {
    const auto alone = run(device.stream(), n, 1);
    EXPECT_TRUE(same_bytes(alone, {all.begin() + n * kOut, all.begin() + (n + 1) * kOut}));
  }
  EXPECT_TRUE(std::isnan(all[kOut]));
}

TEST_P(LowRankTest, RowsAreTokensOfTheirOwn) {
  constexpr int64_t kColumns = 33, kOut = 18;
  constexpr int32_t kRows[] = {3, 0, -1, 3, 2, 5};  // 5 is no token of x
  constexpr int64_t kCount = std::size(kRows);
  constexpr int32_t kSlots[] = {1, 0, -1, 0};
  Matrix<float> x(4, kColumns);
  x.fill(1);
  PanelMatrix a0(4, kColumns, 2), b0(kOut, 4, 3), a1(2, kColumns, 4), b1(kOut, 2, 5);
  Matrix<int32_t> slots(1, 4), rows(1, kCount);
  for (int64_t n = 0; n < 4; ++n) slots.at(0, n) = kSlots[n];
  for (int64_t n = 0; n < kCount; ++n) rows.at(0, n) = kRows[n];
  gatun_low_rank_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.adapters = 2;
  params.rank[0] = 4;
  params.rank[1] = 2;
  params.scale[0] = params.scale[1] = 1.5f;
  params.a[0] = a0.view();
  params.b[0] = b0.view();
  params.a[1] = a1.view();
  params.b[1] = b1.view();
  for (const bool chosen : {true, false}) {
    params.slots = chosen ? slots.vector_view() : gatun_tensor{};
    const auto run = [&](Stream& stream, bool some) {
      Matrix<float> y(some ? kCount : 4, kOut);
      y.set_all(1);
      params.rows = some ? rows.vector_view() : gatun_tensor{};
      params.y = y.view();
      low_rank_forward(stream, params);
      return y.values();
    };
    const auto all = same_for_all_threads([&](Stream& stream) { return run(stream, false); });
    const auto some = same_for_all_threads([&](Stream& stream) { return run(stream, true); });
    for (int64_t n = 0; n < kCount; ++n) {
      const std::vector<float> got(some.begin() + n * kOut, some.begin() + (n + 1) * kOut);
      const int32_t token = kRows[n];
      const std::vector<float> expected =
          token < 0 || token >= 4
              ? std::vector<float>(kOut, 1)
              : std::vector<float>(all.begin() + token * kOut, all.begin() + (token + 1) * kOut);
      EXPECT_TRUE(same_bytes(got, expected)) << "row " << n;
    }
  }
}

TEST_P(LowRankTest, RefusesWhatDoesNotFit) {
  Matrix<float> x(2, 8), y(2, 5);
  x.fill(1);
  y.set_all(0);
  PanelMatrix a(4, 8, 2), b(5, 4, 3);
  gatun_low_rank_params params{};
  params.struct_size = sizeof(params);
  params.x = x.view();
  params.y = y.view();
  params.adapters = 1;
  params.rank[0] = 4;
  params.scale[0] = 1;
  params.a[0] = a.view();
  params.b[0] = b.view();
  RowDevice device(GetParam(), 1);
  const auto refused = [&](gatun_low_rank_params changed) {
    return failure_of([&] { low_rank_forward(device.stream(), changed); });
  };
  EXPECT_EQ(failure_of([&] { low_rank_forward(device.stream(), params); }), "no error");
  gatun_low_rank_params wrong = params;
  wrong.rank[0] = 5;
  EXPECT_NE(refused(wrong).find("b[0] has shape [64], expected"), std::string::npos)
      << refused(wrong);
  wrong = params;
  wrong.adapters = GATUN_LOW_RANK_MOST + 1;
  EXPECT_NE(refused(wrong).find("adapters is 9"), std::string::npos) << refused(wrong);
  wrong = params;
  wrong.scale[0] = kNaN;
  EXPECT_NE(refused(wrong).find("scale[0] is not finite"), std::string::npos) << refused(wrong);
  wrong = params;
  Matrix<int32_t> rows(1, 3);
  wrong.rows = rows.vector_view();
  EXPECT_NE(refused(wrong).find("y has shape [2, 5], expected [R, O] = [3, 5]"), std::string::npos)
      << refused(wrong);
  wrong = params;
  wrong.y = x.view();
  EXPECT_NE(refused(wrong).find("low_rank: y"), std::string::npos) << refused(wrong);
}

GATUN_FOR_EVERY_TIER(LowRankTest);

}  // namespace
}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <limits>
#include <map>

#include "kernels/philox.h"
#include "support/row_cases.h"

namespace gatun::test {
namespace {

gatun_sample_row plain_row() {
  gatun_sample_row row{};
  row.repetition = row.temperature = 1;
  row.top_p = 1;
  return row;
}
gatun_sample_row drawn_row(int64_t position = 0) {
  gatun_sample_row row = plain_row();
  row.sample = 1;
  row.seed = 7;
  row.position = position;
  return row;
}

// The number in [0, 1) that a draw uses.
double uniform(int64_t seed, int64_t position) {
  const auto words = philox(static_cast<uint64_t>(position), 0, static_cast<uint64_t>(seed));
  return static_cast<double>((uint64_t{words[0]} << 32 | words[1]) >> 11) * 0x1p-53;
}

class SampleTest : public RowOperationTest {
 protected:
  // One token for each of the rows, which all have these scores.
  std::vector<int32_t> tokens_of(const std::vector<float>& scores,
                                 const std::vector<gatun_sample_row>& rows,
                                 const std::vector<int32_t>& history = {}) {
    std::vector<int32_t> tokens;
    const auto columns = static_cast<int64_t>(scores.size());
    const auto count = static_cast<int64_t>(rows.size());
    same_for_all_threads([&](Stream& stream) {
      Matrix<float> x(count, columns, columns + 3);
      for (int64_t n = 0; n < count; ++n) {
        for (int64_t v = 0; v < columns; ++v) x.at(n, v) = scores[static_cast<size_t>(v)];
      }
      Matrix<int32_t> chosen(1, count);
      gatun_sample_params params{};
      params.struct_size = sizeof(params);
      params.scores = x.view();
      params.rows = rows.data();
      params.row_count = count;
      params.history = history.empty() ? nullptr : history.data();
      params.history_length = static_cast<int64_t>(history.size());
      params.tokens = chosen.vector_view();
      sample_forward(stream, params);
      tokens = chosen.values();
      return std::vector<float>(tokens.begin(), tokens.end());
    });
    return tokens;
  }
  int32_t token_of(const std::vector<float>& scores,
                   const gatun_sample_row& row,
                   const std::vector<int32_t>& history = {}) {
    return tokens_of(scores, {row}, history)[0];
  }
  // Those that 200 positions draw, with how often.
  std::map<int32_t, int> drawn(const std::vector<float>& scores, gatun_sample_row row) {
    std::vector<gatun_sample_row> rows;
    for (row.position = 0; row.position < 200; ++row.position) rows.push_back(row);
    std::map<int32_t, int> counts;
    for (const int32_t token : tokens_of(scores, rows)) ++counts[token];
    return counts;
  }
};

TEST_P(SampleTest, WithoutADrawTheLargestOfTheSmallest) {
  EXPECT_EQ(token_of({1, 3, 2, 3, kNaN}, plain_row()), 1);
  EXPECT_EQ(token_of({-kInfinity, kNaN, -8, -kInfinity}, plain_row()), 2);
  EXPECT_EQ(token_of({1, kInfinity, 2}, plain_row()), 1);
  EXPECT_EQ(token_of({kNaN, -kInfinity}, plain_row()), -1);
  EXPECT_EQ(token_of({kNaN, -kInfinity}, drawn_row()), -1);
}

// Equal probabilities divide [0, 1) into equal parts in the order of tokens.
TEST_P(SampleTest, DrawsTheTokenThatTheNumberFallsOn) {
  for (int64_t position = 0; position < 20; ++position) {
    const gatun_sample_row row = drawn_row(position);
    const auto expected = static_cast<int32_t>(5 * uniform(row.seed, position));
    EXPECT_EQ(token_of({2, 2, 2, 2, 2}, row), expected) << position;
  }
}

TEST_P(SampleTest, DrawsAsOftenAsTheProbabilitiesSay) {
  // Odds of 1 : 2 : 1.
  const auto counts = drawn({0, std::log(2.0f), 0}, drawn_row());
  // 200 draws of a half: deviation 7.
  EXPECT_NEAR(counts.at(1), 100, 28);
  EXPECT_EQ(counts.size(), 3u);
}

TEST_P(SampleTest, NarrowsTheChoice) {
  const std::vector<float> scores{0.5f, -1, 0.25f, 0.5f, 0.1f, kNaN};
  const auto tokens = [&](const gatun_sample_row& row) {
    std::vector<int32_t> kept;
    for (const auto& [token, count] : drawn(scores, row)) kept.push_back(token);
    return kept;
  };
  gatun_sample_row row = drawn_row();
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 1, 2, 3, 4}));
  row.top_k = 1;  // and what equals the last
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 3}));
  row.top_k = 3;
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 2, 3}));
  row.top_k = 0;
  row.top_p = 0.01;  // of equals the smaller token
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0}));
  row.top_p = 0.5;  // 0.29 of all, twice
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 3}));
  row.top_p = 1;
  row.min_p = 0.75;  // scores above 0.5 + log 0.75 = 0.21
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 2, 3}));
  row.min_p = 0;
  row.temperature = 0.01f;
  EXPECT_EQ(tokens(row), (std::vector<int32_t>{0, 3}));
}

TEST_P(SampleTest, PenaltiesCountTheHistory) {
  const std::vector<int32_t> history{9, 2, 2, 1, -4};
  gatun_sample_row row = plain_row();
  row.answer = 1;
  row.last = 5;
  EXPECT_EQ(token_of({0, 3, 4, 1}, row, history), 2);
  row.repetition = 2;  // 0, 1.5, 2, 1.8
  EXPECT_EQ(token_of({0, 3, 4, 1.8f}, row, history), 2);
  row.repetition = 4;  // once, however often it occurred: 0, 0.75, 1, 1.8
  EXPECT_EQ(token_of({0, 3, 4, 1.8f}, row, history), 3);
  EXPECT_EQ(token_of({-5, -3, -4, -16}, row, history), 0) << "negative ones are multiplied";
  row.repetition = 1;
  row.frequency = 1.5;  // 0, 1.5, 1, 1.4
  EXPECT_EQ(token_of({0, 3, 4, 1.4f}, row, history), 1);
  row.frequency = 0;
  row.presence = 1.5;  // 0, 1.5, 2.5, 2.6
  EXPECT_EQ(token_of({0, 3, 4, 2.6f}, row, history), 3);
  row.answer = row.first = 3;  // only of the answer: 2 is none of it
  EXPECT_EQ(token_of({0, 3, 4, 2.6f}, row, history), 2);
}

TEST_P(SampleTest, NoRows) {
  EXPECT_TRUE(tokens_of({1, 2, 3}, {}).empty());
}

GATUN_FOR_EVERY_TIER(SampleTest);

TEST(SampleArgumentTest, RowsAreChecked) {
  RowDevice device(IsaTier::kGeneric, 1);
  Matrix<float> x(1, 4);
  Matrix<int32_t> tokens(1, 1);
  gatun_sample_row row = plain_row();
  gatun_sample_params params{};
  params.struct_size = sizeof(params);
  params.scores = x.view();
  params.rows = &row;
  params.row_count = 1;
  params.tokens = tokens.vector_view();
  const auto failure = [&] {
    const std::string text = failure_of([&] { sample_forward(device.stream(), params); });
    row = plain_row();
    return text;
  };
  row.temperature = 0;
  EXPECT_EQ(failure(), "sample: rows[0].temperature is 0.000000, expected a number above 0");
  row.repetition = -1;
  EXPECT_EQ(failure(), "sample: rows[0].repetition is -1.000000, expected a number above 0");
  row.top_p = 0;
  EXPECT_EQ(failure(), "sample: rows[0].top_p is 0.000000, expected more than 0, 1 for all");
  row.min_p = 2;
  EXPECT_EQ(failure(), "sample: rows[0].min_p is 2.000000, expected 0 to 1");
  row.top_k = -1;
  EXPECT_EQ(failure(), "sample: rows[0].top_k is -1, expected 0 (all) or more");
  row.last = 1;
  EXPECT_EQ(failure(),
            "sample: rows[0].first, answer, last are 0, 0, 1, expected 0 <= first <= answer <= "
            "last <= history_length = 0");
  params.row_count = 2;
  EXPECT_EQ(failure(), "sample: rows has 2 entries, expected N = 1 from scores [N, V]");
  params.row_count = 1;
  device.stream().begin_recording();
  EXPECT_EQ(failure(),
            "sample: the stream is recording; the rows are those of one call, so call it behind "
            "each replay");
}

}  // namespace
}  // namespace gatun::test

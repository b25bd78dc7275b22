// SPDX-License-Identifier: Apache-2.0
// sample on the emulated device against a sampler in double that sorts.
#include "kernels/cuda/sample.h"

#include <algorithm>
#include <limits>
#include <map>

#include "harness.h"
#include "kernels/philox.h"

namespace gatun::cuda::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

SampleRow plain_row() {
  SampleRow row{};
  row.repetition = row.temperature = 1;
  row.top_p = 1;
  return row;
}

double uniform(int64_t seed, int64_t position) {
  const auto words = philox(static_cast<uint64_t>(position), 0, static_cast<uint64_t>(seed));
  return static_cast<double>((uint64_t{words[0]} << 32 | words[1]) >> 11) * 0x1p-53;
}

// What java-api's Sampler does, step by step.
int expected_token(std::vector<float> scores,
                   const SampleRow& row,
                   const std::vector<int32_t>& history) {
  const auto in = [&](int32_t t) { return t >= 0 && t < static_cast<int32_t>(scores.size()); };
  std::map<int32_t, int> seen, answered;
  for (int i = row.first; i < row.last; ++i) {
    const int32_t token = history[static_cast<std::size_t>(i)];
    if (!in(token)) continue;
    ++seen[token];
    if (i >= row.answer) ++answered[token];
  }
  for (const auto& [token, count] : seen) {
    float& score = scores[static_cast<std::size_t>(token)];
    if (row.repetition != 1) score = score < 0 ? score * row.repetition : score / row.repetition;
  }
  for (const auto& [token, count] : answered)
    scores[static_cast<std::size_t>(token)] -=
        static_cast<float>(count * row.frequency + row.presence);
  if (row.sample != 0) {
    for (float& score : scores) score /= row.temperature;
  }
  std::vector<int> order;  // best first
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] > -kInfinity) order.push_back(static_cast<int>(i));
  }
  const auto score = [&](int token) { return scores[static_cast<std::size_t>(token)]; };
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return score(a) == score(b) ? a < b : score(a) > score(b); });
  if (order.empty()) return -1;
  if (row.sample == 0) return order[0];
  const double max{score(order[0])};
  const auto weight = [&](int token) {
    if (std::isinf(max)) return double{score(token)} == max ? 1.0 : 0.0;
    return std::exp(double{score(token)} - max);
  };
  std::size_t kept = order.size();
  const auto k = static_cast<std::size_t>(row.top_k);
  if (row.top_k > 0 && k < scores.size() && k < kept) {
    while (kept > k && score(order[kept - 1]) < score(order[k - 1])) --kept;
  }
  if (row.top_p < 1 && kept > 1 && !std::isinf(max)) {
    double total = 0, sum = 0;
    for (std::size_t i = 0; i < kept; ++i) total += weight(order[i]);
    std::size_t n = 0;
    while (n < kept && sum < row.top_p * total) sum += weight(order[n++]);
    kept = n;
  }
  if (row.min_p > 0) {
    while (kept > 1 && double{score(order[kept - 1])} < max + std::log(row.min_p)) --kept;
  }
  order.resize(kept);
  std::sort(order.begin(), order.end());
  double total = 0, sum = 0;
  for (const int token : order) total += weight(token);
  const double target = uniform(row.seed, row.position) * total;
  for (const int token : order) {
    sum += weight(token);
    if (sum > target) return token;
  }
  return order.back();
}

std::vector<int32_t> tokens_of(const std::vector<float>& scores,
                               const std::vector<SampleRow>& rows,
                               const std::vector<int32_t>& history,
                               int shuffled) {
  const auto columns = static_cast<int32_t>(scores.size() / rows.size());
  const DeviceArray<SampleRow> drows(rows);
  const DeviceArray<int32_t> dhistory(history);
  std::vector<int32_t> counts;
  const auto got = same_for_all_orders(
      [&] {
        const DeviceArray<float> dscores(scores);
        const DeviceArray<int32_t> tokens(rows.size()),
            dcounts(std::vector<int32_t>(scores.size(), 0));
        const DeviceArray<uint64_t> candidates(scores.size());
        EXPECT_EQ(
            sample({dscores.data(), drows.data(), dhistory.data(), tokens.data(), columns,
                    static_cast<int32_t>(rows.size()), columns, dcounts.data(), candidates.data()},
                   nullptr),
            0);
        counts = dcounts.read();
        return tokens.read();
      },
      shuffled);
  EXPECT_TRUE(std::all_of(counts.begin(), counts.end(), [](int32_t c) { return c == 0; }));
  return got;
}

void expect_tokens(const std::vector<float>& scores,
                   const std::vector<SampleRow>& rows,
                   const std::vector<int32_t>& history = {},
                   int shuffled = 1) {
  const auto got = tokens_of(scores, rows, history, shuffled);
  const std::size_t columns = scores.size() / rows.size();
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(n * columns);
    const std::vector<float> row(begin, begin + static_cast<std::ptrdiff_t>(columns));
    EXPECT_EQ(got[n], expected_token(row, rows[n], history))
        << columns << " columns, row " << n << ", top_k " << rows[n].top_k << ", top_p "
        << rows[n].top_p << ", min_p " << rows[n].min_p;
  }
}

TEST(CudaSample, NarrowsAndDrawsAsTheSampler) {
  for (const int columns : {1, 2, 33, 127, 513, 1100}) {
    std::vector<SampleRow> rows;
    const auto add = [&](int top_k, double top_p, double min_p, float temperature) {
      SampleRow row = plain_row();
      row.sample = 1;
      row.top_k = top_k;
      row.top_p = top_p;
      row.min_p = min_p;
      row.temperature = temperature;
      row.seed = 0x123456789LL + static_cast<int64_t>(rows.size());
      row.position = static_cast<int64_t>(rows.size()) * 17;
      rows.push_back(row);
    };
    add(0, 1, 0, 1);
    add(0, 1, 0, 0.7f);
    add(1, 1, 0, 1);
    add(40, 1, 0, 1.3f);
    add(0, 0.9, 0, 1);
    add(0, 0.2, 0, 1);
    add(40, 0.9, 0, 0.8f);
    add(0, 1, 0.1, 1);
    add(50, 0.95, 0.05, 1.5f);
    if (columns > 1000) add(600, 0.99, 0, 3);
    expect_tokens(normal_values(static_cast<int64_t>(rows.size()) * columns, 3, 2), rows, {},
                  columns > 500 ? 0 : 1);
  }
}

TEST(CudaSample, ReachesEveryTokenOfASmallChoice) {
  std::vector<SampleRow> rows;
  std::vector<float> scores;
  for (int i = 0; i < 16; ++i) {
    SampleRow row = plain_row();
    row.sample = 1;
    row.top_k = 3;
    row.seed = 7;
    row.position = i;
    rows.push_back(row);
    for (const float score : {0.5f, -1.0f, 0.25f, 0.5f, 0.1f}) scores.push_back(score);
  }
  expect_tokens(scores, rows, {}, 0);
  std::map<int32_t, int> drawn;
  for (const int32_t token : tokens_of(scores, rows, {}, 0)) ++drawn[token];
  EXPECT_EQ(drawn.size(), 3u);
  EXPECT_EQ(drawn.count(1) + drawn.count(4), 0u);
}

TEST(CudaSample, TiesInfinitiesAndNaN) {
  SampleRow greedy = plain_row(), narrow = plain_row();
  narrow.sample = 1;
  narrow.top_k = 2;
  narrow.top_p = 0.5;
  std::vector<float> scores;
  std::vector<SampleRow> rows;
  const auto add = [&](const std::vector<float>& row) {
    for (const SampleRow& r : {greedy, narrow}) {
      scores.insert(scores.end(), row.begin(), row.end());
      rows.push_back(r);
    }
  };
  add({1, 3, 3, 2, 3, kNaN});
  add({-kInfinity, kNaN, -kInfinity, -5, -kInfinity, kNaN});
  add({0.0f, -0.0f, 0.0f, -0.0f, -1, -1});
  add({1, kInfinity, 2, kInfinity, -kInfinity, 0});
  add({-kInfinity, kNaN, -kInfinity, -kInfinity, kNaN, kNaN});
  expect_tokens(scores, rows);
}

TEST(CudaSample, Penalties) {
  // Of three rows; a token outside the vocabulary is passed over.
  const std::vector<int32_t> history{3, 5, 3, 7, 7, 7, 1, 99, 5, 2, 2, 3, -1, 0, 0, 0};
  std::vector<SampleRow> rows;
  for (const int kind : {0, 1, 2, 3, 4}) {
    SampleRow row = plain_row();
    row.first = kind == 4 ? 11 : 0;
    row.answer = kind == 4 ? 11 : 4;
    row.last = kind == 4 ? 16 : 11;
    row.repetition = kind == 1 ? 1 : 1.3f;
    row.frequency = kind == 2 ? 0 : 0.25;
    row.presence = kind == 3 ? 0 : 0.4;
    row.sample = kind == 0 ? 0 : 1;
    row.seed = 5;
    row.position = 11 + kind;
    rows.push_back(row);
  }
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    expect_tokens(normal_values(5 * 10, seed), rows, history);
  }
}

// The token of a row does not depend on the others.
TEST(CudaSample, ARowDependsOnItselfAlone) {
  constexpr int kColumns = 1000;
  const auto scores = normal_values(3 * kColumns, 9, 3);
  std::vector<SampleRow> rows(3, plain_row());
  for (SampleRow& row : rows) {
    row.sample = 1;
    row.top_p = 0.9;
    row.seed = 3;
    row.position = 4;
  }
  const auto together = tokens_of(scores, rows, {}, 0);
  for (std::size_t n = 0; n < 3; ++n) {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(n * kColumns);
    EXPECT_EQ(tokens_of({begin, begin + kColumns}, {rows[n]}, {}, 0)[0], together[n]);
  }
}

}  // namespace
}  // namespace gatun::cuda::test

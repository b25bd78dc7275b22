// SPDX-License-Identifier: Apache-2.0
#include "kernels/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/philox.h"

namespace gatun::reference {
namespace {

// [0, 1), of 53 bits.
double uniform(const gatun_sample_row& row) {
  const auto words =
      philox(static_cast<uint64_t>(row.position), 0, static_cast<uint64_t>(row.seed));
  return static_cast<double>((uint64_t{words[0]} << 32 | words[1]) >> 11) * 0x1p-53;
}

// visit(token, occurrences) for each token of history[begin, end) once. `counts` [V] is zero before
// and after.
template <typename Visit>
void for_each_token(
    const SampleArgs& args, int32_t* counts, int32_t begin, int32_t end, Visit visit) {
  const auto is_known = [&](int32_t token) { return token >= 0 && token < args.columns; };
  for (int32_t i = begin; i < end; ++i) {
    if (is_known(args.history[i])) ++counts[args.history[i]];
  }
  for (int32_t i = begin; i < end; ++i) {
    const int32_t token = args.history[i];
    if (!is_known(token) || counts[token] == 0) continue;
    visit(token, counts[token]);
    counts[token] = 0;
  }
}

void penalise(const SampleArgs& args, const gatun_sample_row& row, float* scores, int32_t* counts) {
  std::fill_n(counts, args.columns, 0);
  if (row.repetition != 1) {
    for_each_token(args, counts, row.first, row.last, [&](int32_t token, int32_t) {
      float& score = scores[token];
      score = score < 0 ? score * row.repetition : score / row.repetition;
    });
  }
  for_each_token(args, counts, row.answer, row.last, [&](int32_t token, int32_t count) {
    scores[token] -= static_cast<float>(count * row.frequency + row.presence);
  });
}

int32_t choose(const SampleArgs& args, const gatun_sample_row& row, float* scores, int32_t* order) {
  int64_t kept = 0;  // tokens in `order`, best first
  for (int64_t v = 0; v < args.columns; ++v) {
    if (scores[v] > -std::numeric_limits<float>::infinity())
      order[kept++] = static_cast<int32_t>(v);
  }
  if (kept == 0) return -1;
  const auto is_better = [&](int32_t a, int32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  if (row.sample == 0) return *std::min_element(order, order + kept, is_better);
  std::sort(order, order + kept, is_better);
  const double max{scores[order[0]]};
  const auto weight = [&](int64_t i) {
    const double score{scores[order[i]]};
    if (std::isinf(max)) return score == max ? 1.0 : 0.0;
    return std::exp(score - max);
  };
  if (row.top_k > 0 && row.top_k < kept) {
    const float last = scores[order[row.top_k - 1]];
    while (scores[order[kept - 1]] < last) --kept;
  }
  if (row.top_p < 1 && !std::isinf(max)) {
    double total = 0, sum = 0;
    for (int64_t i = 0; i < kept; ++i) total += weight(i);
    int64_t n = 0;
    while (n < kept && (n == 0 || sum < row.top_p * total)) sum += weight(n++);
    kept = n;
  }
  if (row.min_p > 0) {
    while (kept > 1 && double{scores[order[kept - 1]]} < max + std::log(row.min_p)) --kept;
  }
  std::sort(order, order + kept);
  double total = 0, sum = 0;
  for (int64_t i = 0; i < kept; ++i) total += weight(i);
  const double target = uniform(row) * total;
  for (int64_t i = 0; i < kept; ++i) {
    sum += weight(i);
    if (sum > target) return order[i];
  }
  return order[kept - 1];
}

}  // namespace

void sample(const SampleArgs& args, const Team& team) {
  int32_t* places = args.places + team.index() * args.columns;
  const auto [begin, end] = team.share(args.row_count);
  for (int64_t n = begin; n < end; ++n) {
    const gatun_sample_row& row = args.rows[n];
    float* scores = args.scores + n * args.scores_stride;
    if (row.repetition != 1 || row.frequency != 0 || row.presence != 0)
      penalise(args, row, scores, places);
    if (row.sample != 0 && row.temperature != 1) {
      for (int64_t v = 0; v < args.columns; ++v) scores[v] /= row.temperature;
    }
    args.tokens[n] = choose(args, row, scores, places);
  }
}

}  // namespace gatun::reference

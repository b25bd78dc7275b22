// SPDX-License-Identifier: Apache-2.0
// Attention on the emulated device against its formula in double, over ragged batches.
#include "kernels/cuda/attention.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "harness.h"
#include "kernels/cuda/attention_sm90.h"

namespace gatun::cuda::test {
namespace {

struct Lengths {
  int queries, keys;
};

struct Case {
  const char* name;
  std::vector<Lengths> sequences;
  int heads = 1, kv_heads = 1, head_size = 64;
  int causal = 0, window = 0;
  float softcap = 0;
  float magnitude = 1;  // of q and k
  int bias_limit = 0;   // 0: no bias
  int extra_rows = 0;   // of q and y, behind the last sequence
};

std::vector<Case> cases() {
  return {
      {"one key", {{1, 1}}, 1, 1, 32},
      {"tile edges", {{15, 63}, {16, 64}, {17, 65}, {64, 128}, {65, 129}}, 2, 1, 64, 1},
      {"three tiles of keys", {{70, 200}}, 2, 2, 32, 1},
      {"cross", {{5, 70}, {70, 3}}, 2, 2, 16},
      {"decode", {{1, 1}, {1, 64}, {1, 65}, {1, 300}}, 8, 2, 64, 1},
      {"group of three", {{40, 40}, {1, 7}}, 3, 1, 64, 1},
      {"size 5", {{9, 40}}, 2, 1, 5, 1},
      {"size 80", {{20, 90}}, 2, 1, 80, 1},
      {"size 128", {{20, 150}}, 2, 2, 128, 1},
      {"size 256", {{20, 100}}, 2, 1, 256, 1},
      {"empty sequences", {{0, 4}, {3, 0}, {2, 2}}, 2, 1, 32, 0, 0, 0, 1, 0, 2},
      {"more queries than keys", {{40, 10}, {3, 0}}, 2, 1, 16, 1},
      {"window", {{150, 150}}, 2, 1, 32, 1, 70},
      {"window of one", {{50, 130}}, 2, 1, 8, 1, 1},
      {"window both sides", {{90, 130}}, 2, 1, 8, 0, 40},
      {"soft cap", {{30, 100}}, 4, 2, 64, 1, 0, 20.0f, 3},
      {"large scores", {{33, 100}}, 2, 1, 64, 1, 0, 0, 30},
      {"tiny scores", {{33, 100}}, 2, 1, 64, 1, 0, 0, 1e-18f},
      {"bias", {{20, 70}, {40, 40}}, 4, 2, 32, 0, 0, 0, 1, 24},
  };
}

enum class Source { kRows, kPages };

float to_bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = (bits + 0x7fffU + (bits >> 16 & 1U)) & 0xffff0000U;
  std::memcpy(&value, &bits, 4);
  return value;
}

struct Problem {
  explicit Problem(const Case& c) : c(c) {
    for (const Lengths& s : c.sequences) {
      cu_q.push_back(cu_q.back() + s.queries);
      cu_k.push_back(cu_k.back() + s.keys);
      lengths.push_back(s.keys);
      max_queries = std::max(max_queries, s.queries);
      max_keys = std::max(max_keys, s.keys);
    }
    tokens = cu_q.back() + c.extra_rows;
    q = normal_values(int64_t{tokens} * c.heads * c.head_size, 1, c.magnitude);
    k = normal_values(int64_t{cu_k.back()} * c.kv_heads * c.head_size, 2, c.magnitude);
    v = normal_values(int64_t{cu_k.back()} * c.kv_heads * c.head_size, 3);
    bias = normal_values(c.bias_limit > 0 ? int64_t{c.heads} * (2 * c.bias_limit + 1) : 0, 4);
  }

  struct Expected {
    std::vector<double> y;           // [N, H, D], then log-sum-exp [N, H]
    std::vector<double> magnitudes;  // sum p |v| of each y, and the largest |score| of each row
  };

  // Operands rounded to bf16 if `rounded`.
  Expected expected(bool rounded) const {
    const auto d = static_cast<std::size_t>(c.head_size), h = static_cast<std::size_t>(c.heads);
    std::vector<double> y(static_cast<std::size_t>(tokens) * h * (d + 1), 0.0), magnitudes = y;
    std::fill(y.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(tokens) * h * d),
              y.end(), std::numeric_limits<double>::infinity());
    const auto at = [&](const std::vector<float>& x, std::size_t i) {
      return double{rounded ? to_bf16(x[i]) : x[i]};
    };
    for (std::size_t b = 0; b < c.sequences.size(); ++b) {
      const Lengths s = c.sequences[b];
      for (int i = 0; i < s.queries; ++i) {
        const int position = s.keys - s.queries + i;
        const int end = c.causal != 0 ? std::clamp(position + 1, 0, s.keys) : s.keys;
        const int begin = c.window > 0 ? std::clamp(position - c.window + 1, 0, end) : 0;
        for (std::size_t head = 0; head < h; ++head) {
          const std::size_t row = (static_cast<std::size_t>(cu_q[b] + i) * h + head);
          const std::size_t g = head / (h / static_cast<std::size_t>(c.kv_heads));
          const auto key = [&](int j) {
            return (static_cast<std::size_t>(cu_k[b] + j) * static_cast<std::size_t>(c.kv_heads) +
                    g) *
                   d;
          };
          std::vector<double> scores;
          double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
          for (int j = begin; j < end; ++j) {
            double score = 0;
            for (std::size_t e = 0; e < d; ++e) score += at(q, row * d + e) * at(k, key(j) + e);
            score *= double{scale()};
            if (c.softcap != 0) score = double{c.softcap} * std::tanh(score / double{c.softcap});
            if (c.bias_limit > 0) {
              const int distance = std::clamp(j - position, -c.bias_limit, c.bias_limit);
              score += double{bias[head * static_cast<std::size_t>(2 * c.bias_limit + 1) +
                                   static_cast<std::size_t>(distance + c.bias_limit)]};
            }
            scores.push_back(score);
            maximum = std::max(maximum, score);
          }
          for (const double score : scores) sum += std::exp(score - maximum);
          for (int j = begin; j < end; ++j) {
            const double p = std::exp(scores[static_cast<std::size_t>(j - begin)] - maximum) / sum;
            for (std::size_t e = 0; e < d; ++e) {
              y[row * d + e] += p * at(v, key(j) + e);
              magnitudes[row * d + e] += p * std::fabs(at(v, key(j) + e));
            }
          }
          double& largest = magnitudes[static_cast<std::size_t>(tokens) * h * d + row];
          for (const double score : scores) largest = std::max(largest, std::fabs(score));
          if (!scores.empty())
            y[static_cast<std::size_t>(tokens) * h * d + row] = maximum + std::log(sum);
        }
      }
    }
    return {y, magnitudes};
  }

  float scale() const { return 1 / std::sqrt(static_cast<float>(c.head_size)); }

  const Case& c;
  std::vector<int32_t> cu_q{0}, cu_k{0}, lengths;
  int max_queries = 0, max_keys = 0, tokens = 0;
  std::vector<float> q, k, v, bias;
};

// The keys and values as pages, handed out in a scattered order; bytes that no token has are NaN.
struct Pages {
  static constexpr int kTokens = 16;

  explicit Pages(const Problem& p) {
    per_sequence = (p.max_keys + kTokens - 1) / kTokens + 1;
    pages.page_count = static_cast<int32_t>(p.c.sequences.size()) * per_sequence;
    pages.page_tokens = kTokens;
    pages.kv_heads = p.c.kv_heads;
    pages.head_size = p.c.head_size;
    std::vector<int32_t> order(static_cast<std::size_t>(pages.page_count));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    memory.assign(static_cast<std::size_t>(kv_page_elements(pages) * pages.page_count), 0xffff);
    const auto width = static_cast<std::size_t>(kv_row_width(p.c.head_size)),
               d = static_cast<std::size_t>(p.c.head_size);
    std::size_t next = 0;
    for (std::size_t b = 0; b < p.c.sequences.size(); ++b) {
      for (int i = 0; i < per_sequence; ++i) {
        table.push_back(i * kTokens < p.lengths[b] ? order[next] : -1);
        if (table.back() >= 0) ++next;
      }
      for (int j = 0; j < p.lengths[b]; ++j) {
        const int32_t page =
            table[table.size() - static_cast<std::size_t>(per_sequence - j / kTokens)];
        for (int g = 0; g < p.c.kv_heads; ++g) {
          const std::size_t from =
              (static_cast<std::size_t>(p.cu_k[b] + j) * static_cast<std::size_t>(p.c.kv_heads) +
               static_cast<std::size_t>(g)) *
              d;
          for (int part = 0; part < 2; ++part) {
            const std::size_t to =
                static_cast<std::size_t>(kv_page_keys(pages, page, g) - pages.data) +
                static_cast<std::size_t>(part * kTokens + j % kTokens) * width;
            for (std::size_t e = 0; e < width; ++e) {
              const float value = e < d ? to_bf16((part == 0 ? p.k : p.v)[from + e]) : 0;
              uint32_t bits;
              std::memcpy(&bits, &value, 4);
              memory[to + e] = static_cast<uint16_t>(bits >> 16);
            }
          }
        }
      }
    }
  }

  KvPages pages{};
  int32_t per_sequence = 0;
  std::vector<uint16_t> memory;
  std::vector<int32_t> table;
};

int64_t keys_of_run = 0;  // rows of k

using Attention = Status (*)(const AttentionArgs&, int64_t, Stream);

// y, then log-sum-exp.
std::vector<float> attend(
    Attention attention, const Problem& p, Source source, bool split, int shuffled = 1) {
  const Case& c = p.c;
  const DeviceArray<float> q(p.q), k(p.k), v(p.v), bias(p.bias);
  const DeviceArray<int32_t> cu_q(p.cu_q), cu_k(p.cu_k), lengths(p.lengths);
  Pages paged(p);
  const DeviceArray<uint16_t> memory(paged.memory);
  const DeviceArray<int32_t> table(paged.table);
  AttentionArgs args{};
  args.q = q.data();
  args.q_stride = args.y_stride = int64_t{c.heads} * c.head_size;
  args.cu_seqlens_q = cu_q.data();
  if (source == Source::kRows) {
    args.k = k.data();
    args.v = v.data();
    args.k_stride = args.v_stride = int64_t{c.kv_heads} * c.head_size;
    args.cu_seqlens_k = cu_k.data();
  } else {
    args.pages = paged.pages;
    args.pages.data = memory.data();
    args.page_table = table.data();
    args.page_table_stride = paged.per_sequence;
    args.kv_lengths = lengths.data();
  }
  keys_of_run = p.cu_k.back();
  args.sequences = static_cast<int32_t>(c.sequences.size());
  args.max_queries = p.max_queries;
  args.heads = c.heads;
  args.kv_heads = c.kv_heads;
  args.head_size = c.head_size;
  args.scale = p.scale();
  args.softcap = c.softcap;
  args.causal = c.causal;
  args.window = c.window;
  args.distance_bias = c.bias_limit > 0 ? bias.data() : nullptr;
  args.distance_limit = c.bias_limit;
  args.max_splits = std::max(1, (p.max_keys + kSplitKeys - 1) / kSplitKeys);
  return same_for_all_orders(
      [&] {
        const DeviceArray<float> y(p.q.size());
        const DeviceArray<float> log_sum(static_cast<std::size_t>(p.tokens * c.heads));
        const DeviceArray<float> partials(
            split ? static_cast<std::size_t>(attention_partial_floats(p.tokens, args)) : 0);
        args.y = y.data();
        args.log_sum_exp = log_sum.data();
        args.partials = split ? partials.data() : nullptr;
        EXPECT_EQ(attention(args, p.tokens, nullptr), 0);
        auto all = y.read();
        const auto logs = log_sum.read();
        all.insert(all.end(), logs.begin(), logs.end());
        return all;
      },
      shuffled);
}

// Probabilities have an error of `rounding`, and that of their score: the roundings of its
// products, which are of the order of the largest score.
void expect_attention(const Problem& p,
                      const std::vector<float>& got,
                      const Problem::Expected& expected,
                      double rounding) {
  ASSERT_EQ(got.size(), expected.y.size());
  const auto d = static_cast<std::size_t>(p.c.head_size);
  const std::size_t values = p.q.size();
  int wrong = 0;
  for (std::size_t i = 0; i < got.size() && wrong < 5; ++i) {
    const std::size_t row = i < values ? i / d : i - values;
    const double score_error = 2e-6 * (1 + expected.magnitudes[values + row]);
    const double tolerance = i < values
                                 ? (rounding + 2 * score_error) * expected.magnitudes[i] + 1e-30
                                 : 2 * score_error;
    const std::string where = std::string(p.c.name) + " at " + std::to_string(i);
    expect_close(got[i], expected.y[i], tolerance, where);
    if (!(std::fabs(got[i] - expected.y[i]) <= tolerance) && !std::isinf(expected.y[i])) ++wrong;
  }
}

TEST(CudaAttention, Bf16AgreesWithTheFormula) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const Problem p(c);
    const auto expected = p.expected(true);
    for (const Source source : {Source::kRows, Source::kPages}) {
      // Probabilities are rounded to 8 bits, half a unit each; their sum is that of the exact ones.
      expect_attention(p, attend(attention_bf16, p, source, false), expected, 1.0 / 256);
    }
  }
}

TEST(CudaAttention, F32AgreesWithTheFormula) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const Problem p(c);
    expect_attention(p, attend(attention_f32, p, Source::kRows, false, 0), p.expected(false), 1e-5);
  }
  // Pages hold bf16: a case whose queries are too.
  const Case paged{"pages", {{1, 40}, {9, 100}}, 4, 2, 64, 1};
  Problem p(paged);
  for (float& q : p.q) q = to_bf16(q);
  expect_attention(p, attend(attention_f32, p, Source::kPages, false), p.expected(true), 1e-5);
  expect_attention(p, attend(attention_f32, p, Source::kPages, true), p.expected(true), 1e-5);
}

TEST(CudaAttention, KeysSpreadOverBlocksGiveTheSame) {
  const Case spread[] = {{"decode", {{1, 1}, {1, 512}, {1, 513}, {1, 1200}}, 4, 2, 64, 1},
                         {"prefill", {{40, 700}, {0, 3}, {3, 0}}, 2, 1, 32, 1},
                         {"window", {{3, 1100}}, 2, 2, 32, 1, 300},
                         {"size 128", {{2, 600}}, 2, 1, 128, 1}};
  for (const Case& c : spread) {
    SCOPED_TRACE(c.name);
    const Problem p(c);
    const auto expected = p.expected(true);
    for (const Source source : {Source::kRows, Source::kPages})
      expect_attention(p, attend(attention_bf16, p, source, true, 0), expected, 1.0 / 256);
  }
}

TEST(CudaAttention, BitsDependOnTheRowAlone) {
  const Case both{"both", {{3, 70}, {20, 90}}, 4, 2, 64, 1},
      second{"second", {{20, 90}}, 4, 2, 64, 1}, last{"last", {{1, 90}}, 4, 2, 64, 1};
  const auto tail = [](const std::vector<float>& x, std::size_t count) {
    return std::vector<float>(x.end() - static_cast<std::ptrdiff_t>(count), x.end());
  };
  const Problem p(both);
  // Rows of y, of `part`, as the batch had them.
  const auto expect_same_rows = [&](Attention attention, const Case& c) {
    Problem part(c);
    part.q = tail(p.q, part.q.size());
    part.k = tail(p.k, part.k.size());
    part.v = tail(p.v, part.v.size());
    const auto whole = attend(attention, p, Source::kRows, false, 0),
               alone = attend(attention, part, Source::kRows, false, 0);
    const std::size_t count = part.q.size();
    EXPECT_EQ(0, std::memcmp(whole.data() + (p.q.size() - count), alone.data(), count * 4))
        << c.name;
  };
  expect_same_rows(attention_bf16, second);
  expect_same_rows(attention_f32, second);
  expect_same_rows(attention_f32, last);  // the prompt cut before its last token
}

// attention_bf16_sm90 with scratch of its own; kInvalidConfiguration where it leaves a case to
// attention_bf16.
Status attention_sm90(const AttentionArgs& args, int64_t tokens, Stream stream) {
  const int64_t keys = args.cu_seqlens_k == nullptr ? 0 : keys_of_run;
  const DeviceArray<std::byte> scratch(
      static_cast<std::size_t>(attention_sm90_scratch_bytes(args, tokens, keys)));
  return attention_bf16_sm90(args, tokens, keys, scratch.data(), stream);
}

TEST(CudaAttention, Sm90AgreesWithTheFormula) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  for (const Case& c : cases()) {
    if (c.head_size > 128) continue;
    SCOPED_TRACE(c.name);
    const Problem p(c);
    const auto expected = p.expected(true);
    for (const Source source : {Source::kRows, Source::kPages})
      expect_attention(p, attend(attention_sm90, p, source, false, 0), expected, 1.0 / 256);
  }
}

// More tiles than stages; splits; every order of threads.
TEST(CudaAttention, Sm90KeepsItsPipelineInStep) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  const Case long_ones[] = {{"five tiles", {{130, 530}}, 2, 1, 64, 1},
                            {"size 128", {{70, 400}, {3, 260}}, 1, 1, 128}};
  for (const Case& c : long_ones) {
    SCOPED_TRACE(c.name);
    const Problem p(c);
    const auto expected = p.expected(true);
    for (const Source source : {Source::kRows, Source::kPages}) {
      for (const bool split : {false, true})
        expect_attention(p, attend(attention_sm90, p, source, split, split ? 0 : 2), expected,
                         1.0 / 256);
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test

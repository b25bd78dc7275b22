// SPDX-License-Identifier: Apache-2.0
// Attention on the emulated device against its formula in double, over ragged batches.
#include "kernels/cuda/attention.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "harness.h"
#include "kernels/attention_dropout.h"
#include "kernels/cuda/attention_sm90.h"
#include "kv_memory.h"

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
  float dropout = 0;
  bool sinks = false;
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
      {"window, more queries than keys", {{150, 10}}, 2, 1, 16, 1, 4},
      {"window of one", {{50, 130}}, 2, 1, 8, 1, 1},
      {"window both sides", {{90, 130}}, 2, 1, 8, 0, 40},
      {"soft cap", {{30, 100}}, 4, 2, 64, 1, 0, 20.0f, 3},
      {"large scores", {{33, 100}}, 2, 1, 64, 1, 0, 0, 30},
      {"tiny scores", {{33, 100}}, 2, 1, 64, 1, 0, 0, 1e-18f},
      {"bias", {{20, 70}, {40, 40}}, 4, 2, 32, 0, 0, 0, 1, 24},
      {"sinks", {{20, 70}, {3, 0}, {40, 10}}, 4, 2, 32, 1, 0, 0, 1, 0, 0, 0, true},
  };
}

// Where keys and values lie: rows, or pages of this format.
constexpr int kRows = -1;

std::vector<Case> dropout_cases() {
  return {
      {"dropout", {{66, 70}, {3, 130}, {1, 2}, {2, 0}}, 4, 2, 32, 0, 0, 0, 1, 0, 1, 0.3f},
      {"causal dropout", {{40, 40}}, 3, 1, 64, 1, 0, 0, 1, 0, 0, 0.5f},
  };
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
    sinks = normal_values(c.sinks ? c.heads : 0, 5);
    if (c.dropout > 0) dropout = attention_dropout(c.dropout, 0x123456789abcdefLL, 5LL << 33);
  }

  struct Expected {
    std::vector<double> y;           // [N, H, D], then log-sum-exp [N, H]
    std::vector<double> magnitudes;  // sum p |v| of each y, and the largest |score| of each row
  };

  // q, k and v are rounded by `round`.
  Expected expected(float (*round)(float)) const {
    const auto d = static_cast<std::size_t>(c.head_size), h = static_cast<std::size_t>(c.heads);
    std::vector<double> y(static_cast<std::size_t>(tokens) * h * (d + 1), 0.0), magnitudes = y;
    std::fill(y.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(tokens) * h * d),
              y.end(), std::numeric_limits<double>::infinity());
    const auto at = [&](const std::vector<float>& x, std::size_t i) { return double{round(x[i])}; };
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
          if (c.sinks) maximum = std::max(maximum, double{sinks[head]});
          for (const double score : scores) sum += std::exp(score - maximum);
          if (c.sinks) sum += std::exp(double{sinks[head]} - maximum);
          for (int j = begin; j < end; ++j) {
            double p = std::exp(scores[static_cast<std::size_t>(j - begin)] - maximum) / sum;
            if (c.dropout > 0)
              p *= dropout_keeps(dropout, static_cast<int64_t>(row), j) ? dropout.scale : 0;
            for (std::size_t e = 0; e < d; ++e) {
              y[row * d + e] += p * at(v, key(j) + e);
              magnitudes[row * d + e] += p * std::fabs(at(v, key(j) + e));
            }
          }
          double& largest = magnitudes[static_cast<std::size_t>(tokens) * h * d + row];
          for (const double score : scores) largest = std::max(largest, std::fabs(score));
          if (!scores.empty() || c.sinks)
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
  std::vector<float> q, k, v, bias, sinks;
  AttentionDropout dropout{};
};

// The keys and values as pages, handed out in a scattered order; bytes that no token has are 0xff.
// The problem's become what the pages hold of them.
struct Pages {
  static constexpr int kTokens = 16;

  Pages() = default;
  Pages(Problem& p, int dtype) {
    per_sequence = (p.max_keys + kTokens - 1) / kTokens + 1;
    pages = {nullptr,       static_cast<int32_t>(p.c.sequences.size()) * per_sequence,
             kTokens,       p.c.kv_heads,
             p.c.head_size, dtype};
    std::vector<int32_t> order(static_cast<std::size_t>(pages.page_count));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    memory.assign(static_cast<std::size_t>(kv_page_bytes(pages) * pages.page_count),
                  std::byte{0xff});
    pages.data = memory.data();
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
          const auto row =
              static_cast<std::ptrdiff_t>((p.cu_k[b] + j) * p.c.kv_heads + g) * p.c.head_size;
          write_kv_row(pages, page, g, 0, j % kTokens, p.k.data() + row);
          write_kv_row(pages, page, g, 1, j % kTokens, p.v.data() + row);
        }
      }
    }
    pages.data = nullptr;
  }

  KvPages pages{};
  int32_t per_sequence = 0;
  std::vector<std::byte> memory;
  std::vector<int32_t> table;
};

using Attention = Status (*)(const AttentionArgs&, int64_t, Stream);

// y, then log-sum-exp.
std::vector<float> attend(
    Attention attention, Problem& p, int source, bool split, int shuffled = 1) {
  const Case& c = p.c;
  Pages paged = source == kRows ? Pages() : Pages(p, source);
  const DeviceArray<float> q(p.q), k(p.k), v(p.v), bias(p.bias), sinks(p.sinks);
  const DeviceArray<int32_t> cu_q(p.cu_q), cu_k(p.cu_k), lengths(p.lengths);
  const DeviceArray<std::byte> memory(paged.memory);
  const DeviceArray<int32_t> table(paged.table);
  AttentionArgs args{};
  args.q = q.data();
  args.q_stride = args.y_stride = int64_t{c.heads} * c.head_size;
  args.cu_seqlens_q = cu_q.data();
  if (source == kRows) {
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
  args.sequences = static_cast<int32_t>(c.sequences.size());
  args.keys = p.cu_k.back();
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
  args.sinks = c.sinks ? sinks.data() : nullptr;
  args.dropout = p.dropout;
  args.log_sum_exp_stride = c.heads;
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
        if (p.tokens > 0)
          expect_refusals_reported([&] { return attention(args, p.tokens, nullptr); });
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

// Probabilities are rounded to 8 bits, or 11, half a unit each; their sum is that of the exact
// ones.
constexpr double kBf16Rounding = 1.0 / 256, kF16Rounding = 1.0 / 2048;

TEST(CudaAttention, Bf16AgreesWithTheFormula) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    for (const int source : {kRows, GATUN_DTYPE_BF16}) {
      Problem p(c);
      const auto got = attend(attention_bf16, p, source, false);
      expect_attention(p, got, p.expected(to_bf16), kBf16Rounding);
    }
  }
}

TEST(CudaAttention, F16AgreesWithTheFormula) {
  for (const Case& c : cases()) {
    if (c.magnitude < 0.01f) continue;  // below what f16 has
    SCOPED_TRACE(c.name);
    Problem p(c);
    expect_attention(p, attend(attention_f16, p, kRows, false, 0), p.expected(to_f16),
                     kF16Rounding);
  }
}

TEST(CudaAttention, PagesOfAllFormatsAgreeWithTheFormula) {
  const Case few[] = {{"decode", {{1, 1}, {1, 64}, {1, 130}}, 4, 2, 64, 1},
                      {"size 40", {{9, 40}, {3, 70}}, 2, 1, 40, 1, 0, 0, 1, 0, 0, 0, true},
                      {"size 5", {{9, 40}}, 2, 1, 5, 1},
                      {"size 256", {{3, 50}}, 2, 1, 256, 1}};
  for (const Case& c : few) {
    for (const int dtype : {GATUN_DTYPE_F16, GATUN_DTYPE_Q8_0}) {
      SCOPED_TRACE(std::string(c.name) + " " + std::to_string(dtype));
      Problem p(c);
      const auto got = attend(attention_bf16, p, dtype, false, 0);
      expect_attention(p, got, p.expected(to_f16), kF16Rounding);
    }
    for (const int dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_F16, GATUN_DTYPE_BF16, GATUN_DTYPE_Q8_0}) {
      SCOPED_TRACE(std::string(c.name) + " f32 " + std::to_string(dtype));
      Problem p(c);
      const auto got = attend(attention_f32, p, dtype, true, 0);
      expect_attention(p, got, p.expected(as_it_is), 1e-5);
    }
  }
}

TEST(CudaAttention, F32AgreesWithTheFormula) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    Problem p(c);
    expect_attention(p, attend(attention_f32, p, kRows, false, 0), p.expected(as_it_is), 1e-5);
  }
}

TEST(CudaAttention, DropoutDropsWhatTheHostDrops) {
  for (const Case& c : dropout_cases()) {
    SCOPED_TRACE(c.name);
    Problem p(c);
    expect_attention(p, attend(attention_bf16, p, kRows, false, 0), p.expected(to_bf16),
                     kBf16Rounding);
    expect_attention(p, attend(attention_f32, p, kRows, false, 0), p.expected(as_it_is), 1e-5);
  }
}

TEST(CudaAttention, KeysSpreadOverBlocksGiveTheSame) {
  const Case spread[] = {
      {"decode", {{1, 1}, {1, 512}, {1, 513}, {1, 1200}}, 4, 2, 64, 1},
      {"prefill", {{40, 700}, {0, 3}, {3, 0}}, 2, 1, 32, 1, 0, 0, 1, 0, 0, 0, true},
      {"window", {{3, 1100}}, 2, 2, 32, 1, 300},
      {"rows of no sequence", {{2, 600}}, 2, 1, 32, 1, 0, 0, 1, 0, 3},
      {"size 128", {{2, 600}}, 2, 1, 128, 1}};
  for (const Case& c : spread) {
    SCOPED_TRACE(c.name);
    for (const int source : {kRows, GATUN_DTYPE_BF16}) {
      Problem p(c);
      const auto got = attend(attention_bf16, p, source, true, 0);
      expect_attention(p, got, p.expected(to_bf16), kBf16Rounding);
    }
  }
}

// Three sequences of queries over sequences of keys, whose rows are these of a table.
struct Reads {
  std::vector<int32_t> cu_q{0, 1, 3, 4}, cu_k{0, 20, 25}, kv_sequence{1, 0, 1};
  std::vector<int> rows = range(0, 25);

  static std::vector<int> range(int begin, int end) {
    std::vector<int> all(static_cast<std::size_t>(end - begin));
    std::iota(all.begin(), all.end(), begin);
    return all;
  }
};

struct Answer {
  std::vector<float> y;
  DeviceFault fault;
};

Answer attend(const Reads& reads) {
  constexpr int kHeads = 2, kSize = 8, kTokens = 4;
  const std::vector<float> table = normal_values(25 * kHeads * kSize, 2);
  std::vector<float> keys;
  for (const int row : reads.rows)
    keys.insert(keys.end(), table.begin() + row * kHeads * kSize,
                table.begin() + (row + 1) * kHeads * kSize);
  const DeviceArray<float> q(normal_values(kTokens * kHeads * kSize, 1)), k(keys),
      y(std::vector<float>(std::size_t{kTokens * kHeads * kSize}));
  const DeviceArray<int32_t> cu_q(reads.cu_q), cu_k(reads.cu_k), sources(reads.kv_sequence);
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  AttentionArgs args{};
  args.q = q.data();
  args.k = args.v = k.data();
  args.y = y.data();
  args.q_stride = args.k_stride = args.v_stride = args.y_stride = kHeads * kSize;
  args.cu_seqlens_q = cu_q.data();
  args.cu_seqlens_k = cu_k.data();
  args.kv_sequence = reads.kv_sequence.empty() ? nullptr : sources.data();
  args.sequences = 3;
  args.key_sequences = static_cast<int32_t>(reads.cu_k.size()) - 1;
  args.keys = static_cast<int32_t>(reads.rows.size());
  args.max_queries = 2;
  args.heads = args.kv_heads = kHeads;
  args.head_size = kSize;
  args.scale = 0.5f;
  args.fault = fault.data();
  EXPECT_EQ(attention_f32(args, kTokens, nullptr), 0);
  expect_no_findings();
  return {y.read(), fault.read()[0]};
}

TEST(CudaAttention, SequencesMayShareKeys) {
  Reads copied;
  copied.kv_sequence = {};
  copied.cu_k = {0, 5, 25, 30};
  copied.rows = Reads::range(20, 25);
  for (const auto& part : {Reads::range(0, 20), Reads::range(20, 25)})
    copied.rows.insert(copied.rows.end(), part.begin(), part.end());
  const Answer shared = attend(Reads{}), own = attend(copied);
  EXPECT_EQ(shared.fault.source, 0);
  EXPECT_EQ(own.fault.source, 0);
  EXPECT_EQ(shared.y, own.y);
}

TEST(CudaAttention, ReportsLengthsThatItCannotUse) {
  const auto fault_of = [](std::vector<int32_t> cu_q, std::vector<int32_t> cu_k,
                           std::vector<int32_t> kv_sequence) {
    const Answer answer = attend(Reads{std::move(cu_q), std::move(cu_k), std::move(kv_sequence)});
    for (const float y : answer.y) EXPECT_EQ(y, 0);  // as it was
    return static_cast<FaultSource>(answer.fault.source);
  };
  EXPECT_EQ(fault_of({0, 1, 3, 5}, {0, 20, 25}, {1, 0, 1}), FaultSource::kAttentionQueries);
  EXPECT_EQ(fault_of({1, 1, 3, 4}, {0, 20, 25}, {1, 0, 1}), FaultSource::kAttentionQueries);
  EXPECT_EQ(fault_of({0, 1, 3, -2}, {0, 20, 25}, {1, 0, 1}), FaultSource::kAttentionQueries);
  EXPECT_EQ(fault_of({0, 3, 1, 4}, {0, 20, 25}, {1, 0, 1}), FaultSource::kAttentionQueries);
  EXPECT_EQ(fault_of({0, 1, 3, 4}, {0, 20, 26}, {1, 0, 1}), FaultSource::kAttentionKeys);
  const Answer answer = attend(Reads{{0, 1, 3, 4}, {0, 20, 25}, {0, 2, 0}});
  EXPECT_EQ(answer.fault.source, static_cast<int32_t>(FaultSource::kAttentionSources));
  EXPECT_EQ(answer.fault.position, 1);
  EXPECT_EQ(answer.fault.value, 2);
  EXPECT_EQ(answer.fault.limit, 2);
}

TEST(CudaAttention, BitsDependOnTheRowAlone) {
  const Case both{"both", {{3, 70}, {20, 90}}, 4, 2, 64, 1},
      second{"second", {{20, 90}}, 4, 2, 64, 1}, last{"last", {{1, 90}}, 4, 2, 64, 1};
  const auto tail = [](const std::vector<float>& x, std::size_t count) {
    return std::vector<float>(x.end() - static_cast<std::ptrdiff_t>(count), x.end());
  };
  Problem p(both);
  // Rows of y, of `part`, as the batch had them.
  const auto expect_same_rows = [&](Attention attention, const Case& c) {
    Problem part(c);
    part.q = tail(p.q, part.q.size());
    part.k = tail(p.k, part.k.size());
    part.v = tail(p.v, part.v.size());
    const auto whole = attend(attention, p, kRows, false, 0),
               alone = attend(attention, part, kRows, false, 0);
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
  const DeviceArray<std::byte> scratch(
      static_cast<std::size_t>(attention_sm90_scratch_bytes(args, tokens)));
  AttentionArgs with_scratch = args;
  with_scratch.sm90_scratch = scratch.data();
  return attention_bf16_sm90(with_scratch, tokens, stream);
}

TEST(CudaAttention, Sm90AgreesWithTheFormula) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  for (const Case& c : cases()) {
    if (c.head_size > 128) continue;
    SCOPED_TRACE(c.name);
    for (const int source : {kRows, GATUN_DTYPE_BF16}) {
      Problem p(c);
      const auto got = attend(attention_sm90, p, source, false, 0);
      expect_attention(p, got, p.expected(to_bf16), kBf16Rounding);
    }
  }
}

// More tiles than stages; splits; every order of threads.
TEST(CudaAttention, Sm90KeepsItsPipelineInStep) {
  if (!has_capability(90)) GTEST_SKIP() << "wgmma is of capability 9.0 alone";
  const Case long_ones[] = {{"five tiles", {{130, 530}}, 2, 1, 64, 1},
                            {"size 128", {{70, 400}, {3, 260}}, 1, 1, 128}};
  for (const Case& c : long_ones) {
    SCOPED_TRACE(c.name);
    for (const int source : {kRows, GATUN_DTYPE_BF16}) {
      for (const bool split : {false, true}) {
        Problem p(c);
        const auto got = attend(attention_sm90, p, source, split, split ? 0 : 2);
        expect_attention(p, got, p.expected(to_bf16), kBf16Rounding);
      }
    }
  }
}

#if !defined(__CUDACC__)
// attention_bf16 takes the form of the device that it runs on.
TEST(CudaAttention, TheDeviceDecidesTheForm) {
  const Case c{"both", {{40, 40}}, 1, 1, 64, 1};
  Problem p(c);
  const auto with_scratch = [](const AttentionArgs& args, int64_t tokens, Stream stream) -> Status {
    const DeviceArray<std::byte> scratch(
        static_cast<std::size_t>(attention_sm90_scratch_bytes(args, tokens)));
    AttentionArgs given = args;
    given.sm90_scratch = scratch.data();
    return attention_bf16(given, tokens, stream);
  };
  simt::Machine& machine = simt::Machine::instance();
  const auto launches = [&](int capability) {
    machine.capability = capability;
    const int64_t before = machine.launches();
    attend(with_scratch, p, kRows, false, 0);
    machine.capability = 80;
    return machine.launches() - before;
  };
  launches(80);  // the first call of a test tries refusals
  // Two orders of three launches more, which round q, k and v.
  EXPECT_EQ(launches(90), launches(80) + 6);
}
#endif

}  // namespace
}  // namespace gatun::cuda::test

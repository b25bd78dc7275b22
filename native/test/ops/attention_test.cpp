// SPDX-License-Identifier: Apache-2.0
// One table of cases for every implementation of attention against the double reference, and byte
// equality across threads, batches, prefill chunks and sources of keys.
#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "runtime/graph.h"
#include "support/attention_table.h"
#include "support/guard_page.h"

namespace gatun::attention_test {
namespace {

Inputs rounded(const Inputs& in) {
  Inputs out = in;
  for (auto* x : {&out.q, &out.k, &out.v}) {
    for (float& value : *x) value = kv_from_bf16(kv_to_bf16(value));
  }
  return out;
}

// A score is a sum of D products whose absolute values sum to at most |q| |k|: rounding walks to 4
// sqrt(D) eps of that, and its error is the relative error of a probability, which counts once in o
// and once in l. The chain over the keys of a block and the merges add 32 eps. With bf16 products
// the operands are rounded before both (the reference gets rounded inputs), so what remains is the
// rounding of the probabilities: half of 2^-8, each.
float tolerance(const Case& c, const Inputs& in, bool bf16) {
  const float eps = std::numeric_limits<float>::epsilon() / 2;
  const float relative = 2 * score_error(c, in) + 32 * eps;
  float largest = 0;
  for (const float v : in.v) largest = std::max(largest, std::fabs(v));
  return largest / (1 - c.dropout) * (relative + (bf16 ? 1.0f / 512 : 0.0f));
}

// The logarithm of a sum of exponentials is as wrong as its scores, plus its own rounding.
float log_tolerance(const Case& c, const Inputs& in, const std::vector<float>& expected) {
  const float eps = std::numeric_limits<float>::epsilon() / 2;
  float largest = 1;
  for (const float x : expected) {
    if (std::isfinite(x)) largest = std::max(largest, std::fabs(x));
  }
  return 2 * score_error(c, in) + 32 * eps * largest;
}

void expect_close(const std::vector<float>& y,
                  const std::vector<float>& expected,
                  float allowed,
                  const std::string& what) {
  ASSERT_EQ(y.size(), expected.size());
  float worst = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(expected[i]) && std::isnan(y[i])) continue;
    if (std::isinf(expected[i]) && y[i] == expected[i]) continue;
    const float error = std::fabs(y[i] - expected[i]);
    if (!(error <= allowed)) {
      FAIL() << what << ": y[" << i << "] = " << y[i] << ", expected " << expected[i] << " within "
             << allowed;
    }
    worst = std::max(worst, error);
  }
}

class AttentionTest : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    if (!machine_has(GetParam().isa)) GTEST_SKIP() << "this machine lacks " << GetParam().name;
  }
  Means means(Source source = Source::kContiguous,
              int32_t arithmetic = GATUN_ARITHMETIC_F32,
              int threads = 2) const {
    return {GetParam().isa, threads, source, arithmetic};
  }
};

INSTANTIATE_TEST_SUITE_P(Tiers, AttentionTest, testing::ValuesIn(kTiers), [](const auto& info) {
  return std::string(info.param.name);
});

// The reference's answer for each case, computed once for all tiers: on the inputs, or on the
// inputs rounded to bf16.
const Answer& reference_of(size_t index, bool bf16) {
  static std::vector<Answer> known[2];
  auto& answers = known[bf16 ? 1 : 0];
  if (answers.empty()) {
    const auto device = open_device({GATUN_ISA_GENERIC, 2});
    Stream stream(*device);
    for (const Case& c : cases()) {
      answers.push_back(attend_fully(stream, c, bf16 ? rounded(random_inputs(c)) : random_inputs(c),
                                     {GATUN_ISA_GENERIC, 2}));
    }
  }
  return answers[index];
}

TEST_P(AttentionTest, MatchesTheReference) {
  const auto device = open_device(means());
  Stream stream(*device);
  size_t index = 0;
  for (const Case& c : cases()) {
    const Inputs in = random_inputs(c);
    const auto& expected = reference_of(index++, false);
    for (const Source source : {Source::kContiguous, Source::kPagedF32}) {
      if (source != Source::kContiguous && c.dropout > 0) continue;
      const std::string what = c.name + (source == Source::kContiguous ? "" : " paged");
      const auto answer = attend_fully(stream, c, in, means(source));
      expect_close(answer.y, expected.y, tolerance(c, in, false), what);
      expect_close(answer.log_sum_exp, expected.log_sum_exp,
                   log_tolerance(c, in, expected.log_sum_exp), what + " log_sum_exp");
    }
  }
}

TEST_P(AttentionTest, MatchesTheReferenceOnBf16) {
  const auto device = open_device(means());
  Stream stream(*device);
  size_t index = 0;
  for (const Case& c : cases()) {
    const Inputs in = rounded(random_inputs(c));
    const auto& expected = reference_of(index++, true);
    const float allowed = tolerance(c, in, true);
    const auto fast =
        attend_fully(stream, c, in, means(Source::kContiguous, GATUN_ARITHMETIC_FAST));
    expect_close(fast.y, expected.y, allowed, c.name + " contiguous");
    expect_close(fast.log_sum_exp, expected.log_sum_exp, log_tolerance(c, in, expected.log_sum_exp),
                 c.name + " log_sum_exp");
    if (c.dropout > 0) continue;
    expect_close(attend(stream, c, in, means(Source::kPagedBf16)), expected.y,
                 tolerance(c, in, false), c.name + " f32");
    expect_close(attend(stream, c, in, means(Source::kPagedBf16, GATUN_ARITHMETIC_FAST)),
                 expected.y, allowed, c.name);
  }
}

TEST_P(AttentionTest, SameBitsForAnyThreads) {
  for (const Case& c : cases()) {
    const Inputs in = random_inputs(c);
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      const auto one = attend_fully(c, in, means(Source::kContiguous, arithmetic, 1));
      for (const int threads : {2, 3}) {
        const auto more = attend_fully(c, in, means(Source::kContiguous, arithmetic, threads));
        expect_same_bits(more.y, one.y, c.name);
        expect_same_bits(more.log_sum_exp, one.log_sum_exp, c.name + " log_sum_exp");
      }
    }
  }
}

TEST_P(AttentionTest, SameBitsPagedAndContiguous) {
  const auto device = open_device(means());
  Stream stream(*device);
  for (const Case& c : cases()) {
    if (c.dropout > 0) continue;  // none over a cache
    const Inputs in = random_inputs(c);
    const auto contiguous = attend(stream, c, in, means());
    for (const int page_tokens : {16, 48, 64, 256, 512}) {
      Means paged = means(Source::kPagedF32);
      paged.page_tokens = page_tokens;
      expect_same_bits(attend(stream, c, in, paged), contiguous,
                       c.name + " pages of " + std::to_string(page_tokens));
    }
    if (GetParam().isa == GATUN_ISA_AVX512_BF16) {
      expect_same_bits(attend(stream, c, in, means(Source::kPagedBf16, GATUN_ARITHMETIC_FAST)),
                       attend(stream, c, in, means(Source::kContiguous, GATUN_ARITHMETIC_FAST)),
                       c.name + " bf16");
    }
  }
}

// A sequence alone, query by query and in uneven chunks, has the bits that it has whole and in a
// batch.
TEST_P(AttentionTest, SameBitsForAnyBatchAndChunking) {
  for (const int window : {0, 100, -1}) {  // -1: none, but a bias
    for (const Source source : {Source::kPagedF32, Source::kPagedBf16}) {
      const int32_t arithmetic =
          source == Source::kPagedBf16 ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32;
      const auto device = open_device(means());
      Stream stream(*device);
      Case whole{"whole", {{600, 600}}, 6, 2, 64, 1, std::max(window, 0)};
      if (window < 0) whole.bias = {32, 0, 128};
      const Inputs in = random_inputs(whole);
      const auto expected = attend(stream, whole, in, means(source, arithmetic));
      const size_t row = 6 * 64, kv_row = 2 * 64;

      for (const std::vector<int>& chunks :
           {std::vector<int>{1, 7, 256, 255, 1, 80}, std::vector<int>{512, 87, 1}}) {
        std::vector<float> y;
        size_t done = 0;
        for (const int t : chunks) {
          const size_t end = done + static_cast<size_t>(t);
          Case part = whole;
          part.sequences = {{t, static_cast<int>(end)}};
          const Inputs slice{{in.q.begin() + static_cast<long>(done * row),
                              in.q.begin() + static_cast<long>(end * row)},
                             {in.k.begin(), in.k.begin() + static_cast<long>(end * kv_row)},
                             {in.v.begin(), in.v.begin() + static_cast<long>(end * kv_row)},
                             in.bias};
          const auto out = attend(stream, part, slice, means(source, arithmetic));
          y.insert(y.end(), out.begin(), out.end());
          done = end;
        }
        expect_same_bits(y, expected, "chunked");
      }

      Case batch = whole;
      batch.sequences = {{5, 20}, {600, 600}, {1, 300}, {0, 0}, {40, 40}, {1, 1}, {1, 257}, {2, 2}};
      Inputs many = random_inputs(batch, 11);
      many.bias = in.bias;
      std::copy(in.q.begin(), in.q.end(), many.q.begin() + static_cast<long>(5 * row));
      std::copy(in.k.begin(), in.k.end(), many.k.begin() + static_cast<long>(20 * kv_row));
      std::copy(in.v.begin(), in.v.end(), many.v.begin() + static_cast<long>(20 * kv_row));
      const auto out = attend(stream, batch, many, means(source, arithmetic));
      expect_same_bits(
          {out.begin() + static_cast<long>(5 * row), out.begin() + static_cast<long>(605 * row)},
          expected, "in a batch");
    }
  }
}

// A recorded step reads its lengths when it is replayed, and gives the bits of a call.
TEST_P(AttentionTest, ReplayGivesTheSameBits) {
  const auto device = open_device(means());
  Stream stream(*device);
  const Case c{"replay", {{1, 700}, {1, 20}}, 6, 2, 64, 1};
  Inputs in = random_inputs(c);
  Pages pages(c, in, GATUN_DTYPE_BF16, 64);
  std::vector<int32_t> ends{0, 1, 2}, lengths{0, 0};
  std::vector<float> y(in.q.size());
  gatun_attention_params p{};
  p.q = tensor(in.q, GATUN_DTYPE_F32, {2, 6, 64});
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 6, 64});
  p.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {3});
  p.cache = pages.cache;
  p.page_table = tensor(pages.table, GATUN_DTYPE_I32, {2, pages.per_sequence});
  p.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {2});
  p.causal = 1;
  p.arithmetic = GATUN_ARITHMETIC_FAST;
  stream.begin_recording();
  attention_forward(stream, p);
  const auto graph = stream.end_recording();
  for (const std::vector<int32_t>& now :
       {std::vector<int32_t>{700, 20}, {300, 1}, {700, 20}, {1, 0}}) {
    lengths.assign(now.begin(), now.end());
    std::fill(y.begin(), y.end(), kNan);
    stream.replay(*graph);
    const auto replayed = y;
    attention_forward(stream, p);
    expect_same_bits(replayed, y, "replay");
    for (const float value : y) ASSERT_TRUE(std::isfinite(value));
  }
}

// What a query may not see does not reach it, whatever its value.
TEST_P(AttentionTest, MaskedKeysAddNothing) {
  for (const float poison : {kNan, kInfinity, -kInfinity}) {
    for (const bool bf16 : {false, true}) {
      const Means how =
          bf16 ? means(Source::kPagedBf16, GATUN_ARITHMETIC_FAST) : means(Source::kPagedF32);
      const Case c{"poison", {{300, 300}}, 2, 1, 32, 1, 40};
      const Inputs clean = random_inputs(c);
      const auto expected = attend(c, clean, how);
      Inputs poisoned = clean;
      const int bad = 131;  // seen by queries 131 to 170
      for (int d = 0; d < 32; ++d) {
        poisoned.k[static_cast<size_t>(bad * 32 + d)] = poison;
        poisoned.v[static_cast<size_t>(bad * 32 + d)] = poison;
      }
      const auto y = attend(c, poisoned, how);
      const auto part = [](const std::vector<float>& x, long from, long to) {
        return std::vector<float>(x.begin() + from * 64, x.begin() + to * 64);
      };
      expect_same_bits(part(y, 0, bad), part(expected, 0, bad), "before");
      expect_same_bits(part(y, bad + 40, 300), part(expected, bad + 40, 300), "after");
      for (int i = bad; i < bad + 40; ++i)
        EXPECT_TRUE(std::isnan(y[static_cast<size_t>(i * 64)])) << i;
    }
  }
}

TEST_P(AttentionTest, StaysInsideItsTensors) {
  const auto device = open_device(means());
  Stream stream(*device);
  for (const Case& c : cases()) {
    Inputs in = random_inputs(c);
    test::GuardedArray<float> q(in.q), k(in.k), v(in.v), y(in.q), bias(in.bias);
    auto cu_q = query_ends(c), cu_k = key_ends(c), reads = c.reads;
    const int64_t tokens = total_queries(c) + c.extra_rows;
    std::vector<float> logs(static_cast<size_t>(tokens * c.heads));
    test::GuardedArray<float> log_sum_exp(logs);
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      gatun_attention_params p{};
      p.q = tensor(in.q, GATUN_DTYPE_F32, {tokens, c.heads, c.head_size});
      p.k = tensor(in.k, GATUN_DTYPE_F32, {total_keys(c), c.kv_heads, c.head_size});
      p.v = p.k;
      p.y = p.q;
      p.q.data = q.data();
      p.k.data = k.data();
      p.v.data = v.data();
      p.y.data = y.data();
      p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {static_cast<int64_t>(cu_q.size())});
      p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {static_cast<int64_t>(cu_k.size())});
      p.log_sum_exp = tensor(logs, GATUN_DTYPE_F32, {tokens, c.heads});
      p.log_sum_exp.data = log_sum_exp.data();
      if (!reads.empty())
        p.kv_sequence = tensor(reads, GATUN_DTYPE_I32, {static_cast<int64_t>(reads.size())});
      if (c.bias.buckets > 0) {
        p.bias_table = tensor(in.bias, GATUN_DTYPE_F32, {c.bias.buckets, c.heads});
        p.bias_table.data = bias.data();
      }
      set_options(c, p);
      p.arithmetic = arithmetic;
      attention_forward_with(
          stream, p,
          GetParam().isa == GATUN_ISA_AVX512_BF16 ? Bf16Products::kPairs : Bf16Products::kWidened);
    }
  }
}

// Rows of q, k, v and y as slices of wider rows give the bits of dense ones.
TEST_P(AttentionTest, StridedRowsGiveTheSameBits) {
  const Case c{"strided", {{40, 40}, {9, 9}}, 4, 2, 32, 1};
  const Inputs in = random_inputs(c);
  const auto expected = attend(c, in, means());
  const int64_t tokens = 49, q_row = 4 * 32, kv_row = 2 * 32, row = q_row + 2 * kv_row + 5;
  std::vector<float> fused(static_cast<size_t>(tokens * row), kNan),
      y(static_cast<size_t>(tokens * (q_row + 3)), 7.0f);
  for (int64_t i = 0; i < tokens; ++i) {
    std::copy_n(&in.q[static_cast<size_t>(i * q_row)], q_row, &fused[static_cast<size_t>(i * row)]);
    std::copy_n(&in.k[static_cast<size_t>(i * kv_row)], kv_row,
                &fused[static_cast<size_t>(i * row + q_row)]);
    std::copy_n(&in.v[static_cast<size_t>(i * kv_row)], kv_row,
                &fused[static_cast<size_t>(i * row + q_row + kv_row)]);
  }
  std::vector<int32_t> ends{0, 40, 49};
  gatun_attention_params p{};
  const auto slice = [&](std::vector<float>& data, int64_t offset, int64_t heads, int64_t stride) {
    gatun_tensor t = tensor(data, GATUN_DTYPE_F32, {tokens, heads, 32});
    t.data = data.data() + offset;
    t.byte_length -= offset * 4;
    t.stride[0] = stride;
    return t;
  };
  p.q = slice(fused, 0, 4, row);
  p.k = slice(fused, q_row, 2, row);
  p.v = slice(fused, q_row + kv_row, 2, row);
  p.y = slice(y, 0, 4, q_row + 3);
  p.cu_seqlens_q = p.cu_seqlens_k = tensor(ends, GATUN_DTYPE_I32, {3});
  p.causal = 1;
  const auto device = open_device(means());
  Stream stream(*device);
  attention_forward(stream, p);
  std::vector<float> dense;
  for (int64_t i = 0; i < tokens; ++i) {
    const auto from = y.begin() + i * (q_row + 3);
    dense.insert(dense.end(), from, from + q_row);
    EXPECT_EQ(*(from + q_row), 7.0f);
  }
  expect_same_bits(dense, expected, c.name);
}

// Sequences that read the keys of one source have the bits of a copy of the keys for each.
TEST_P(AttentionTest, SharedKeysGiveTheBitsOfCopies) {
  const auto device = open_device(means());
  Stream stream(*device);
  for (const Case& c : cases()) {
    if (c.reads.empty()) continue;
    const Inputs in = random_inputs(c);
    const auto ends = key_ends(c);
    Case copied = c;
    copied.reads.clear();
    Inputs copies{in.q, {}, {}, in.bias};
    for (size_t b = 0; b < c.reads.size(); ++b) {
      const auto source = static_cast<size_t>(c.reads[b]);
      copied.sequences[b].keys = c.sources[source];
      const long row = c.kv_heads * c.head_size;
      const long from = ends[source] * row, to = ends[source + 1] * row;
      copies.k.insert(copies.k.end(), in.k.begin() + from, in.k.begin() + to);
      copies.v.insert(copies.v.end(), in.v.begin() + from, in.v.begin() + to);
    }
    for (const Source source : {Source::kContiguous, Source::kPagedF32, Source::kPagedBf16}) {
      const int32_t arithmetic =
          source == Source::kPagedBf16 ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32;
      const auto expected = attend(stream, copied, copies, means(source, arithmetic));
      Means how = means(source, arithmetic);
      expect_same_bits(attend(stream, c, in, how), expected, c.name);
      if (source == Source::kContiguous) continue;
      how.repeat_pages = true;
      expect_same_bits(attend(stream, c, in, how), expected, c.name + " by equal pages");
    }
  }
}

TEST_P(AttentionTest, MinusInfinityScoresWeighNothing) {
  const Case c{"minus_infinity", {{1, 40}}, 1, 1, 8, 0};
  Inputs in = random_inputs(c);
  for (float& q : in.q) q = 1.0f;
  for (int j = 0; j < 20; ++j) in.k[static_cast<size_t>(j * 8)] = -kInfinity;
  const auto expected = attend(c, in, {GATUN_ISA_GENERIC, 1});
  for (const float y : expected) ASSERT_TRUE(std::isfinite(y));
  expect_close(attend(c, in, means()), expected, 1e-6f, c.name);
}

}  // namespace
}  // namespace gatun::attention_test

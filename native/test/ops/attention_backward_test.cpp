// SPDX-License-Identifier: Apache-2.0
// The gradients of attention: the double reference by finite differences of the forward reference,
// the other implementations against the reference over the table of the forward, and byte equality
// across threads and ways to split the work.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gatun/train.h"
#include "runtime/error.h"
#include "support/attention_table.h"
#include "support/guard_page.h"

namespace gatun::attention_test {
namespace {

struct Gradients {
  std::vector<float> dq, dk, dv, dbias;
};

// What the backward reads besides the inputs.
struct Saved {
  Answer forward;
  std::vector<float> dy;
};

Saved forward_of(const Case& c, const Inputs& in) {
  Saved saved{attend_fully(c, in, {GATUN_ISA_GENERIC, 2}), {}};
  std::mt19937 random(23);
  std::normal_distribution<float> normal;
  saved.dy.resize(saved.forward.y.size());
  for (float& value : saved.dy) value = normal(random);
  return saved;
}

std::vector<Case> gradient_cases() {
  std::vector<Case> list;
  for (Case& c : cases()) {
    if (c.reads.empty()) list.push_back(std::move(c));
  }
  return list;
}

// Outputs that are wanted: dq, dk, dv, dbias.
constexpr int kAll = 15;

Gradients differentiate(Stream& stream,
                        const Case& c,
                        Inputs in,
                        Saved saved,
                        float initial = kNan,
                        int32_t accumulate = 0,
                        int wanted = kAll) {
  auto cu_q = query_ends(c), cu_k = key_ends(c);
  const auto ends = static_cast<int64_t>(cu_q.size());
  const int64_t n = total_queries(c) + c.extra_rows, m = total_keys(c);
  Gradients g{std::vector<float>(in.q.size(), initial), std::vector<float>(in.k.size(), initial),
              std::vector<float>(in.v.size(), initial), std::vector<float>(in.bias.size(), 0.5f)};
  gatun_attention_backward_params p{};
  p.struct_size = sizeof p;
  p.q = tensor(in.q, GATUN_DTYPE_F32, {n, c.heads, c.head_size});
  p.k = tensor(in.k, GATUN_DTYPE_F32, {m, c.kv_heads, c.head_size});
  p.v = tensor(in.v, GATUN_DTYPE_F32, {m, c.kv_heads, c.head_size});
  p.y = tensor(saved.forward.y, GATUN_DTYPE_F32, {n, c.heads, c.head_size});
  p.dy = tensor(saved.dy, GATUN_DTYPE_F32, {n, c.heads, c.head_size});
  p.log_sum_exp = tensor(saved.forward.log_sum_exp, GATUN_DTYPE_F32, {n, c.heads});
  p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {ends});
  p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {ends});
  if ((wanted & 1) != 0) p.dq = tensor(g.dq, GATUN_DTYPE_F32, {n, c.heads, c.head_size});
  if ((wanted & 2) != 0) p.dk = tensor(g.dk, GATUN_DTYPE_F32, {m, c.kv_heads, c.head_size});
  if ((wanted & 4) != 0) p.dv = tensor(g.dv, GATUN_DTYPE_F32, {m, c.kv_heads, c.head_size});
  if (c.bias.buckets > 0) {
    p.bias_table = tensor(in.bias, GATUN_DTYPE_F32, {c.bias.buckets, c.heads});
    if ((wanted & 8) != 0)
      p.dbias_table = tensor(g.dbias, GATUN_DTYPE_F32, {c.bias.buckets, c.heads});
  }
  set_options(c, p);
  p.accumulate = accumulate;
  attention_backward(stream, p);
  return g;
}

Gradients differentiate(const Case& c, const Inputs& in, const Saved& saved, const Means& means) {
  const auto device = open_device(means);
  Stream stream(*device);
  return differentiate(stream, c, in, saved);
}

void expect_same_bits(const Gradients& a, const Gradients& b, const std::string& what) {
  attention_test::expect_same_bits(a.dq, b.dq, what + " dq");
  attention_test::expect_same_bits(a.dk, b.dk, what + " dk");
  attention_test::expect_same_bits(a.dv, b.dv, what + " dv");
  attention_test::expect_same_bits(a.dbias, b.dbias, what + " dbias");
}

// ---- the reference by finite differences --------------------------------------------------------

std::vector<Case> small_cases() {
  std::vector<Case> list;
  const auto add = [&list](const char* name, std::vector<Lengths> sequences) -> Case& {
    list.push_back({name, std::move(sequences), 2, 2, 5});
    return list.back();
  };
  add("bidirectional", {{4, 4}});
  add("causal", {{5, 5}}).causal = 1;
  add("window", {{6, 6}}).window = 3;
  list.back().causal = 1;
  add("softcap", {{4, 5}}).softcap = 1.5f;
  add("softcap_with_bias", {{4, 5}}).softcap = 1.5f;
  list.back().bias = {4, 1, 4};
  add("grouped", {{4, 4}}).heads = 4;
  add("one_key_head", {{3, 4}}).kv_heads = 1;
  add("cross", {{2, 6}, {5, 3}});
  add("ragged", {{3, 3}, {0, 0}, {1, 1}, {0, 2}, {2, 2}}).causal = 1;
  add("no_key", {{5, 2}, {2, 0}}).causal = 1;
  add("bias_encoder", {{7, 7}, {2, 2}}).bias = {8, 1, 6};
  add("bias_decoder", {{7, 7}}).bias = {4, 0, 5};
  list.back().causal = 1;
  add("dropout", {{5, 6}, {3, 3}}).dropout = 0.3f;
  add("dropout_with_bias", {{5, 6}}).dropout = 0.3f;
  list.back().bias = {8, 1, 6};
  add("scale", {{4, 4}}).scale = -1.0f;
  return list;
}

// The derivative of sum(dy * y) by each element, from four values around it: what is left of the
// Taylor series is of fourth order in the step, 1e-6 here; the f32 rounding of y, 6e-8 each over
// up to 100 elements, is divided by the step: 1e-5.
void expect_differences(const Case& c,
                        Inputs& in,
                        std::vector<float>& x,
                        const std::vector<float>& gradient,
                        const std::vector<float>& dy,
                        const std::string& what) {
  const auto device = open_device({GATUN_ISA_GENERIC, 1});
  Stream stream(*device);
  const auto loss = [&](size_t i, float value) {
    const float old = x[i];
    x[i] = value;
    const auto y = attend(stream, c, in, {GATUN_ISA_GENERIC, 1});
    x[i] = old;
    double sum = 0;
    for (size_t j = 0; j < y.size(); ++j) sum += double{y[j]} * double{dy[j]};
    return sum;
  };
  const float step = 0.03125f;
  for (size_t i = 0; i < x.size(); ++i) {
    const double near = loss(i, x[i] + step) - loss(i, x[i] - step);
    const double far = loss(i, x[i] + 2 * step) - loss(i, x[i] - 2 * step);
    const double expected = (8 * near - far) / (12 * double{step});
    ASSERT_NEAR(gradient[i], expected, 2e-4) << c.name << ": " << what << "[" << i << "]";
  }
}

TEST(AttentionBackwardReference, FiniteDifferences) {
  for (const Case& c : small_cases()) {
    Inputs in = random_inputs(c);
    const Saved saved = forward_of(c, in);
    Gradients g = differentiate(c, in, saved, {GATUN_ISA_GENERIC, 1});
    for (float& value : g.dbias) value -= 0.5f;  // what was there before
    expect_differences(c, in, in.q, g.dq, saved.dy, "dq");
    expect_differences(c, in, in.k, g.dk, saved.dy, "dk");
    expect_differences(c, in, in.v, g.dv, saved.dy, "dv");
    expect_differences(c, in, in.bias, g.dbias, saved.dy, "dbias_table");
  }
}

// ---- the implementations against the reference --------------------------------------------------

class AttentionBackwardTest : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    if (!machine_has(GetParam().isa)) GTEST_SKIP() << "this machine lacks " << GetParam().name;
  }
  Means means(int threads = 2) const { return {GetParam().isa, threads}; }
};

INSTANTIATE_TEST_SUITE_P(Tiers,
                         AttentionBackwardTest,
                         testing::Values(kTiers[0], kTiers[1]),
                         [](const auto& info) { return std::string(info.param.name); });

struct Known {
  Inputs in;
  Saved saved;
  Gradients expected;
};

// Inputs, forward and the reference's answer of each case, computed once for all tiers.
const std::vector<Known>& known_cases() {
  static std::vector<Known> known;
  if (known.empty()) {
    const auto device = open_device({GATUN_ISA_GENERIC, 2});
    Stream stream(*device);
    for (const Case& c : gradient_cases()) {
      Inputs in = random_inputs(c);
      Saved saved = forward_of(c, in);
      Gradients expected = differentiate(stream, c, in, saved);
      known.push_back({std::move(in), std::move(saved), std::move(expected)});
    }
  }
  return known;
}

// A probability is as wrong as its score and log_sum_exp; dy . v and D, at most |dy| |v| each, are
// sums of D products. Weighted by probabilities, which sum to 1 over keys, that times the largest
// key bounds the error of dq. Errors of dk, dv and the bias add up over rows like a random walk.
struct Tolerance {
  float dq, dk, dv, dbias;
};
Tolerance tolerance_of(const Case& c, const Known& known) {
  const float eps = std::numeric_limits<float>::epsilon() / 2;
  const auto largest = [](const std::vector<float>& x) {
    float most = 0;
    for (const float value : x) {
      if (std::isfinite(value)) most = std::max(most, std::fabs(value));
    }
    return most;
  };
  const Inputs& in = known.in;
  const float probability = 2 * score_error(c, in) +
                            4 * eps * largest(known.saved.forward.log_sum_exp) +
                            eps * (4 * std::sqrt(static_cast<float>(c.head_size)) + 32);
  const float kept = 1 / (1 - c.dropout);
  const float slope = 2 * kept * largest_norm(known.saved.dy, c.head_size) *
                      largest_norm(in.v, c.head_size) * probability;
  const float scale =
      c.scale != 0 ? std::fabs(c.scale) : 1.0f / std::sqrt(static_cast<float>(c.head_size));
  int rows = 0;
  for (const Lengths& s : c.sequences) rows += s.queries;
  const float walk = 1 + std::sqrt(static_cast<float>(rows * c.heads / c.kv_heads));
  return {scale * largest(in.k) * slope, scale * largest(in.q) * slope * walk,
          kept * largest(known.saved.dy) * probability * walk, slope * walk};
}

void expect_close(const std::vector<float>& y,
                  const std::vector<float>& expected,
                  float allowed,
                  const std::string& what) {
  ASSERT_EQ(y.size(), expected.size());
  for (size_t i = 0; i < y.size(); ++i) {
    if (!(std::fabs(y[i] - expected[i]) <= allowed)) {
      FAIL() << what << "[" << i << "] = " << y[i] << ", expected " << expected[i] << " within "
             << allowed;
    }
  }
}

TEST_P(AttentionBackwardTest, MatchesTheReference) {
  const auto device = open_device(means());
  Stream stream(*device);
  size_t index = 0;
  for (const Case& c : gradient_cases()) {
    const Known& known = known_cases()[index++];
    const Gradients g = differentiate(stream, c, known.in, known.saved);
    const Tolerance allowed = tolerance_of(c, known);
    expect_close(g.dq, known.expected.dq, allowed.dq, c.name + " dq");
    expect_close(g.dk, known.expected.dk, allowed.dk, c.name + " dk");
    expect_close(g.dv, known.expected.dv, allowed.dv, c.name + " dv");
    expect_close(g.dbias, known.expected.dbias, allowed.dbias, c.name + " dbias_table");
  }
}

TEST_P(AttentionBackwardTest, SameBitsForAnyThreads) {
  size_t index = 0;
  for (const Case& c : gradient_cases()) {
    const Known& known = known_cases()[index++];
    const auto one = differentiate(c, known.in, known.saved, means(1));
    for (const int threads : {2, 5}) {  // five split most cases by blocks
      expect_same_bits(differentiate(c, known.in, known.saved, means(threads)), one, c.name);
    }
  }
}

// Each output alone has the bits that it has beside the others.
TEST_P(AttentionBackwardTest, OutputsAreOptional) {
  for (const int threads : {1, 5}) {
    const auto device = open_device(means(threads));
    Stream stream(*device);
    size_t index = 0;
    for (const Case& c : gradient_cases()) {
      const Known& known = known_cases()[index++];
      if (c.bias.buckets == 0 && c.name != "ragged_causal" && c.name != "size_80") continue;
      const Gradients all = differentiate(stream, c, known.in, known.saved);
      Gradients alone;
      alone.dq = differentiate(stream, c, known.in, known.saved, kNan, 0, 1).dq;
      alone.dk = differentiate(stream, c, known.in, known.saved, kNan, 0, 2).dk;
      alone.dv = differentiate(stream, c, known.in, known.saved, kNan, 0, 4).dv;
      alone.dbias = differentiate(stream, c, known.in, known.saved, kNan, 0, 8).dbias;
      expect_same_bits(alone, all, c.name);
    }
  }
}

TEST_P(AttentionBackwardTest, AccumulateAdds) {
  for (const int32_t isa : {GetParam().isa, int32_t{GATUN_ISA_GENERIC}}) {
    const auto device = open_device({isa, 2});
    Stream stream(*device);
    Case c{"accumulate", {{30, 30}, {5, 70}}, 4, 2, 24, 1};
    c.extra_rows = 2;
    const Inputs in = random_inputs(c);
    const Saved saved = forward_of(c, in);
    const Gradients fresh = differentiate(stream, c, in, saved);
    const Gradients added = differentiate(stream, c, in, saved, 1.0f, 1 | 2 | 4);
    const auto check = [](const std::vector<float>& more, const std::vector<float>& base) {
      for (size_t i = 0; i < base.size(); ++i) ASSERT_NEAR(more[i], base[i] + 1.0f, 1e-5f) << i;
    };
    check(added.dq, fresh.dq);
    check(added.dk, fresh.dk);
    check(added.dv, fresh.dv);
    const Gradients one = differentiate(stream, c, in, saved, 1.0f, 2);
    attention_test::expect_same_bits(one.dq, fresh.dq, "dq");
    check(one.dk, fresh.dk);
    attention_test::expect_same_bits(one.dv, fresh.dv, "dv");
  }
}

TEST_P(AttentionBackwardTest, StaysInsideItsTensors) {
  for (const int threads : {1, 5}) {
    const auto device = open_device(means(threads));
    Stream stream(*device);
    size_t index = 0;
    for (const Case& c : gradient_cases()) {
      const Known& known = known_cases()[index++];
      Inputs in = known.in;
      Saved saved = known.saved;
      test::GuardedArray<float> q(in.q), k(in.k), v(in.v), y(saved.forward.y), dy(saved.dy),
          logs(saved.forward.log_sum_exp), dq(in.q), dk(in.k), dv(in.v), bias(in.bias),
          dbias(in.bias);
      auto cu_q = query_ends(c), cu_k = key_ends(c);
      const auto ends = static_cast<int64_t>(cu_q.size());
      const int64_t n = total_queries(c) + c.extra_rows, m = total_keys(c);
      gatun_attention_backward_params p{};
      const auto at = [](gatun_tensor t, float* data) {
        t.data = data;
        return t;
      };
      p.q = at(tensor(in.q, GATUN_DTYPE_F32, {n, c.heads, c.head_size}), q.data());
      p.k = at(tensor(in.k, GATUN_DTYPE_F32, {m, c.kv_heads, c.head_size}), k.data());
      p.v = at(p.k, v.data());
      p.y = at(p.q, y.data());
      p.dy = at(p.q, dy.data());
      p.dq = at(p.q, dq.data());
      p.dk = at(p.k, dk.data());
      p.dv = at(p.k, dv.data());
      p.log_sum_exp =
          at(tensor(saved.forward.log_sum_exp, GATUN_DTYPE_F32, {n, c.heads}), logs.data());
      p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {ends});
      p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {ends});
      if (c.bias.buckets > 0) {
        p.bias_table = at(tensor(in.bias, GATUN_DTYPE_F32, {c.bias.buckets, c.heads}), bias.data());
        p.dbias_table = at(p.bias_table, dbias.data());
      }
      set_options(c, p);
      attention_backward(stream, p);
    }
  }
}

// Rows as slices of wider rows, as one projection to q, k and v writes them.
TEST_P(AttentionBackwardTest, StridedRowsGiveTheSameBits) {
  const Case c{"strided", {{40, 40}, {9, 9}}, 4, 2, 32, 1};
  Inputs in = random_inputs(c);
  Saved saved = forward_of(c, in);
  const Gradients expected = differentiate(c, in, saved, means());
  const int64_t tokens = 49, q_row = 4 * 32, kv_row = 2 * 32, row = q_row + 2 * kv_row + 5;
  std::vector<float> fused(static_cast<size_t>(tokens * row), kNan),
      gradients(static_cast<size_t>(tokens * row), 7.0f);
  for (int64_t i = 0; i < tokens; ++i) {
    float* to = &fused[static_cast<size_t>(i * row)];
    std::copy_n(&in.q[static_cast<size_t>(i * q_row)], q_row, to);
    std::copy_n(&in.k[static_cast<size_t>(i * kv_row)], kv_row, to + q_row);
    std::copy_n(&in.v[static_cast<size_t>(i * kv_row)], kv_row, to + q_row + kv_row);
  }
  std::vector<int32_t> ends{0, 40, 49};
  const auto slice = [&](std::vector<float>& data, int64_t offset, int64_t heads) {
    gatun_tensor t = tensor(data, GATUN_DTYPE_F32, {tokens, heads, 32});
    t.data = data.data() + offset;
    t.byte_length = static_cast<int64_t>(data.size() * sizeof(float)) - offset * 4;
    t.stride[0] = row;
    return t;
  };
  gatun_attention_backward_params p{};
  p.q = slice(fused, 0, 4);
  p.k = slice(fused, q_row, 2);
  p.v = slice(fused, q_row + kv_row, 2);
  p.dq = slice(gradients, 0, 4);
  p.dk = slice(gradients, q_row, 2);
  p.dv = slice(gradients, q_row + kv_row, 2);
  p.y = tensor(saved.forward.y, GATUN_DTYPE_F32, {tokens, 4, 32});
  p.dy = tensor(saved.dy, GATUN_DTYPE_F32, {tokens, 4, 32});
  p.log_sum_exp = tensor(saved.forward.log_sum_exp, GATUN_DTYPE_F32, {tokens, 4});
  p.cu_seqlens_q = p.cu_seqlens_k = tensor(ends, GATUN_DTYPE_I32, {3});
  p.causal = 1;
  const auto device = open_device(means());
  Stream stream(*device);
  attention_backward(stream, p);
  Gradients dense;
  for (int64_t i = 0; i < tokens; ++i) {
    const auto from = gradients.begin() + i * row;
    dense.dq.insert(dense.dq.end(), from, from + q_row);
    dense.dk.insert(dense.dk.end(), from + q_row, from + q_row + kv_row);
    dense.dv.insert(dense.dv.end(), from + q_row + kv_row, from + q_row + 2 * kv_row);
    for (int64_t e = q_row + 2 * kv_row; e < row; ++e) EXPECT_EQ(*(from + e), 7.0f);
  }
  expect_same_bits(dense, expected, c.name);
}

// ---- arguments ----------------------------------------------------------------------------------

TEST(AttentionBackward, FaultsAndShapesAreNamed) {
  std::vector<int32_t> q_ends{0, 4}, k_ends{0, 6};
  std::vector<float> q(4 * 8), k(6 * 8), v(6 * 8), y(4 * 8), dy(4 * 8), logs(4), dq(4 * 8);
  std::vector<float> bias(8), dbias(8);
  gatun_attention_backward_params p{};
  p.q = tensor(q, GATUN_DTYPE_F32, {4, 1, 8});
  p.k = tensor(k, GATUN_DTYPE_F32, {6, 1, 8});
  p.v = tensor(v, GATUN_DTYPE_F32, {6, 1, 8});
  p.y = tensor(y, GATUN_DTYPE_F32, {4, 1, 8});
  p.dy = tensor(dy, GATUN_DTYPE_F32, {4, 1, 8});
  p.dq = tensor(dq, GATUN_DTYPE_F32, {4, 1, 8});
  p.log_sum_exp = tensor(logs, GATUN_DTYPE_F32, {4, 1});
  p.cu_seqlens_q = tensor(q_ends, GATUN_DTYPE_I32, {2});
  p.cu_seqlens_k = tensor(k_ends, GATUN_DTYPE_I32, {2});
  const auto submit = [&] {
    std::string message;
    for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
      const auto device = open_device({isa, 2});
      Stream stream(*device);
      message.clear();
      try {
        attention_backward(stream, p);
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), GATUN_STATUS_INVALID_ARGUMENT);
        message = error.what();
      }
    }
    return message;
  };
  EXPECT_EQ(submit(), "");
  q_ends[1] = 5;
  EXPECT_NE(submit().find("attention_backward: cu_seqlens_q[1] = 5"), std::string::npos);
  q_ends[1] = 4;
  k_ends[1] = -1;
  EXPECT_NE(submit().find("attention_backward: cu_seqlens_k[1] = -1"), std::string::npos);
  k_ends[1] = 6;
  p.dbias_table = tensor(dbias, GATUN_DTYPE_F32, {8, 1});
  EXPECT_NE(submit().find("dbias_table is given without bias_table"), std::string::npos);
  p.bias_table = tensor(bias, GATUN_DTYPE_F32, {4, 1});
  p.bias_max_distance = 16;
  EXPECT_NE(submit().find("dbias_table has shape [8, 1], expected [buckets, H] = [4, 1]"),
            std::string::npos);
  p.dbias_table = tensor(dbias, GATUN_DTYPE_F32, {4, 1});
  EXPECT_EQ(submit(), "");
  p.dq = p.dy;
  EXPECT_NE(submit().find("attention_backward: dq overlaps dy"), std::string::npos);
}

}  // namespace
}  // namespace gatun::attention_test

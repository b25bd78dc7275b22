// SPDX-License-Identifier: Apache-2.0
// The gradients of attention on the emulated device against the reference, which its own tests
// compare with finite differences.
#include "kernels/cuda/attention_backward.h"

#include <algorithm>

#include "harness.h"
#include "kernels/attention.h"
#include "kernels/attention_backward.h"
#include "kernels/cuda/relative_bias.h"
#include "kv_memory.h"

namespace gatun::cuda::test {
namespace {

struct Lengths {
  int queries, keys;
};

struct Case {
  const char* name;
  std::vector<Lengths> sequences;
  int heads = 1, kv_heads = 1, head_size = 32;
  int causal = 0, window = 0;
  float softcap = 0;
  float dropout = 0;
  int buckets = 0;  // of the bias, 0: none
  int bidirectional = 0, max_distance = 0;
  int extra_rows = 0;   // of q and k, behind the last sequence
  float magnitude = 1;  // of q and k
};

std::vector<Case> cases() {
  return {
      {"one key", {{1, 1}}},
      {"none", {{0, 0}, {0, 3}, {3, 0}}, 2, 1, 32, 0, 0, 0, 0, 0, 0, 0, 2},
      {"tile edges", {{15, 63}, {64, 64}, {65, 33}}, 2, 1, 32, 1},
      {"three tiles", {{130, 70}}, 1, 1, 32},
      {"group of three", {{33, 40}, {1, 7}}, 3, 1, 64, 1},
      {"size 5", {{9, 20}}, 2, 2, 5, 1},
      {"size 80", {{20, 37}}, 2, 1, 80, 1},
      {"size 128", {{34, 50}}, 2, 1, 128, 1},
      {"size 256", {{17, 20}}, 2, 1, 256, 1},
      {"more queries than keys", {{40, 10}, {3, 0}}, 2, 1, 16, 1},
      {"window, more queries than keys", {{64, 10}}, 1, 1, 128, 1, 4},
      {"window", {{100, 100}}, 1, 1, 32, 1, 40},
      {"window both sides", {{50, 70}}, 2, 1, 8, 0, 20},
      {"soft cap", {{30, 40}}, 2, 1, 64, 1, 0, 5.0f, 0, 0, 0, 0, 0, 3},
      {"large scores", {{33, 40}}, 2, 1, 64, 1, 0, 0, 0, 0, 0, 0, 0, 30},
      {"dropout", {{66, 70}, {3, 37}, {2, 0}}, 4, 2, 32, 0, 0, 0, 0.3f},
      {"dropout 256", {{9, 20}}, 1, 1, 256, 0, 0, 0, 0.5f},
      {"bias", {{40, 70}, {0, 0}, {66, 66}}, 2, 2, 32, 0, 0, 0, 0, 8, 1, 20},
      {"bias of decoders", {{40, 70}, {1, 5}}, 4, 2, 16, 1, 0, 0, 0, 6, 0, 100},
      {"bias, cap, dropout", {{40, 33}}, 2, 1, 128, 1, 0, 4.0f, 0.25f, 8, 1, 9},
      {"bias 256", {{17, 20}}, 2, 1, 256, 0, 0, 0, 0, 4, 1, 3},
  };
}

struct Gradients {
  std::vector<float> dq, dk, dv, dbias;

  std::vector<float> all() const {
    std::vector<float> joined;
    for (const auto* part : {&dq, &dk, &dv, &dbias})
      joined.insert(joined.end(), part->begin(), part->end());
    return joined;
  }
};

struct Problem {
  // Operands that `round` leaves as they are.
  Problem(const Case& c, float (*round)(float)) : c(c) {
    for (const Lengths& s : c.sequences) {
      cu_q.push_back(cu_q.back() + s.queries);
      cu_k.push_back(cu_k.back() + s.keys);
      max_queries = std::max(max_queries, s.queries);
      max_keys = std::max(max_keys, s.keys);
    }
    tokens = cu_q.back() + c.extra_rows;
    keys = cu_k.back() + c.extra_rows;
    const auto values = [&](int rows, int heads, uint32_t seed, float magnitude) {
      auto x = normal_values(int64_t{rows} * heads * c.head_size, seed, magnitude);
      for (float& value : x) value = round(value);
      return x;
    };
    q = values(tokens, c.heads, 1, c.magnitude);
    k = values(keys, c.kv_heads, 2, c.magnitude);
    v = values(keys, c.kv_heads, 3, 1);
    dy = values(tokens, c.heads, 4, 1);
    table = normal_values(int64_t{c.buckets} * c.heads, 5);
    if (c.buckets > 0) bias = {table.data(), c.heads, c.buckets, c.bidirectional, c.max_distance};
    if (c.dropout > 0) dropout = attention_dropout(c.dropout, 0x123456789abcdefLL, 5LL << 33);
    scale = 1 / std::sqrt(static_cast<float>(c.head_size));
    forward();
    backward();
    bound();
  }

  // What forward and backward share.
  template <typename Args>
  void attributes(Args& args) const {
    args.q = q.data();
    args.k = k.data();
    args.v = v.data();
    args.q_stride = args.y_stride = int64_t{c.heads} * c.head_size;
    args.k_stride = args.v_stride = int64_t{c.kv_heads} * c.head_size;
    args.log_sum_exp_stride = c.heads;
    args.cu_seqlens_q = cu_q.data();
    args.cu_seqlens_k = cu_k.data();
    args.sequences = static_cast<int>(c.sequences.size());
    args.tokens = tokens;
    args.keys = keys;
    args.heads = c.heads;
    args.kv_heads = c.kv_heads;
    args.head_size = c.head_size;
    args.scale = scale;
    args.softcap = c.softcap;
    args.causal = c.causal;
    args.window = c.window;
    args.bias = bias;
    args.dropout = dropout;
  }

  void forward() {
    y.resize(q.size());
    log_sum_exp.resize(static_cast<std::size_t>(tokens * c.heads));
    gatun::AttentionArgs args{};
    attributes(args);
    args.key_sequences = args.sequences;
    args.y = y.data();
    args.log_sum_exp = log_sum_exp.data();
    reference::attention(args, Team(0, 1, nullptr));
  }

  void backward() {
    expected = {std::vector<float>(q.size()), std::vector<float>(k.size()),
                std::vector<float>(v.size()), std::vector<float>(table.size(), 0.5f)};
    gatun::AttentionBackwardArgs args{};
    attributes(args);
    args.y = y.data();
    args.dy = dy.data();
    args.dy_stride = args.dq_stride = args.q_stride;
    args.dk_stride = args.dv_stride = args.k_stride;
    args.dbias_stride = c.heads;
    args.log_sum_exp = log_sum_exp.data();
    args.dq = expected.dq.data();
    args.dk = expected.dk.data();
    args.dv = expected.dv.data();
    args.dbias = c.buckets > 0 ? expected.dbias.data() : nullptr;
    reference::attention_backward(args, Team(0, 1, nullptr));
  }

  // How far rounding may take each gradient: terms are rounded by `rounding` of themselves, and the
  // difference that a derivative is, and a score, by what f32 loses of its parts. rounded[0] for
  // roundings, rounded[1] for the rest.
  void bound() {
    for (Gradients& g : rounded)
      g = {std::vector<float>(q.size()), std::vector<float>(k.size()), std::vector<float>(v.size()),
           std::vector<float>(table.size())};
    const int d = c.head_size, group = c.heads / c.kv_heads;
    for (std::size_t b = 0; b < c.sequences.size(); ++b) {
      const Lengths s = c.sequences[b];
      for (int i = 0; i < s.queries; ++i) {
        for (int j = 0; j < s.keys; ++j) {
          const int position = s.keys - s.queries + i;
          if ((c.causal != 0 && j > position) || (c.window != 0 && j <= position - c.window))
            continue;
          for (int h = 0; h < c.heads; ++h) {
            const auto row = static_cast<std::size_t>((cu_q[b] + i) * c.heads + h);
            const std::size_t at_q = row * static_cast<std::size_t>(d);
            const auto at_k =
                static_cast<std::size_t>(((cu_k[b] + j) * c.kv_heads + h / group) * d);
            double score = 0, magnitude = 0, dp = 0, parts = 0, weighted = 0;
            for (std::size_t e = 0; e < static_cast<std::size_t>(d); ++e) {
              const double qk = double{q[at_q + e]} * double{k[at_k + e]};
              const double dyv = double{dy[at_q + e]} * double{v[at_k + e]};
              const double dyy = double{dy[at_q + e]} * double{y[at_q + e]};
              score += qk;
              magnitude += std::fabs(qk);
              dp += dyv;
              weighted += dyy;
              parts += std::fabs(dyv) + std::fabs(dyy);
            }
            score *= double{scale};
            magnitude *= double{scale};
            if (c.softcap != 0) score = double{c.softcap} * std::tanh(score / double{c.softcap});
            int bucket = 0;
            if (c.buckets > 0) {
              bucket =
                  relative_bucket(j - position, c.buckets, c.bidirectional != 0, c.max_distance);
              score += double{table[static_cast<std::size_t>(bucket * c.heads + h)]};
            }
            const double p = std::exp(score - double{log_sum_exp[row]});
            const double factor = c.dropout == 0 ? 1
                                  : dropout_keeps(dropout, static_cast<int64_t>(row), j)
                                      ? double{dropout.scale}
                                      : 0;
            const double ds = std::fabs(p * (factor * dp - weighted));
            const double rest = 2e-6 * (1 + magnitude) * p * parts * (1 + factor);
            for (int kind = 0; kind < 2; ++kind) {
              Gradients& g = rounded[kind];
              const double own = kind == 0 ? ds : rest;
              const double weight = p * factor * (kind == 0 ? 1 : 2e-6 * (1 + magnitude));
              for (std::size_t e = 0; e < static_cast<std::size_t>(d); ++e) {
                g.dq[at_q + e] += static_cast<float>(own * double{scale} * std::fabs(k[at_k + e]));
                g.dk[at_k + e] += static_cast<float>(own * double{scale} * std::fabs(q[at_q + e]));
                g.dv[at_k + e] += static_cast<float>(weight * std::fabs(dy[at_q + e]));
              }
              if (c.buckets > 0)
                g.dbias[static_cast<std::size_t>(bucket * c.heads + h)] +=
                    static_cast<float>(kind == 0 ? 2e-6 * own : own);
            }
          }
        }
      }
    }
  }

  const Case c;
  std::vector<int32_t> cu_q{0}, cu_k{0};
  int max_queries = 0, max_keys = 0, tokens = 0, keys = 0;
  std::vector<float> q, k, v, y, dy, table, log_sum_exp;
  RelativeBias bias{};
  AttentionDropout dropout{};
  float scale = 1;
  Gradients expected, rounded[2];
};

using Backward = Status (*)(const AttentionBackwardArgs&, Stream);

constexpr int kQ = 1, kK = 2, kV = 4, kBias = 8, kAll = 15;

struct Wanted {
  int outputs = kAll;
  bool add = false;  // to 0.25
  int shuffled = 0;
};

Gradients differentiate(Backward backward, const Problem& p, const Wanted& wanted = {}) {
  const Case& c = p.c;
  const bool f32 = backward == attention_backward_f32;
  const DeviceArray<float> q(p.q), k(p.k), v(p.v), y(p.y), dy(p.dy), table(p.table),
      log_sum_exp(p.log_sum_exp);
  const DeviceArray<int32_t> cu_q(p.cu_q), cu_k(p.cu_k);
  AttentionBackwardArgs args{};
  p.attributes(args);
  args.q = q.data();
  args.k = k.data();
  args.v = v.data();
  args.y = y.data();
  args.dy = dy.data();
  args.log_sum_exp = log_sum_exp.data();
  args.cu_seqlens_q = cu_q.data();
  args.cu_seqlens_k = cu_k.data();
  args.bias.table = table.data();
  args.dy_stride = args.dq_stride = args.q_stride;
  args.dk_stride = args.dv_stride = args.k_stride;
  args.dbias_stride = c.heads;
  args.max_queries = p.max_queries;
  args.max_keys = p.max_keys;
  args.distance_limit =
      c.buckets > 0 ? std::min(c.max_distance, std::max(p.max_queries, p.max_keys)) : 0;
  const DeviceArray<float> distance_bias(
      static_cast<std::size_t>(c.buckets > 0 ? c.heads * (2 * args.distance_limit + 1) : 0));
  if (c.buckets > 0) {
    EXPECT_EQ(
        relative_bias({args.bias, c.heads, args.distance_limit, distance_bias.data()}, nullptr), 0);
    args.distance_bias = distance_bias.data();
  }
  args.add_dq = args.add_dk = args.add_dv = wanted.add ? 1 : 0;
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  args.fault = fault.data();
  Gradients g;
  same_for_all_orders(
      [&] {
        const auto output = [&](std::size_t count, bool added) {
          return added ? DeviceArray<float>(std::vector<float>(count, 0.25f))
                       : DeviceArray<float>(count);
        };
        const auto dq = output(p.q.size(), wanted.add), dk = output(p.k.size(), wanted.add),
                   dv = output(p.v.size(), wanted.add);
        const DeviceArray<float> dbias(std::vector<float>(p.table.size(), 0.5f));
        const DeviceArray<float> weighted(static_cast<std::size_t>(p.tokens * c.heads));
        args.dq = (wanted.outputs & kQ) != 0 ? dq.data() : nullptr;
        args.dk = (wanted.outputs & kK) != 0 ? dk.data() : nullptr;
        args.dv = (wanted.outputs & kV) != 0 ? dv.data() : nullptr;
        args.dbias = (wanted.outputs & kBias) != 0 && c.buckets > 0 ? dbias.data() : nullptr;
        args.weighted = weighted.data();
        const DeviceArray<float> partials(static_cast<std::size_t>(
            args.dbias != nullptr ? attention_bias_partial_floats(args, f32) : 0));
        args.bias_partials = partials.data();
        EXPECT_EQ(backward(args, nullptr), 0);
        g = {dq.read(), dk.read(), dv.read(), dbias.read()};
        expect_refusals_reported([&] { return backward(args, nullptr); });
        return g.all();
      },
      wanted.shuffled);
  EXPECT_EQ(fault.read()[0].source, 0);
  return g;
}

void expect_gradient(const std::vector<float>& got,
                     const std::vector<float>& expected,
                     const std::vector<float>& rounded,
                     const std::vector<float>& rest,
                     double rounding,
                     const char* name,
                     float before = 0) {
  ASSERT_EQ(got.size(), expected.size());
  int wrong = 0;
  for (std::size_t i = 0; i < got.size() && wrong < 3; ++i) {
    const double tolerance = rounding * double{rounded[i]} + double{rest[i]} + 1e-7;
    const double difference = std::fabs(got[i] - before - expected[i]);
    if (difference <= tolerance) continue;
    ++wrong;
    ADD_FAILURE() << name << " at " << i << ": got " << got[i] - before << ", expected "
                  << expected[i] << " within " << tolerance;
  }
}

void expect_gradients(const Problem& p,
                      const Gradients& got,
                      double rounding,
                      const Wanted& wanted = {}) {
  const Gradients &e = p.expected, &a = p.rounded[0], &b = p.rounded[1];
  const float before = wanted.add ? 0.25f : 0;
  if ((wanted.outputs & kQ) != 0) expect_gradient(got.dq, e.dq, a.dq, b.dq, rounding, "dq", before);
  if ((wanted.outputs & kK) != 0) expect_gradient(got.dk, e.dk, a.dk, b.dk, rounding, "dk", before);
  if ((wanted.outputs & kV) != 0) expect_gradient(got.dv, e.dv, a.dv, b.dv, rounding, "dv", before);
  if ((wanted.outputs & kBias) != 0 && p.c.buckets > 0)
    expect_gradient(got.dbias, e.dbias, a.dbias, b.dbias, 1, "dbias");
}

// A probability or a derivative is rounded to 8 bits, half a unit each.
constexpr double kBf16 = 1.0 / 256, kF32 = 1e-5;

TEST(CudaAttentionBackward, Bf16AgreesWithTheReference) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const Problem p(c, to_bf16);
    expect_gradients(p, differentiate(attention_backward_bf16, p), kBf16);
  }
}

TEST(CudaAttentionBackward, F32AgreesWithTheReference) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const Problem p(c, as_it_is);
    expect_gradients(p, differentiate(attention_backward_f32, p), kF32);
  }
}

TEST(CudaAttentionBackward, AddsAndLeavesOut) {
  const Case c{"bias", {{20, 37}}, 2, 1, 32, 0, 0, 0, 0, 8, 1, 20, 1};
  const Problem p(c, to_bf16);
  for (const int outputs : {kQ, kK, kV, kBias, kK | kV | kBias}) {
    const Wanted wanted{outputs, (outputs & kV) != 0, 0};
    SCOPED_TRACE(outputs);
    expect_gradients(p, differentiate(attention_backward_bf16, p, wanted), kBf16, wanted);
    expect_gradients(p, differentiate(attention_backward_f32, p, wanted), kF32, wanted);
  }
  // Heads of 256 sum dk and dv in passes of their own.
  const Case large{"256", {{5, 9}}, 1, 1, 256};
  const Problem one(large, to_bf16);
  for (const int outputs : {kK, kV}) {
    const Wanted wanted{outputs, true, 0};
    expect_gradients(one, differentiate(attention_backward_bf16, one, wanted), kBf16, wanted);
  }
}

TEST(CudaAttentionBackward, BitsDependOnTheSequenceAlone) {
  const Case both{"both", {{9, 33}, {40, 35}}, 2, 1, 32, 1},
      alone{"alone", {{40, 35}}, 2, 1, 32, 1};
  const auto tail = [](const std::vector<float>& x, std::size_t count) {
    return std::vector<float>(x.end() - static_cast<std::ptrdiff_t>(count), x.end());
  };
  const Problem p(both, to_bf16);
  Problem part(alone, to_bf16);
  for (const auto member :
       {&Problem::q, &Problem::k, &Problem::v, &Problem::y, &Problem::dy, &Problem::log_sum_exp})
    part.*member = tail(p.*member, (part.*member).size());
  for (const Backward backward : {attention_backward_bf16, attention_backward_f32}) {
    const Gradients whole = differentiate(backward, p, {kAll, false, 2}),
                    one = differentiate(backward, part, {});
    EXPECT_EQ(tail(whole.dq, one.dq.size()), one.dq);
    EXPECT_EQ(tail(whole.dk, one.dk.size()), one.dk);
    EXPECT_EQ(tail(whole.dv, one.dv.size()), one.dv);
  }
}

TEST(CudaAttentionBackward, ReportsLengthsThatItCannotUse) {
  const Case c{"wrong", {{2, 3}}, 1, 1, 8};
  const Problem p(c, as_it_is);
  const DeviceArray<float> rows(p.k), weighted(std::size_t{2}), dq(std::vector<float>(16, 3.0f));
  const DeviceArray<int32_t> cu_q(std::vector<int32_t>{0, 2}), cu_k(std::vector<int32_t>{0, 4});
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  AttentionBackwardArgs args{};
  p.attributes(args);
  args.q = args.k = args.v = args.y = args.dy = rows.data();
  args.log_sum_exp = rows.data();
  args.dy_stride = args.dq_stride = args.q_stride;
  args.dq = dq.data();
  args.weighted = weighted.data();
  args.cu_seqlens_q = cu_q.data();
  args.cu_seqlens_k = cu_k.data();
  args.max_queries = args.max_keys = 4;
  args.fault = fault.data();
  EXPECT_EQ(attention_backward_f32(args, nullptr), 0);
  expect_no_findings();
  EXPECT_EQ(fault.read()[0].source, static_cast<int32_t>(FaultSource::kAttentionKeys));
  EXPECT_EQ(dq.read(), std::vector<float>(16, 3.0f));
}

TEST(CudaRelativeBias, HasTheBucketsOfTheHost) {
  constexpr int kHeads = 2;
  for (const auto [buckets, bidirectional, max_distance] :
       {std::array{32, 1, 128}, {32, 0, 128}, {6, 1, 64}, {2, 0, 2}, {16, 1, 5000}}) {
    const int limit = max_distance;
    const std::vector<float> values = normal_values(buckets * kHeads, 7);
    const DeviceArray<float> table(values), y(static_cast<std::size_t>(kHeads * (2 * limit + 1)));
    const RelativeBias bias{table.data(), kHeads, buckets, bidirectional, max_distance};
    EXPECT_EQ(relative_bias({bias, kHeads, limit, y.data()}, nullptr), 0);
    expect_no_findings();
    const auto got = y.read();
    for (int h = 0; h < kHeads; ++h) {
      for (int distance = -limit; distance <= limit; ++distance) {
        const int bucket = relative_bucket(distance, buckets, bidirectional != 0, max_distance);
        ASSERT_EQ(got[static_cast<std::size_t>(h * (2 * limit + 1) + distance + limit)],
                  values[static_cast<std::size_t>(bucket * kHeads + h)])
            << buckets << " buckets, distance " << distance;
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test

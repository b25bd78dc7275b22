// SPDX-License-Identifier: Apache-2.0
// Gradients of products on every tier against sums in double, for every storage format.
#include "kernels/cpu/linear_backward.h"

#include <bit>

#include "ops/linear.h"
#include "support/gradient_cases.h"
#include "support/linear_cases.h"

namespace gatun::test {
namespace {

struct Case {
  std::string name;
  int64_t n = 5, k = 33;
  std::vector<int64_t> outputs{17};
  bool accumulate = false;
  bool with_rows = false;
  float scale = 0;
  int64_t padding = 0;  // of rows of x, dy and dx
};

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const int64_t n : {0, 1, 2, 13, 14, 15, 29, 255, 256, 257, 300})
    list.push_back({"rows " + std::to_string(n), n, 48, {20}});
  for (const int64_t k : {1, 15, 16, 17, 127, 128, 129, 144, 260})
    list.push_back({"columns " + std::to_string(k), 9, k, {33}});
  for (const int64_t o : {1, 2, 15, 16, 17, 127, 128, 129, 255, 256, 257, 520})
    list.push_back({"outputs " + std::to_string(o), 9, 32, {o}});
  list.push_back({"three", 21, 64, {40, 300, 5}});
  list.push_back({"accumulate", 21, 64, {40, 30}, true});
  list.push_back({"accumulate ragged", 21, 65, {40, 30}, true});
  list.push_back({"scale", 21, 64, {40, 30}, false, false, 0.25f});
  list.push_back({"some rows", 40, 64, {40, 30}, true, true, 2.0f});
  list.push_back({"some rows ragged", 40, 37, {300}, true, true});
  list.push_back({"strided", 21, 64, {40, 19}, true, false, 0, 7});
  list.push_back({"large", 520, 272, {288}});
  return list;
}

float nearest_bf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return std::bit_cast<float>((bits + 0x7fffU + ((bits >> 16) & 1U)) & 0xffff0000U);
}

// Inputs and outputs of one call; every matrix ends at a guard page.
struct Problem {
  explicit Problem(const Case& c)
      : x_rows(c.with_rows ? c.n + 9 : c.n), x(x_rows, c.k, c.k + c.padding) {
    x.fill(1);
    std::mt19937 random(2);
    for (int64_t r = 0; c.with_rows && r < c.n; ++r)  // with duplicates and gaps
      rows.push_back(r % 7 == 3 ? -1 : static_cast<int32_t>(random() % (x_rows / 2 + 1)));
    for (size_t i = 0; i < c.outputs.size(); ++i) {
      dy.push_back(std::make_unique<Matrix<float>>(c.n, c.outputs[i], c.outputs[i] + c.padding));
      dy.back()->fill(static_cast<uint32_t>(10 + i));
    }
  }

  // So that a kernel with operands in bf16 has the same sums to compute.
  void round_to_bf16() {
    const auto round = [](Matrix<float>& m, int64_t row_count, int64_t columns) {
      for (int64_t r = 0; r < row_count; ++r) {
        for (int64_t i = 0; i < columns; ++i) m.at(r, i) = nearest_bf16(m.at(r, i));
      }
    };
    round(x, x_rows, x.view().shape[1]);
    for (auto& m : dy) round(*m, m->view().shape[0], m->view().shape[1]);
  }

  int64_t row_of(int64_t n) const { return rows.empty() ? n : rows[static_cast<size_t>(n)]; }

  int64_t x_rows;
  Matrix<float> x;
  std::vector<int32_t> rows;
  std::vector<std::unique_ptr<Matrix<float>>> dy;
};

struct Gradients {
  std::vector<float> dx;
  std::vector<std::vector<float>> dweight, dbias;  // dweight in panel order
};

constexpr float kBefore = 0.5f;  // of everything that is added to

using Run = void (*)(Stream& stream, const gatun_linear_backward_params& params);

Gradients gradients(Stream& stream,
                    const Case& c,
                    Problem& p,
                    const std::vector<const gatun_weight*>& weights,
                    Run run = linear_backward) {
  Matrix<float> dx(p.x_rows, c.k, c.k + c.padding);
  dx.set_all(c.accumulate ? kBefore : 99);
  std::vector<std::unique_ptr<Matrix<float>>> dweight, dbias;
  gatun_linear_backward_params params{};
  params.struct_size = sizeof(params);
  params.x = p.x.view();
  if (!p.rows.empty()) params.rows = i32_vector(p.rows);
  params.dx = dx.view();
  params.outputs = static_cast<int32_t>(c.outputs.size());
  params.accumulate = c.accumulate ? 1 : 0;
  params.scale = c.scale;
  for (size_t i = 0; i < c.outputs.size(); ++i) {
    dweight.push_back(std::make_unique<Matrix<float>>(1, panel_count(c.outputs[i], c.k)));
    dbias.push_back(std::make_unique<Matrix<float>>(1, c.outputs[i]));
    for (int64_t o = 0; o < c.outputs[i]; ++o) {
      dbias[i]->at(0, o) = kBefore;
      for (int64_t k = 0; k < c.k; ++k)
        dweight[i]->at(0, static_cast<int64_t>(panel_index(o, k, c.k))) = kBefore;
    }
    params.weight[i] = weights[i];
    params.dy[i] = p.dy[i]->view();
    params.dweight[i] = dweight[i]->vector_view();
    params.dbias[i] = dbias[i]->vector_view();
  }
  run(stream, params);
  Gradients g{dx.values(), {}, {}};
  for (size_t i = 0; i < c.outputs.size(); ++i) {
    g.dweight.push_back(dweight[i]->values());
    g.dbias.push_back(dbias[i]->values());
  }
  return g;
}

// A sum of products in double and how far a chain of fused steps may be from it.
struct Sum {
  double value = 0, magnitude = 0;
  int64_t terms = 0;
  void add(double term) {
    value += term;
    magnitude += std::fabs(term);
    ++terms;
  }
  double tolerance() const { return static_cast<double>(terms + 4) * kEpsilon * magnitude + 1e-30; }
};

void expect_gradients(const Case& c,
                      Problem& p,
                      const std::vector<std::vector<float>>& weights,
                      const Gradients& g) {
  SCOPED_TRACE(c.name);
  const double scale = c.scale == 0 ? 1 : double{c.scale};
  std::vector<Sum> dx(static_cast<size_t>(p.x_rows * c.k));
  for (Sum& sum : dx) sum.add(c.accumulate ? double{kBefore} : 0.0);
  for (size_t i = 0; i < c.outputs.size(); ++i) {
    const int64_t outputs = c.outputs[i];
    std::vector<Sum> dweight(static_cast<size_t>(outputs * c.k)),
        dbias(static_cast<size_t>(outputs));
    for (Sum& sum : dweight) sum.add(double{kBefore});
    for (Sum& sum : dbias) sum.add(double{kBefore});
    for (int64_t n = 0; n < c.n; ++n) {
      const int64_t row = p.row_of(n);
      for (int64_t o = 0; o < outputs; ++o) {
        const double dy{p.dy[i]->at(n, o)};
        dbias[static_cast<size_t>(o)].add(dy);
        for (int64_t k = 0; row >= 0 && k < c.k; ++k) {
          const auto at = static_cast<size_t>(o * c.k + k);
          dx[static_cast<size_t>(row * c.k + k)].add(scale * dy * double{weights[i][at]});
          dweight[at].add(scale * dy * double{p.x.at(row, k)});
        }
      }
    }
    for (int64_t o = 0; o < (outputs + 15) / 16 * 16; ++o) {
      for (int64_t k = 0; k < c.k; ++k) {
        const float got = g.dweight[i][panel_index(o, k, c.k)];
        if (o >= outputs) {
          ASSERT_EQ(0.0f, got) << "padding " << o << ", " << k;
          continue;
        }
        const Sum& sum = dweight[static_cast<size_t>(o * c.k + k)];
        ASSERT_NEAR(sum.value, got, sum.tolerance()) << "dweight " << i << ": " << o << ", " << k;
      }
    }
    for (size_t o = 0; o < dbias.size(); ++o)
      ASSERT_NEAR(dbias[o].value, g.dbias[i][o], dbias[o].tolerance())
          << "dbias " << i << ": " << o;
  }
  for (size_t at = 0; at < dx.size(); ++at)
    ASSERT_NEAR(dx[at].value, g.dx[at], dx[at].tolerance()) << "dx at " << at;
}

class LinearBackwardTest : public RowOperationTest {};

TEST_P(LinearBackwardTest, AgreesWithSumsInDouble) {
  for (const Case& c : cases()) {
    Gradients first;
    for (const int threads : {1, 2, 3}) {
      RowDevice device(GetParam(), threads);
      Problem p(c);
      std::vector<std::unique_ptr<TestWeight>> owned;
      std::vector<const gatun_weight*> weights;
      std::vector<std::vector<float>> values;
      for (const int64_t o : c.outputs) {
        owned.push_back(std::make_unique<TestWeight>(device.device(), weight_formats()[0], o, c.k,
                                                     GATUN_ARITHMETIC_F32,
                                                     static_cast<uint32_t>(o)));
        weights.push_back(owned.back()->get());
        values.push_back(owned.back()->values());
      }
      const Gradients g = gradients(device.stream(), c, p, weights);
      if (threads == 1) {
        first = g;
        expect_gradients(c, p, values, g);
        continue;
      }
      EXPECT_TRUE(same_bytes(first.dx, g.dx)) << c.name << ", threads " << threads;
      for (size_t i = 0; i < c.outputs.size(); ++i) {
        EXPECT_TRUE(same_bytes(first.dweight[i], g.dweight[i])) << c.name;
        EXPECT_TRUE(same_bytes(first.dbias[i], g.dbias[i])) << c.name;
      }
    }
  }
}

// Frozen weights of every format, and trainable ones in both arithmetics.
TEST_P(LinearBackwardTest, ReadsEveryFormat) {
  for (const WeightFormat& format : weight_formats()) {
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      for (const int32_t flags : {0, GATUN_WEIGHT_SIXTEEN_BITS, GATUN_WEIGHT_TRAINABLE}) {
        if (flags == GATUN_WEIGHT_TRAINABLE && format.block_values > 1) continue;
        const Case c{format.name, 19, 512, {37, 290}};
        std::vector<float> first;
        for (const int threads : {1, 2, 3}) {
          RowDevice device(GetParam(), threads);
          Problem p(c);
          if (arithmetic == GATUN_ARITHMETIC_FAST) p.round_to_bf16();  // as tile registers do
          const TestWeight a(device.device(), format, 37, c.k, arithmetic, 1, flags);
          const TestWeight b(device.device(), format, 290, c.k, arithmetic, 2, flags);
          const Gradients g = gradients(device.stream(), c, p, {a.get(), b.get()});
          std::vector<std::vector<float>> values{a.values(), b.values()};
          if (flags == GATUN_WEIGHT_TRAINABLE && arithmetic == GATUN_ARITHMETIC_FAST) {
            for (auto& matrix : values) {
              for (float& value : matrix) value = nearest_bf16(value);
            }
          }
          if (threads == 1) {
            first = g.dx;
            expect_gradients(c, p, values, g);
          }
          EXPECT_TRUE(same_bytes(first, g.dx)) << format.name << ", threads " << threads;
        }
      }
    }
  }
}

// Each output alone, with only the inputs that it needs.
TEST_P(LinearBackwardTest, EveryOutputIsOptional) {
  const Case c{"optional", 20, 40, {30}};
  RowDevice device(GetParam(), 2);
  Problem p(c);
  const TestWeight weight(device.device(), weight_formats()[0], 30, 40, GATUN_ARITHMETIC_F32, 1);
  const Gradients all = gradients(device.stream(), c, p, {weight.get()});
  Matrix<float> dx(20, 40), dweight(1, panel_count(30, 40)), dbias(1, 30);
  gatun_linear_backward_params params{};
  params.struct_size = sizeof(params);
  params.dy[0] = p.dy[0]->view();
  linear_backward(device.stream(), params);
  params.dbias[0] = dbias.vector_view();
  dbias.set_all(kBefore);
  linear_backward(device.stream(), params);
  EXPECT_TRUE(same_bytes(all.dbias[0], dbias.values()));
  params.dbias[0] = {};
  params.weight[0] = weight.get();
  params.dx = dx.view();
  linear_backward(device.stream(), params);
  EXPECT_TRUE(same_bytes(all.dx, dx.values()));
  params.dx = {};
  params.weight[0] = nullptr;
  params.x = p.x.view();
  params.dweight[0] = dweight.vector_view();
  linear_backward(device.stream(), params);
  EXPECT_NEAR(all.dweight[0][0] - kBefore, dweight.at(0, 0), 1e-5);
}

TEST_P(LinearBackwardTest, PassesNanAndInfinityOn) {
  const Case c{"nan", 20, 48, {40}};
  RowDevice device(GetParam(), 2);
  Problem p(c);
  const TestWeight weight(device.device(), weight_formats()[0], 40, 48, GATUN_ARITHMETIC_F32, 1);
  p.dy[0]->at(3, 5) = kNaN;
  p.dy[0]->at(7, 9) = kInfinity;
  const Gradients g = gradients(device.stream(), c, p, {weight.get()});
  for (int64_t k = 0; k < 48; ++k) {
    EXPECT_TRUE(std::isnan(g.dx[static_cast<size_t>(3 * 48 + k)]));
    EXPECT_TRUE(std::isinf(g.dx[static_cast<size_t>(7 * 48 + k)]));
    EXPECT_TRUE(std::isfinite(g.dx[static_cast<size_t>(8 * 48 + k)]));
    EXPECT_TRUE(std::isnan(g.dweight[0][panel_index(5, k, 48)]));
    EXPECT_TRUE(std::isfinite(g.dweight[0][panel_index(6, k, 48)]));
  }
  EXPECT_TRUE(std::isinf(g.dbias[0][9]));
}

GATUN_FOR_EVERY_TIER(LinearBackwardTest);

// The form on tile registers, on their software twin.
void run_twin(Stream& stream, const gatun_linear_backward_params& params) {
  LinearBackwardArgs args = linear_backward_args(stream, params);
  args.scratch = static_cast<std::byte*>(
      stream.scratch(cpu::amx::linear_backward_scratch_bytes(args, stream.threads())));
  stream.submit("linear_backward", cpu::amx::linear_backward_twin, args);
}

TEST(LinearBackwardTilesTest, TheTwinAgreesWithSumsOfRoundedValues) {
  if (const std::string reason = skip_reason(IsaTier::kAvx512); !reason.empty())
    GTEST_SKIP() << reason;
  for (const Case& c : cases()) {
    Gradients first;
    for (const int threads : {1, 2, 3}) {
      RowDevice device(IsaTier::kAvx512, threads);
      Problem p(c);
      p.round_to_bf16();
      std::vector<std::unique_ptr<TestWeight>> owned;
      std::vector<const gatun_weight*> weights;
      std::vector<std::vector<float>> values;
      for (const int64_t o : c.outputs) {
        owned.push_back(std::make_unique<TestWeight>(
            device.device(), weight_formats()[0], o, c.k, GATUN_ARITHMETIC_FAST,
            static_cast<uint32_t>(o), GATUN_WEIGHT_TRAINABLE));
        weights.push_back(owned.back()->get());
        values.push_back(owned.back()->values());
        for (float& value : values.back()) value = nearest_bf16(value);
      }
      const Gradients g = gradients(device.stream(), c, p, weights, run_twin);
      if (threads == 1) {
        first = g;
        expect_gradients(c, p, values, g);
        continue;
      }
      EXPECT_TRUE(same_bytes(first.dx, g.dx)) << c.name << ", threads " << threads;
      for (size_t i = 0; i < c.outputs.size(); ++i)
        EXPECT_TRUE(same_bytes(first.dweight[i], g.dweight[i])) << c.name;
    }
  }
}

// A row of dy that belongs to no row of x adds nothing, whatever it holds.
TEST(LinearBackwardTilesTest, LeavesOutRowsThatBelongToNone) {
  if (const std::string reason = skip_reason(IsaTier::kAvx512); !reason.empty())
    GTEST_SKIP() << reason;
  const Case c{"nan beside", 40, 48, {40}, true, true};
  RowDevice device(IsaTier::kAvx512, 2);
  Problem p(c);
  const TestWeight weight(device.device(), weight_formats()[0], 40, 48, GATUN_ARITHMETIC_FAST, 1,
                          GATUN_WEIGHT_TRAINABLE);
  const Gradients before = gradients(device.stream(), c, p, {weight.get()}, run_twin);
  for (int64_t n = 0; n < c.n; ++n) {
    if (p.row_of(n) >= 0) continue;
    for (int64_t o = 0; o < 40; ++o) p.dy[0]->at(n, o) = kNaN;
  }
  const Gradients after = gradients(device.stream(), c, p, {weight.get()}, run_twin);
  EXPECT_TRUE(same_bytes(before.dx, after.dx));
  EXPECT_TRUE(same_bytes(before.dweight[0], after.dweight[0]));
}

TEST(LinearBackwardArgumentTest, NamesWhatIsWrong) {
  RowDevice device(IsaTier::kGeneric, 1);
  const Case c{"arguments", 4, 8, {20}};
  Problem p(c);
  const TestWeight weight(device.device(), weight_formats()[0], 20, 8, GATUN_ARITHMETIC_F32, 1);
  Matrix<float> dx(4, 8), dweight(1, panel_count(20, 8)), dbias(1, 20);
  const auto message = [&](auto change) {
    gatun_linear_backward_params params{};
    params.struct_size = sizeof(params);
    params.x = p.x.view();
    params.weight[0] = weight.get();
    params.dy[0] = p.dy[0]->view();
    params.dx = dx.view();
    params.dweight[0] = dweight.vector_view();
    params.dbias[0] = dbias.vector_view();
    change(params);
    return failure_of([&] { linear_backward(device.stream(), params); });
  };
  using P = gatun_linear_backward_params;
  EXPECT_EQ(message([](P&) {}), "no error");
  EXPECT_EQ(message([](P& q) { q.x = {}; }),
            "linear_backward: x is missing, expected [N, K] for dweight[0]");
  EXPECT_EQ(message([](P& q) { q.weight[0] = nullptr; }),
            "linear_backward: weight[0] is NULL, expected a weight [O, K]");
  EXPECT_EQ(message([](P& q) { q.dweight[0].shape[0] = 255; }),
            "linear_backward: dweight[0] has shape [255], expected [ceil(O / 16) K 16] = [256] "
            "from dy[0] [N, O] = [4, 20] and x [N, K] = [4, 8]");
  EXPECT_EQ(message([](P& q) { q.dx.data = q.dy[0].data; }),
            "linear_backward: dx overlaps dy[0], expected separate memory");
  EXPECT_EQ(message([](P& q) { q.outputs = 4; }), "linear_backward: outputs is 4, expected 1 to 3");
  std::vector<int32_t> rows{0, 1, 2, 4};
  EXPECT_EQ(message([&](P& q) { q.rows = i32_vector(rows); }).substr(0, 52),
            "linear_backward: accumulate is 0 with rows, expected");
  EXPECT_EQ(message([&](P& q) {
              q.rows = i32_vector(rows);
              q.accumulate = 1;
            }),
            "linear_backward: rows[3] = 4, expected -1 or 0 <= value < 4");
}

}  // namespace
}  // namespace gatun::test

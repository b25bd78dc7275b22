// SPDX-License-Identifier: Apache-2.0
// Rotary with per-head norms and cache append: every implementation against the double reference
// over one case table.
#include "kernels/rotary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"
#include "support/guard_page.h"

namespace gatun {
namespace {

struct Case {
  std::string name;
  int tokens = 5;
  int heads = 3;
  int kv_heads = 1;  // 0: no k
  int head_size = 64;
  int rotated = 64;  // 0: no rotation
  int interleaved = 0;
  bool norm = false;
  float attention_factor = 0;
  int tables = 1;       // C
  int row_padding = 0;  // of q, k and v, in elements
  int first_position = 0;
  int inverse = 0;
};

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const int d : {2, 6, 7, 8, 16, 32, 64, 80, 96, 128, 256}) {
    for (const int interleaved : {0, 1}) {
      list.push_back({"size_" + std::to_string(d), 9, 4, 2, d, d / 2 * 2, interleaved});
      if (d >= 6)
        list.push_back({"partial_" + std::to_string(d), 3, 2, 1, d, d / 4 * 2, interleaved, true});
    }
  }
  for (const int n : {0, 1, 2, 33, 130}) list.push_back({"tokens_" + std::to_string(n), n});
  list.push_back({"norm", 7, 3, 3, 128, 128, 0, true});
  list.push_back({"norm_only", 7, 3, 3, 33, 0, 0, true});
  list.push_back({"append_only", 7, 3, 3, 48, 0});
  list.push_back({"factor", 7, 3, 3, 64, 64, 0, false, 1.25f});
  list.push_back({"tables", 40, 3, 3, 64, 64, 0, false, 0, 4});
  list.push_back({"far", 20, 3, 1, 64, 64, 0, false, 0, 1, 0, 2'000'000'000});
  list.push_back({"negative", 20, 3, 1, 64, 64, 0, false, 0, 1, 0, -7});
  list.push_back({"strided", 6, 3, 1, 64, 64, 0, true, 0, 1, 24});
  list.push_back({"queries_only", 6, 3, 0, 64, 64});
  list.push_back({"inverse", 9, 3, 1, 64, 64, 0, false, 1.25f, 1, 0, 3, 1});
  list.push_back({"inverse_pairs", 9, 3, 1, 48, 32, 1, false, 0, 3, 0, 0, 1});
  return list;
}

struct Problem {
  std::vector<float> q, k, v, inv_freq, q_norm, k_norm;
  std::vector<int32_t> positions, rows, slots;
};

constexpr int kPages = 12;

Problem problem(const Case& c) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const auto fill = [&](int count) {
    std::vector<float> x(static_cast<size_t>(count));
    for (float& value : x) value = normal(random);
    return x;
  };
  Problem p;
  p.q = fill(c.tokens * (c.heads * c.head_size + c.row_padding));
  p.k = fill(c.tokens * (c.kv_heads * c.head_size + c.row_padding));
  p.v = fill(c.tokens * (c.kv_heads * c.head_size + c.row_padding));
  p.q_norm = fill(c.head_size);
  p.k_norm = fill(c.head_size);
  for (int t = 0; t < c.tables; ++t) {
    for (int i = 0; i < c.rotated / 2; ++i) {
      p.inv_freq.push_back(static_cast<float>(std::pow(10000.0 * (t + 1), -2.0 * i / c.rotated)));
    }
  }
  for (int i = 0; i < c.tokens; ++i) {
    p.positions.push_back(c.first_position + 37 * i);
    p.rows.push_back(i % c.tables);
    p.slots.push_back(i % 5 == 3 ? -1
                                 : (i * 7) % (kPages * 16));  // distinct for fewer than 192 tokens
  }
  return p;
}

template <class T>
gatun_tensor tensor(std::vector<T>& data,
                    gatun_dtype dtype,
                    std::vector<int64_t> shape,
                    int64_t row_padding = 0) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = static_cast<int64_t>(data.size() * sizeof(T));
  t.dtype = dtype;
  t.rank = static_cast<int32_t>(shape.size());
  int64_t stride = 1;
  for (int d = t.rank - 1; d >= 0; --d) {
    t.shape[d] = shape[static_cast<size_t>(d)];
    t.stride[d] = stride + (d == 0 ? row_padding : 0);
    stride *= t.shape[d];
  }
  return t;
}

struct CacheMemory {
  KvPages pages;
  std::vector<std::byte> memory;
  gatun_kv_cache cache{};

  CacheMemory(const Case& c, gatun_dtype dtype) {
    pages = kv_pages(nullptr, kPages, 16, c.kv_heads, c.head_size, dtype);
    memory.resize(static_cast<size_t>(pages.page_bytes * kPages + 64));
    const auto address = (reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64;
    pages.data = reinterpret_cast<std::byte*>(address);
    cache = {pages.data, pages.page_bytes * kPages, kPages, 16, c.kv_heads, c.head_size, dtype, 0};
  }
};

gatun_rotary_params params(const Case& c, Problem& p, const gatun_kv_cache* cache) {
  gatun_rotary_params r{};
  r.struct_size = sizeof r;
  r.q = tensor(p.q, GATUN_DTYPE_F32, {c.tokens, c.heads, c.head_size}, c.row_padding);
  if (c.kv_heads > 0) {
    r.k = tensor(p.k, GATUN_DTYPE_F32, {c.tokens, c.kv_heads, c.head_size}, c.row_padding);
    r.v = tensor(p.v, GATUN_DTYPE_F32, {c.tokens, c.kv_heads, c.head_size}, c.row_padding);
  }
  r.positions = tensor(p.positions, GATUN_DTYPE_I32, {c.tokens});
  if (c.rotated > 0) r.inv_freq = tensor(p.inv_freq, GATUN_DTYPE_F32, {c.tables, c.rotated / 2});
  if (c.tables > 1) r.frequency_rows = tensor(p.rows, GATUN_DTYPE_I32, {c.tokens});
  if (c.norm) {
    r.q_norm_weight = tensor(p.q_norm, GATUN_DTYPE_F32, {c.head_size});
    r.k_norm_weight = tensor(p.k_norm, GATUN_DTYPE_F32, {c.head_size});
    r.norm_eps = 1e-6f;
    r.norm_weight_offset = 1.0f;
  }
  r.inverse = c.inverse;
  if (cache != nullptr && c.kv_heads > 0 && c.inverse == 0) {
    r.cache = *cache;
    r.slots = tensor(p.slots, GATUN_DTYPE_I32, {c.tokens});
  }
  r.attention_factor = c.attention_factor;
  r.interleaved = c.interleaved;
  return r;
}

Problem rotated(const Case& c, int32_t isa, int threads, CacheMemory* cache) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.isa = isa;
  options.threads = threads;
  Device device(options);
  Stream stream(device);
  Problem p = problem(c);
  rotary_forward(stream, params(c, p, cache != nullptr ? &cache->cache : nullptr));
  return p;
}

// cos and sin differ by one rounding at most, products and the sum by one each; the norm's sum of
// squares and root add a few more: 8 eps of the largest value that takes part.
void expect_close(const std::vector<float>& y,
                  const std::vector<float>& expected,
                  const std::string& what) {
  float largest = 0;
  for (const float x : expected) largest = std::max(largest, std::fabs(x));
  const float allowed = 8 * std::numeric_limits<float>::epsilon() * largest;
  ASSERT_EQ(y.size(), expected.size());
  for (size_t i = 0; i < y.size(); ++i) {
    ASSERT_NEAR(y[i], expected[i], allowed) << what << " at " << i;
  }
}

struct Tier {
  int32_t isa;
  const char* name;
};
class RotaryTest : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    if (static_cast<int32_t>(machine_isa_tier()) < GetParam().isa) {
      GTEST_SKIP() << "this machine lacks " << GetParam().name;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Tiers,
                         RotaryTest,
                         testing::Values(Tier{GATUN_ISA_AVX2, "avx2"},
                                         Tier{GATUN_ISA_AVX512, "avx512"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(RotaryTest, MatchesTheReference) {
  for (const Case& c : cases()) {
    const Problem expected = rotated(c, GATUN_ISA_GENERIC, 1, nullptr);
    const Problem y = rotated(c, GetParam().isa, 2, nullptr);
    expect_close(y.q, expected.q, c.name + " q");
    expect_close(y.k, expected.k, c.name + " k");
    EXPECT_EQ(y.v, expected.v) << c.name;
  }
}

TEST_P(RotaryTest, SameBitsForAnyThreads) {
  for (const Case& c : cases()) {
    const Problem one = rotated(c, GetParam().isa, 1, nullptr);
    for (const int threads : {2, 3}) {
      const Problem many = rotated(c, GetParam().isa, threads, nullptr);
      EXPECT_EQ(many.q, one.q) << c.name;
      EXPECT_EQ(many.k, one.k) << c.name;
    }
  }
}

TEST_P(RotaryTest, AppendsWhatItRotated) {
  for (const Case& c : cases()) {
    if (c.kv_heads == 0 || c.inverse != 0) continue;
    for (const gatun_dtype dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_BF16}) {
      CacheMemory cache(c, dtype);
      std::memset(cache.pages.data, 0xee, static_cast<size_t>(cache.cache.byte_length));
      const Problem p = rotated(c, GetParam().isa, 2, &cache);
      const auto stored = [&](float x) {
        return dtype == GATUN_DTYPE_F32 ? x : kv_from_bf16(kv_to_bf16(x));
      };
      const auto stride = static_cast<size_t>(c.kv_heads * c.head_size + c.row_padding);
      for (size_t i = 0; i < static_cast<size_t>(c.tokens); ++i) {
        if (p.slots[i] < 0) continue;
        for (int g = 0; g < c.kv_heads; ++g) {
          const std::byte* head = kv_head(cache.pages, p.slots[i] / 16, g);
          for (int d = 0; d < c.head_size; ++d) {
            const size_t at = i * stride + static_cast<size_t>(g * c.head_size + d);
            ASSERT_EQ(kv_key(cache.pages, head, p.slots[i] % 16, d), stored(p.k[at])) << c.name;
            ASSERT_EQ(kv_value(cache.pages, head, p.slots[i] % 16, d), stored(p.v[at])) << c.name;
          }
          for (int64_t d = c.head_size; d < kv_value_width(c.head_size); ++d) {
            ASSERT_EQ(kv_value(cache.pages, head, p.slots[i] % 16, d), 0.0f) << c.name;
          }
          for (int64_t d = c.head_size; d < kv_key_width(cache.pages); ++d) {
            ASSERT_EQ(kv_key(cache.pages, head, p.slots[i] % 16, d), 0.0f) << c.name;
          }
        }
      }
    }
  }
}

// Every tensor ends at a guard page; the results are those of tensors that do not.
TEST_P(RotaryTest, StaysInsideItsTensors) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.isa = GetParam().isa;
  options.threads = 2;
  Device device(options);
  Stream stream(device);
  for (const Case& c : cases()) {
    if (c.row_padding > 0) continue;  // what lies behind the last row belongs to the vector
    const Problem expected = rotated(c, GetParam().isa, 2, nullptr);
    Problem p = problem(c);
    CacheMemory cache(c, GATUN_DTYPE_F32);
    auto r = params(c, p, &cache.cache);
    test::GuardedArray<float> q(p.q), k(p.k), v(p.v), inv_freq(p.inv_freq), q_norm(p.q_norm),
        k_norm(p.k_norm);
    test::GuardedArray<int32_t> positions(p.positions), rows(p.rows), slots(p.slots);
    test::GuardedArray<std::byte> pages(static_cast<size_t>(cache.cache.byte_length));
    const auto move = [](gatun_tensor& tensor, void* data) {
      if (tensor.data != nullptr) tensor.data = data;
    };
    move(r.q, q.data());
    move(r.k, k.data());
    move(r.v, v.data());
    move(r.inv_freq, inv_freq.data());
    move(r.q_norm_weight, q_norm.data());
    move(r.k_norm_weight, k_norm.data());
    move(r.positions, positions.data());
    move(r.frequency_rows, rows.data());
    move(r.slots, slots.data());
    // A page's bytes are a multiple of the 64 that it must be aligned to.
    if (r.cache.data != nullptr) r.cache.data = pages.data();
    rotary_forward(stream, r);
    EXPECT_EQ(std::vector<float>(q.data(), q.data() + q.size()), expected.q) << c.name;
    EXPECT_EQ(std::vector<float>(k.data(), k.data() + k.size()), expected.k) << c.name;
  }
}

// A token alone gives the bits that it gives among others.
TEST_P(RotaryTest, SameBitsForAnyBatch) {
  const Case many{"many", 6, 3, 1, 64, 64, 0, true};
  const Problem whole = rotated(many, GetParam().isa, 2, nullptr);
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.isa = GetParam().isa;
  options.threads = 2;
  Device device(options);
  Stream stream(device);
  Problem p = problem(many);
  auto r = params(many, p, nullptr);
  for (auto* t : {&r.q, &r.k, &r.v, &r.positions}) {
    t->shape[0] = 1;
    t->data = static_cast<std::byte*>(t->data) + 4 * t->stride[0] * 4;
    t->byte_length -= 4 * t->stride[0] * 4;
  }
  rotary_forward(stream, r);
  EXPECT_EQ(std::vector<float>(p.q.begin() + 4 * 192, p.q.begin() + 5 * 192),
            std::vector<float>(whole.q.begin() + 4 * 192, whole.q.begin() + 5 * 192));
}

// What the forward rotation does, the inverse undoes, up to the square of the factor.
TEST_P(RotaryTest, InverseUndoesTheRotation) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.isa = GetParam().isa;
  Device device(options);
  Stream stream(device);
  for (const Case& c : cases()) {
    if (c.norm || c.rotated != c.head_size || c.inverse != 0) continue;
    Problem p = problem(c);
    auto r = params(c, p, nullptr);
    rotary_forward(stream, r);
    r.inverse = 1;
    rotary_forward(stream, r);
    const float square = c.attention_factor == 0 ? 1 : c.attention_factor * c.attention_factor;
    Problem expected = problem(c);
    for (float& x : expected.q) x *= square;
    expect_close(p.q, expected.q, c.name);
  }
}

TEST(RotaryReference, RefusesAnInverseWithNormOrCache) {
  Case c{"inverse", 2, 1, 1, 8, 8};
  gatun_device_options options{};
  options.struct_size = sizeof options;
  Device device(options);
  Stream stream(device);
  CacheMemory cache(c, GATUN_DTYPE_F32);
  for (const bool norm : {false, true}) {
    c.norm = norm;
    Problem p = problem(c);
    auto r = params(c, p, norm ? nullptr : &cache.cache);
    r.inverse = 1;
    EXPECT_THROW(rotary_forward(stream, r), Error) << norm;
  }
}

TEST(RotaryReference, TurnsByHand) {
  const Case c{"hand", 1, 1, 1, 2, 2};
  gatun_device_options options{};
  options.struct_size = sizeof options;
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    options.isa = isa;
    Device device(options);
    Stream stream(device);
    Problem p = problem(c);
    p.q = {3.0f, 4.0f};
    p.positions = {2};
    p.inv_freq = {
        static_cast<float>(std::acos(0.0) / 2)};  // two steps of 45 degrees: (a, b) becomes (-b, a)
    rotary_forward(stream, params(c, p, nullptr));
    EXPECT_NEAR(p.q[0], -4.0f, 1e-6f);
    EXPECT_NEAR(p.q[1], 3.0f, 1e-6f);
  }
}

std::string failure(const Case& c, const gatun_rotary_params& r) {
  std::string message;
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    gatun_device_options options{};
    options.struct_size = sizeof options;
    options.isa = isa;
    options.threads = 2;
    Device device(options);
    Stream stream(device);
    try {
      rotary_forward(stream, r);
      return "no failure: " + c.name;
    } catch (const Error& error) {
      message = error.what();
    }
  }
  return message;
}

TEST(Rotary, NamesWhatIsWrong) {
  const Case c{"wrong", 4, 2, 1, 8, 8, 0, false, 0, 2};
  Problem p = problem(c);
  CacheMemory cache(c, GATUN_DTYPE_F32);
  const auto expect = [&](const gatun_rotary_params& r, const std::string& text) {
    const std::string message = failure(c, r);
    EXPECT_NE(message.find(text), std::string::npos) << message;
  };
  auto r = params(c, p, &cache.cache);
  p.slots[2] = kPages * 16;
  expect(r, "rotary: slots[2] = 192");
  p.slots[2] = -2;
  expect(r, "rotary: slots[2] = -2, expected -1 or 0 <= value < 192");
  p.slots[2] = -1;
  p.rows[3] = 2;
  expect(r, "rotary: frequency_rows[3] = 2, expected 0 <= value < 2");
  p.rows[3] = 0;
  r.k.shape[1] = 2;
  expect(r, "rotary: ");
  r = params(c, p, &cache.cache);
  r.v = {};
  expect(r, "rotary: v is missing");
  r = params(c, p, &cache.cache);
  r.cache.head_size = 16;
  expect(r, "rotary: ");
  r = params(c, p, &cache.cache);
  r.cache.byte_length -= 1;
  expect(r, "rotary: cache.byte_length");
  r = params(c, p, &cache.cache);
  r.inv_freq.shape[1] = 5;
  r.inv_freq.stride[0] = 5;
  r.inv_freq.shape[0] = 1;
  expect(r, "rotary: inv_freq has shape [1, 5]");
  r = params(c, p, &cache.cache);
  r.k = r.q;
  expect(r, "rotary: q overlaps k");
}

}  // namespace
}  // namespace gatun

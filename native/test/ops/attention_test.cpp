// SPDX-License-Identifier: Apache-2.0
// One table of cases for every implementation of attention against the double reference, and byte
// equality across threads, batches, prefill chunks and sources of keys.
#include "kernels/attention.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "ops/attention.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/graph.h"
#include "runtime/stream.h"

namespace gatun {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Lengths {
  int queries;
  int keys;
};

struct Case {
  std::string name;
  std::vector<Lengths> sequences;
  int heads = 1;
  int kv_heads = 1;
  int head_size = 64;
  int causal = 0;
  int window = 0;
  float softcap = 0;
  float magnitude = 1;  // of q and k
  int extra_rows = 0;   // of q and y, behind the last sequence
};

enum class Source { kContiguous, kPagedF32, kPagedBf16 };

struct Inputs {
  std::vector<float> q, k, v;  // [N, H, D], [M, G, D]
};

template <class T>
gatun_tensor tensor(std::vector<T>& data, gatun_dtype dtype, std::vector<int64_t> shape) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = static_cast<int64_t>(data.size() * sizeof(T));
  t.dtype = dtype;
  t.rank = static_cast<int32_t>(shape.size());
  int64_t stride = 1;
  for (int d = t.rank - 1; d >= 0; --d) {
    t.shape[d] = shape[static_cast<size_t>(d)];
    t.stride[d] = stride;
    stride *= t.shape[d];
  }
  return t;
}

int total_queries(const Case& c) {
  int n = 0;
  for (const auto& s : c.sequences) n += s.queries;
  return n;
}
int total_keys(const Case& c) {
  int n = 0;
  for (const auto& s : c.sequences) n += s.keys;
  return n;
}

Inputs random_inputs(const Case& c, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  const auto fill = [&](int rows, int heads, float magnitude) {
    std::vector<float> x(static_cast<size_t>(rows) * static_cast<size_t>(heads * c.head_size));
    for (float& value : x) value = magnitude * normal(random);
    return x;
  };
  Inputs in;
  in.q = fill(total_queries(c) + c.extra_rows, c.heads, c.magnitude);
  in.k = fill(total_keys(c), c.kv_heads, c.magnitude);
  in.v = fill(total_keys(c), c.kv_heads, 1.0f);
  return in;
}

struct Means {
  int32_t isa = GATUN_ISA_AUTO;
  int threads = 2;
  Source source = Source::kContiguous;
  int32_t arithmetic = GATUN_ARITHMETIC_F32;
  int page_tokens = 64;
};

std::unique_ptr<Device> open_device(const Means& means) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.isa = means.isa;
  options.threads = means.threads;
  return std::make_unique<Device>(options);
}

// A paged cache whose unused bytes are NaN, with pages handed out in a scattered order.
struct Pages {
  std::vector<std::byte> memory;
  KvPages pages{};
  gatun_kv_cache cache{};
  std::vector<int32_t> table;  // [B, P]
  std::vector<int32_t> lengths;
  int64_t per_sequence = 0;

  Pages(const Case& c, const Inputs& in, gatun_dtype dtype, int page_tokens) {
    int longest = 0;
    for (const auto& s : c.sequences) longest = std::max(longest, s.keys);
    per_sequence = (longest + page_tokens - 1) / page_tokens + 1;
    const auto count =
        static_cast<int32_t>(static_cast<int64_t>(c.sequences.size()) * per_sequence + 1);
    pages = kv_pages(nullptr, count, page_tokens, c.kv_heads, c.head_size, dtype);
    memory.resize(static_cast<size_t>(pages.page_bytes * count + 64), std::byte{0xff});
    auto address = (reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64;
    pages.data = reinterpret_cast<std::byte*>(address);
    cache = {
        pages.data, pages.page_bytes * count, count, page_tokens, c.kv_heads, c.head_size, dtype,
        0};
    std::vector<int32_t> order(static_cast<size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    int64_t row = 0, next = 0;
    for (const auto& s : c.sequences) {
      for (int64_t p = 0; p < per_sequence; ++p) {
        const bool used = p * page_tokens < s.keys;
        table.push_back(used ? order[static_cast<size_t>(next++)]
                             : -1);  // what is not used is not looked at
      }
      const int32_t* mine = &table[table.size() - static_cast<size_t>(per_sequence)];
      for (int j = 0; j < s.keys; ++j, ++row) {
        for (int g = 0; g < c.kv_heads; ++g) {
          const size_t from = static_cast<size_t>((row * c.kv_heads + g) * c.head_size);
          kv_append(pages,
                    static_cast<int64_t>(mine[j / page_tokens]) * page_tokens + j % page_tokens, g,
                    &in.k[from], &in.v[from]);
        }
      }
      lengths.push_back(s.keys);
    }
  }
};

std::vector<float> attend(Stream& stream, const Case& c, Inputs in, const Means& means) {
  const auto sequences = static_cast<int64_t>(c.sequences.size());
  std::vector<int32_t> cu_q{0}, cu_k{0};
  for (const auto& s : c.sequences) {
    cu_q.push_back(cu_q.back() + s.queries);
    cu_k.push_back(cu_k.back() + s.keys);
  }
  const int64_t tokens = total_queries(c) + c.extra_rows;
  std::vector<float> y(in.q.size(), kNan);
  gatun_attention_params p{};
  p.struct_size = sizeof p;
  p.q = tensor(in.q, GATUN_DTYPE_F32, {tokens, c.heads, c.head_size});
  p.y = tensor(y, GATUN_DTYPE_F32, {tokens, c.heads, c.head_size});
  p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {sequences + 1});
  std::unique_ptr<Pages> pages;
  if (means.source == Source::kContiguous) {
    p.k = tensor(in.k, GATUN_DTYPE_F32, {total_keys(c), c.kv_heads, c.head_size});
    p.v = tensor(in.v, GATUN_DTYPE_F32, {total_keys(c), c.kv_heads, c.head_size});
    p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {sequences + 1});
  } else {
    pages = std::make_unique<Pages>(
        c, in, means.source == Source::kPagedF32 ? GATUN_DTYPE_F32 : GATUN_DTYPE_BF16,
        means.page_tokens);
    p.cache = pages->cache;
    p.page_table = tensor(pages->table, GATUN_DTYPE_I32, {sequences, pages->per_sequence});
    p.kv_lengths = tensor(pages->lengths, GATUN_DTYPE_I32, {sequences});
  }
  p.causal = c.causal;
  p.window = c.window;
  p.softcap = c.softcap;
  p.arithmetic = means.arithmetic;
  // The tier named avx512_bf16 stands for products of pairs, the others for widened ones.
  attention_forward_with(
      stream, p,
      means.isa == GATUN_ISA_AVX512_BF16 ? Bf16Products::kPairs : Bf16Products::kWidened);
  return y;
}

std::vector<float> attend(const Case& c, const Inputs& in, const Means& means) {
  const auto device = open_device(means);
  Stream stream(*device);
  return attend(stream, c, in, means);
}

Inputs rounded(const Inputs& in) {
  Inputs out = in;
  for (auto* x : {&out.q, &out.k, &out.v}) {
    for (float& value : *x) value = kv_from_bf16(kv_to_bf16(value));
  }
  return out;
}

float largest_norm(const std::vector<float>& x, int head_size) {
  double largest = 0;
  for (size_t i = 0; i < x.size(); i += static_cast<size_t>(head_size)) {
    double sum = 0;
    for (size_t d = 0; d < static_cast<size_t>(head_size); ++d)
      sum += double{x[i + d]} * double{x[i + d]};
    largest = std::max(largest, std::sqrt(sum));
  }
  return static_cast<float>(largest);
}

// A score is a sum of D products whose absolute values sum to at most |q| |k|: rounding walks to 4
// sqrt(D) eps of that, and its error is the relative error of a probability, which counts once in o
// and once in l. The chain over the keys of a block and the merges add 32 eps. With bf16 products
// the operands are rounded before both (the reference gets rounded inputs), so what remains is the
// rounding of the probabilities: half of 2^-8, each.
float tolerance(const Case& c, const Inputs& in, bool bf16) {
  const float eps = std::numeric_limits<float>::epsilon() / 2;
  const float scale = 1.0f / std::sqrt(static_cast<float>(c.head_size));
  const float scores = largest_norm(in.q, c.head_size) * largest_norm(in.k, c.head_size) * scale;
  const float relative =
      2 * eps * (4 * std::sqrt(static_cast<float>(c.head_size)) + 4) * scores + 32 * eps;
  float largest = 0;
  for (const float v : in.v) largest = std::max(largest, std::fabs(v));
  return largest * (relative + (bf16 ? 1.0f / 512 : 0.0f));
}

void expect_close(const std::vector<float>& y,
                  const std::vector<float>& expected,
                  float allowed,
                  const std::string& what) {
  ASSERT_EQ(y.size(), expected.size());
  float worst = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(expected[i]) && std::isnan(y[i])) continue;
    const float error = std::fabs(y[i] - expected[i]);
    if (!(error <= allowed)) {
      FAIL() << what << ": y[" << i << "] = " << y[i] << ", expected " << expected[i] << " within "
             << allowed;
    }
    worst = std::max(worst, error);
  }
}

void expect_same_bits(const std::vector<float>& a,
                      const std::vector<float>& b,
                      const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
      FAIL() << what << ": [" << i << "] is " << a[i] << " and " << b[i];
    }
  }
}

std::vector<Case> cases() {
  std::vector<Case> list;
  const int sizes[] = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 257, 600};
  for (const int t : sizes) {
    list.push_back({"self_" + std::to_string(t), {{t, t}}, 4, 2, 32, 0});
    list.push_back({"causal_" + std::to_string(t), {{t, t}}, 3, 1, 64, 1});
    list.push_back({"cross_" + std::to_string(t), {{5, t}, {t, 3}}, 2, 2, 16, 0});
    list.push_back({"depth_" + std::to_string(t), {{1, t + 1}, {9, t + 9}}, 9, 3, 64, 1});
    list.push_back({"window_" + std::to_string(t), {{t, t + 3}}, 2, 1, 32, 1, 17});
  }
  for (const int d : {1, 7, 8, 16, 32, 64, 80, 128, 256}) {
    list.push_back({"size_" + std::to_string(d), {{33, 290}, {1, 1}}, 4, 2, d, 1});
  }
  for (const int group : {1, 3, 4, 9}) {
    list.push_back({"group_" + std::to_string(group), {{40, 300}, {2, 520}}, 2 * group, 2, 32, 1});
  }
  list.push_back({"ragged",
                  {{0, 0}, {3, 3}, {0, 5}, {130, 130}, {1, 1}, {64, 64}, {0, 0}},
                  4,
                  4,
                  32,
                  0,
                  0,
                  0,
                  1,
                  5});
  list.push_back(
      {"ragged_causal", {{10, 700}, {0, 4}, {1, 513}, {300, 300}}, 6, 2, 64, 1, 0, 0, 1, 2});
  list.push_back({"more_queries_than_keys", {{40, 10}, {3, 0}}, 2, 1, 16, 1});
  list.push_back({"window_300", {{700, 700}}, 2, 1, 64, 1, 300});
  list.push_back({"window_1", {{50, 300}}, 2, 1, 8, 1, 1});
  list.push_back({"window_both_sides", {{90, 300}}, 2, 1, 8, 0, 40});
  list.push_back({"softcap", {{70, 300}}, 4, 2, 64, 1, 0, 20.0f, 3});
  list.push_back({"large", {{33, 300}}, 2, 1, 64, 1, 0, 0, 30});
  list.push_back({"tiny", {{33, 300}}, 2, 1, 64, 1, 0, 0, 1e-18f});
  return list;
}

struct Tier {
  int32_t isa;
  const char* name;
};
constexpr Tier kTiers[] = {
    {GATUN_ISA_AVX2, "avx2"}, {GATUN_ISA_AVX512, "avx512"}, {GATUN_ISA_AVX512_BF16, "avx512_bf16"}};

bool machine_has(int32_t isa) {
  return static_cast<int32_t>(machine_isa_tier()) >= isa;
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
const std::vector<float>& reference_of(size_t index, bool bf16) {
  static std::vector<std::vector<float>> known[2];
  auto& answers = known[bf16 ? 1 : 0];
  if (answers.empty()) {
    const auto device = open_device({GATUN_ISA_GENERIC, 2});
    Stream stream(*device);
    for (const Case& c : cases()) {
      answers.push_back(attend(stream, c, bf16 ? rounded(random_inputs(c)) : random_inputs(c),
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
    const float allowed = tolerance(c, in, false);
    expect_close(attend(stream, c, in, means()), expected, allowed, c.name);
    expect_close(attend(stream, c, in, means(Source::kPagedF32)), expected, allowed,
                 c.name + " paged");
  }
}

TEST_P(AttentionTest, MatchesTheReferenceOnBf16) {
  const auto device = open_device(means());
  Stream stream(*device);
  size_t index = 0;
  for (const Case& c : cases()) {
    const Inputs in = rounded(random_inputs(c));
    const auto& expected = reference_of(index++, true);
    expect_close(attend(stream, c, in, means(Source::kPagedBf16)), expected,
                 tolerance(c, in, false), c.name + " f32");
    const float allowed = tolerance(c, in, true);
    expect_close(attend(stream, c, in, means(Source::kPagedBf16, GATUN_ARITHMETIC_FAST)), expected,
                 allowed, c.name);
    expect_close(attend(stream, c, in, means(Source::kContiguous, GATUN_ARITHMETIC_FAST)), expected,
                 allowed, c.name + " contiguous");
  }
}

TEST_P(AttentionTest, SameBitsForAnyThreads) {
  for (const Case& c : cases()) {
    const Inputs in = random_inputs(c);
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      const auto one = attend(c, in, means(Source::kContiguous, arithmetic, 1));
      for (const int threads : {2, 3}) {
        expect_same_bits(attend(c, in, means(Source::kContiguous, arithmetic, threads)), one,
                         c.name);
      }
    }
  }
}

TEST_P(AttentionTest, SameBitsPagedAndContiguous) {
  const auto device = open_device(means());
  Stream stream(*device);
  for (const Case& c : cases()) {
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
  for (const int window : {0, 100}) {
    for (const Source source : {Source::kPagedF32, Source::kPagedBf16}) {
      const int32_t arithmetic =
          source == Source::kPagedBf16 ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32;
      const auto device = open_device(means());
      Stream stream(*device);
      Case whole{"whole", {{600, 600}}, 6, 2, 64, 1, window};
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
                             {in.v.begin(), in.v.begin() + static_cast<long>(end * kv_row)}};
          const auto out = attend(stream, part, slice, means(source, arithmetic));
          y.insert(y.end(), out.begin(), out.end());
          done = end;
        }
        expect_same_bits(y, expected, "chunked");
      }

      Case batch = whole;
      batch.sequences = {{5, 20}, {600, 600}, {1, 300}, {0, 0}, {40, 40}, {1, 1}, {1, 257}, {2, 2}};
      Inputs many = random_inputs(batch, 11);
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

// Memory that ends where a page that cannot be read begins.
class Guarded {
 public:
  explicit Guarded(const std::vector<float>& values) {
    const size_t bytes = values.size() * sizeof(float), page = 4096;
    length_ = (bytes + page - 1) / page * page + page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + length_ - page, page, PROT_NONE);
    data_ = reinterpret_cast<float*>(base_ + length_ - page - bytes);
    if (bytes > 0) std::memcpy(data_, values.data(), bytes);
  }
  ~Guarded() { munmap(base_, length_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  float* data() { return data_; }

 private:
  std::byte* base_;
  size_t length_;
  float* data_;
};

TEST_P(AttentionTest, StaysInsideItsTensors) {
  const auto device = open_device(means());
  Stream stream(*device);
  for (const Case& c : cases()) {
    Inputs in = random_inputs(c);
    Guarded q(in.q), k(in.k), v(in.v), y(in.q);
    std::vector<int32_t> cu_q{0}, cu_k{0};
    for (const auto& s : c.sequences) {
      cu_q.push_back(cu_q.back() + s.queries);
      cu_k.push_back(cu_k.back() + s.keys);
    }
    const int64_t tokens = total_queries(c) + c.extra_rows;
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
      p.causal = c.causal;
      p.window = c.window;
      p.softcap = c.softcap;
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

TEST_P(AttentionTest, MinusInfinityScoresWeighNothing) {
  const Case c{"minus_infinity", {{1, 40}}, 1, 1, 8, 0};
  Inputs in = random_inputs(c);
  for (float& q : in.q) q = 1.0f;
  for (int j = 0; j < 20; ++j) in.k[static_cast<size_t>(j * 8)] = -kInfinity;
  const auto expected = attend(c, in, {GATUN_ISA_GENERIC, 1});
  for (const float y : expected) ASSERT_TRUE(std::isfinite(y));
  expect_close(attend(c, in, means()), expected, 1e-6f, c.name);
}

// Hand-computed: two keys whose scores differ by ln 3 weigh 1/4 and 3/4.
TEST(AttentionReference, WeighsByHand) {
  const Case c{"hand", {{1, 2}}, 1, 1, 1, 0};
  const Inputs in{{1.0f}, {0.0f, std::log(3.0f)}, {8.0f, 16.0f}};
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    const auto y = attend(c, in, {isa, 1});
    EXPECT_NEAR(y[0], 8.0f * 0.25f + 16.0f * 0.75f, 1e-5f);
  }
}

TEST(AttentionReference, CausalAndWindowByHand) {
  Case c{"hand", {{3, 3}}, 1, 1, 1, 1};
  const Inputs in{{0, 0, 0}, {0, 0, 0}, {3, 6, 12}};
  EXPECT_EQ(attend(c, in, {GATUN_ISA_GENERIC, 1}), (std::vector<float>{3, 4.5f, 7}));
  c.window = 2;
  EXPECT_EQ(attend(c, in, {GATUN_ISA_GENERIC, 1}), (std::vector<float>{3, 4.5f, 9}));
}

TEST(Attention, RowsBehindTheLastSequenceAreZero) {
  Case c{"extra", {{3, 3}}, 2, 1, 16, 1};
  c.extra_rows = 4;
  const Inputs in = random_inputs(c);
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    const auto y = attend(c, in, {isa, 2});
    for (size_t i = 3 * 32; i < y.size(); ++i) ASSERT_EQ(y[i], 0.0f);
  }
}

class AttentionFaults : public testing::Test {
 protected:
  std::string fault(const std::vector<int32_t>& cu_q, const std::vector<int32_t>& cu_k) {
    std::vector<int32_t> q_ends = cu_q, k_ends = cu_k;
    std::vector<float> q(4 * 8), k(6 * 8), v(6 * 8), y(4 * 8);
    gatun_attention_params p{};
    p.q = tensor(q, GATUN_DTYPE_F32, {4, 1, 8});
    p.k = tensor(k, GATUN_DTYPE_F32, {6, 1, 8});
    p.v = tensor(v, GATUN_DTYPE_F32, {6, 1, 8});
    p.y = tensor(y, GATUN_DTYPE_F32, {4, 1, 8});
    p.cu_seqlens_q = tensor(q_ends, GATUN_DTYPE_I32, {static_cast<int64_t>(q_ends.size())});
    p.cu_seqlens_k = tensor(k_ends, GATUN_DTYPE_I32, {static_cast<int64_t>(k_ends.size())});
    return submit(p);
  }
  std::string paged_fault(int32_t page, int32_t length) {
    std::vector<int32_t> ends{0, 4}, table{0, page}, lengths{length};
    std::vector<float> q(4 * 8), y(4 * 8);
    const auto layout = kv_pages(nullptr, 3, 16, 1, 8, GATUN_DTYPE_F32);
    void* memory = std::aligned_alloc(64, static_cast<size_t>(3 * layout.page_bytes));
    std::memset(memory, 0, static_cast<size_t>(3 * layout.page_bytes));
    gatun_attention_params p{};
    p.q = tensor(q, GATUN_DTYPE_F32, {4, 1, 8});
    p.y = tensor(y, GATUN_DTYPE_F32, {4, 1, 8});
    p.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {2});
    p.cache = {memory, 3 * layout.page_bytes, 3, 16, 1, 8, GATUN_DTYPE_F32, 0};
    p.page_table = tensor(table, GATUN_DTYPE_I32, {1, 2});
    p.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {1});
    const std::string message = submit(p);
    std::free(memory);
    return message;
  }
  std::string submit(const gatun_attention_params& p) {
    std::string message;
    for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
      const auto device = open_device({isa, 2});
      Stream stream(*device);
      message.clear();
      try {
        attention_forward(stream, p);
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), GATUN_STATUS_INVALID_ARGUMENT);
        message = error.what();
      }
    }
    return message;
  }
};

TEST_F(AttentionFaults, LengthsOutOfRange) {
  EXPECT_EQ(fault({0, 4}, {0, 6}), "");
  EXPECT_NE(fault({0, 5}, {0, 6}).find("attention: cu_seqlens_q[1] = 5"), std::string::npos);
  EXPECT_NE(fault({1, 4}, {0, 6}).find("attention: cu_seqlens_q[0] = 1"), std::string::npos);
  EXPECT_NE(fault({0, 3, 2}, {0, 1, 6}).find("attention: cu_seqlens_q[1] = 3"), std::string::npos);
  EXPECT_NE(fault({0, 4}, {0, 7}).find("attention: cu_seqlens_k[1] = 7"), std::string::npos);
  EXPECT_NE(fault({0, 4}, {0, -1}).find("attention: cu_seqlens_k[1] = -1"), std::string::npos);
}

TEST_F(AttentionFaults, PagesOutOfRange) {
  EXPECT_EQ(paged_fault(2, 32), "");
  EXPECT_EQ(paged_fault(9, 16), "");  // not used
  EXPECT_NE(paged_fault(3, 17).find("attention: page_table[1] = 3"), std::string::npos);
  EXPECT_NE(paged_fault(-1, 17).find("attention: page_table[1] = -1"), std::string::npos);
  EXPECT_NE(paged_fault(1, 33).find("attention: kv_lengths[0] = 33"), std::string::npos);
  EXPECT_NE(paged_fault(1, -1).find("attention: kv_lengths[0] = -1"), std::string::npos);
}

TEST_F(AttentionFaults, ShapesAreNamed) {
  std::vector<int32_t> ends{0, 2};
  std::vector<float> x(2 * 3 * 8), k(2 * 2 * 8), y(2 * 3 * 8);
  gatun_attention_params p{};
  p.q = tensor(x, GATUN_DTYPE_F32, {2, 3, 8});
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 3, 8});
  p.k = tensor(k, GATUN_DTYPE_F32, {2, 2, 8});
  p.v = p.k;
  p.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {2});
  p.cu_seqlens_k = p.cu_seqlens_q;
  EXPECT_NE(submit(p).find("attention: H is 3, expected a multiple of G = 2"), std::string::npos);
  p.v = tensor(k, GATUN_DTYPE_F32, {2, 1, 8});
  EXPECT_NE(submit(p).find("attention: v has shape [2, 1, 8], expected [M, G, D] = [2, 2, 8]"),
            std::string::npos);
  p.y = p.q;
  EXPECT_NE(submit(p).find("attention: y overlaps q"), std::string::npos);
  p.softcap = -1;
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 3, 8});
  EXPECT_NE(submit(p).find("softcap"), std::string::npos);
}

}  // namespace
}  // namespace gatun

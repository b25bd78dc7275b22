// SPDX-License-Identifier: Apache-2.0
// What the tests of attention share: a case, its random inputs, a paged cache that holds them, and
// the call.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "kernels/attention.h"
#include "ops/attention.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/stream.h"

namespace gatun::attention_test {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Lengths {
  int queries;
  int keys;
};

struct Bias {
  int buckets = 0;  // none
  int bidirectional = 0;
  int max_distance = 128;
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
  float scale = 0;
  Bias bias = {};
  float dropout = 0;
  std::vector<int32_t> reads = {};  // kv_sequence; the keys' lengths are those of `sources` then
  std::vector<int> sources = {};
};

enum class Source { kContiguous, kPagedF32, kPagedBf16 };

struct Inputs {
  std::vector<float> q, k, v;    // [N, H, D], [M, G, D]
  std::vector<float> bias = {};  // [buckets, H]
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

inline int total_queries(const Case& c) {
  int n = 0;
  for (const auto& s : c.sequences) n += s.queries;
  return n;
}
inline std::vector<int> key_lengths(const Case& c) {
  if (!c.reads.empty()) return c.sources;
  std::vector<int> lengths;
  for (const auto& s : c.sequences) lengths.push_back(s.keys);
  return lengths;
}
inline int total_keys(const Case& c) {
  const auto lengths = key_lengths(c);
  return std::accumulate(lengths.begin(), lengths.end(), 0);
}
inline std::vector<int32_t> query_ends(const Case& c) {
  std::vector<int32_t> ends{0};
  for (const auto& s : c.sequences) ends.push_back(ends.back() + s.queries);
  return ends;
}
inline std::vector<int32_t> key_ends(const Case& c) {
  std::vector<int32_t> ends{0};
  for (const int keys : key_lengths(c)) ends.push_back(ends.back() + keys);
  return ends;
}

inline Inputs random_inputs(const Case& c, unsigned seed = 7) {
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
  in.bias.resize(static_cast<size_t>(c.bias.buckets * c.heads));
  for (float& value : in.bias) value = 2 * normal(random);
  return in;
}

struct Means {
  int32_t isa = GATUN_ISA_AUTO;
  int threads = 2;
  Source source = Source::kContiguous;
  int32_t arithmetic = GATUN_ARITHMETIC_F32;
  int page_tokens = 64;
  bool repeat_pages = false;  // a row of the page table per sequence of queries, no kv_sequence
};

inline std::unique_ptr<Device> open_device(const Means& means) {
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
    const auto of_sequences = key_lengths(c);
    for (const int keys : of_sequences) longest = std::max(longest, keys);
    per_sequence = (longest + page_tokens - 1) / page_tokens + 1;
    const auto count =
        static_cast<int32_t>(static_cast<int64_t>(of_sequences.size()) * per_sequence + 1);
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
    for (const int keys : of_sequences) {
      for (int64_t p = 0; p < per_sequence; ++p) {
        const bool used = p * page_tokens < keys;
        table.push_back(used ? order[static_cast<size_t>(next++)]
                             : -1);  // what is not used is not looked at
      }
      const int32_t* mine = &table[table.size() - static_cast<size_t>(per_sequence)];
      for (int j = 0; j < keys; ++j, ++row) {
        for (int g = 0; g < c.kv_heads; ++g) {
          const size_t from = static_cast<size_t>((row * c.kv_heads + g) * c.head_size);
          kv_append(pages,
                    static_cast<int64_t>(mine[j / page_tokens]) * page_tokens + j % page_tokens, g,
                    &in.k[from], &in.v[from]);
        }
      }
      lengths.push_back(keys);
    }
  }
};

// Everything of a case but the tensors.
template <class Params>  // of forward or backward
void set_options(const Case& c, Params& p) {
  p.causal = c.causal;
  p.window = c.window;
  p.softcap = c.softcap;
  p.scale = c.scale;
  p.bias_bidirectional = c.bias.bidirectional;
  p.bias_max_distance = c.bias.max_distance;
  p.dropout = c.dropout;
  p.dropout_seed = 0x123456789abcdef;
  p.dropout_sequence = 0x7000000005;
}

struct Answer {
  std::vector<float> y;            // [N, H, D]
  std::vector<float> log_sum_exp;  // [N, H]
};

inline Answer attend_fully(Stream& stream, const Case& c, Inputs in, const Means& means) {
  auto cu_q = query_ends(c), cu_k = key_ends(c), reads = c.reads;
  const auto sequences = static_cast<int64_t>(c.sequences.size());
  const auto sources = static_cast<int64_t>(cu_k.size()) - 1;
  const int64_t tokens = total_queries(c) + c.extra_rows;
  Answer answer{std::vector<float>(in.q.size(), kNan),
                std::vector<float>(static_cast<size_t>(tokens * c.heads), kNan)};
  gatun_attention_params p{};
  p.struct_size = sizeof p;
  p.q = tensor(in.q, GATUN_DTYPE_F32, {tokens, c.heads, c.head_size});
  p.y = tensor(answer.y, GATUN_DTYPE_F32, {tokens, c.heads, c.head_size});
  p.log_sum_exp = tensor(answer.log_sum_exp, GATUN_DTYPE_F32, {tokens, c.heads});
  p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {sequences + 1});
  if (!reads.empty()) p.kv_sequence = tensor(reads, GATUN_DTYPE_I32, {sequences});
  std::vector<int32_t> table, lengths;
  if (c.bias.buckets > 0) {
    p.bias_table = tensor(in.bias, GATUN_DTYPE_F32, {c.bias.buckets, c.heads});
  }
  std::unique_ptr<Pages> pages;
  if (means.source == Source::kContiguous) {
    p.k = tensor(in.k, GATUN_DTYPE_F32, {total_keys(c), c.kv_heads, c.head_size});
    p.v = tensor(in.v, GATUN_DTYPE_F32, {total_keys(c), c.kv_heads, c.head_size});
    p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {sources + 1});
  } else {
    pages = std::make_unique<Pages>(
        c, in, means.source == Source::kPagedF32 ? GATUN_DTYPE_F32 : GATUN_DTYPE_BF16,
        means.page_tokens);
    p.cache = pages->cache;
    p.page_table = tensor(pages->table, GATUN_DTYPE_I32, {sources, pages->per_sequence});
    p.kv_lengths = tensor(pages->lengths, GATUN_DTYPE_I32, {sources});
    if (means.repeat_pages) {
      for (const int32_t source : reads) {
        const auto row = pages->table.begin() + source * pages->per_sequence;
        table.insert(table.end(), row, row + pages->per_sequence);
        lengths.push_back(pages->lengths[static_cast<size_t>(source)]);
      }
      p.page_table = tensor(table, GATUN_DTYPE_I32, {sequences, pages->per_sequence});
      p.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {sequences});
      p.kv_sequence = {};
    }
  }
  set_options(c, p);
  p.arithmetic = means.arithmetic;
  // The tier named avx512_bf16 stands for products of pairs, the others for widened ones.
  attention_forward_with(
      stream, p,
      means.isa == GATUN_ISA_AVX512_BF16 ? Bf16Products::kPairs : Bf16Products::kWidened);
  return answer;
}

inline std::vector<float> attend(Stream& stream,
                                 const Case& c,
                                 const Inputs& in,
                                 const Means& means) {
  return attend_fully(stream, c, in, means).y;
}

inline std::vector<float> attend(const Case& c, const Inputs& in, const Means& means) {
  const auto device = open_device(means);
  Stream stream(*device);
  return attend(stream, c, in, means);
}

inline Answer attend_fully(const Case& c, const Inputs& in, const Means& means) {
  const auto device = open_device(means);
  Stream stream(*device);
  return attend_fully(stream, c, in, means);
}

inline void expect_same_bits(const std::vector<float>& a,
                             const std::vector<float>& b,
                             const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
      FAIL() << what << ": [" << i << "] is " << a[i] << " and " << b[i];
    }
  }
}

}  // namespace gatun::attention_test

// SPDX-License-Identifier: Apache-2.0
// Times attention on shapes of real models; one JSON object per line. Best and median of the
// repetitions.
//   attention_bench [threads] [repetitions] [isa]
// "gflops" counts the two products over visible keys; "gbs" the bytes of keys and values that one
// pass reads.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "kernels/kv_cache.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/stream.h"

namespace {

struct Shape {
  const char* name;
  int sequences, queries, keys;  // of each
  int heads, kv_heads, head_size;
  int causal;
  bool paged;
};

constexpr Shape kShapes[] = {
    {"decode smollm2 depth 512", 1, 1, 512, 9, 3, 64, 1, true},
    {"decode smollm2 depth 4096", 1, 1, 4096, 9, 3, 64, 1, true},
    {"decode smollm2 depth 4096 batch 8", 8, 1, 4096, 9, 3, 64, 1, true},
    {"decode qwen3 depth 4096", 1, 1, 4096, 16, 8, 128, 1, true},
    {"prefill smollm2 512", 1, 512, 512, 9, 3, 64, 1, true},
    {"prefill smollm2 2048", 1, 2048, 2048, 9, 3, 64, 1, true},
    {"prefill smollm2 512 at 4096", 1, 512, 4608, 9, 3, 64, 1, true},
    {"prefill d128 2048", 1, 2048, 2048, 9, 3, 128, 1, true},
    {"minilm 32x128", 32, 128, 128, 12, 12, 32, 0, false},
    {"minilm 1x32", 1, 32, 32, 12, 12, 32, 0, false},
    {"bert-base 8x512", 8, 512, 512, 12, 12, 64, 0, false},
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

std::vector<float> random_values(int64_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(count));
  for (float& value : x) value = normal(random);
  return x;
}

void time_shape(gatun::Device& device,
                gatun::Stream& stream,
                const Shape& s,
                int32_t arithmetic,
                int repetitions) {
  const int64_t tokens = int64_t{s.sequences} * s.queries, keys = int64_t{s.sequences} * s.keys;
  auto q = random_values(tokens * s.heads * s.head_size);
  auto k = random_values(keys * s.kv_heads * s.head_size), v = k;
  std::vector<float> y(q.size());
  std::vector<int32_t> cu_q{0}, cu_k{0}, lengths, table;
  for (int b = 0; b < s.sequences; ++b) {
    cu_q.push_back(cu_q.back() + s.queries);
    cu_k.push_back(cu_k.back() + s.keys);
    lengths.push_back(s.keys);
  }
  gatun_attention_params p{};
  p.struct_size = sizeof p;
  p.q = tensor(q, GATUN_DTYPE_F32, {tokens, s.heads, s.head_size});
  p.y = tensor(y, GATUN_DTYPE_F32, {tokens, s.heads, s.head_size});
  p.cu_seqlens_q = tensor(cu_q, GATUN_DTYPE_I32, {s.sequences + 1});
  p.causal = s.causal;
  p.arithmetic = arithmetic;
  const gatun_dtype dtype =
      arithmetic == GATUN_ARITHMETIC_FAST ? GATUN_DTYPE_BF16 : GATUN_DTYPE_F32;
  gatun_buffer buffer{};
  if (s.paged) {
    const int32_t per_sequence =
        (s.keys + gatun::kDefaultPageTokens - 1) / gatun::kDefaultPageTokens;
    auto pages = gatun::kv_pages(nullptr, per_sequence * s.sequences, gatun::kDefaultPageTokens,
                                 s.kv_heads, s.head_size, dtype);
    buffer.byte_length = pages.page_bytes * pages.page_count;
    buffer.data = device.allocate_buffer(buffer.byte_length);
    pages.data = static_cast<std::byte*>(buffer.data);
    for (int32_t i = 0; i < pages.page_count; ++i) table.push_back(i);
    for (int64_t b = 0; b < s.sequences; ++b) {
      for (int64_t j = 0; j < s.keys; ++j) {
        for (int64_t g = 0; g < s.kv_heads; ++g) {
          const float* from =
              &k[static_cast<size_t>(((b * s.keys + j) * s.kv_heads + g) * s.head_size)];
          gatun::kv_append(pages, b * per_sequence * gatun::kDefaultPageTokens + j, g, from, from);
        }
      }
    }
    p.cache = {buffer.data,
               buffer.byte_length,
               pages.page_count,
               pages.page_tokens,
               s.kv_heads,
               s.head_size,
               dtype,
               0};
    p.page_table = tensor(table, GATUN_DTYPE_I32, {s.sequences, per_sequence});
    p.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {s.sequences});
  } else {
    p.k = tensor(k, GATUN_DTYPE_F32, {keys, s.kv_heads, s.head_size});
    p.v = tensor(v, GATUN_DTYPE_F32, {keys, s.kv_heads, s.head_size});
    p.cu_seqlens_k = tensor(cu_k, GATUN_DTYPE_I32, {s.sequences + 1});
  }
  std::vector<double> seconds;
  for (int i = 0; i < repetitions + 2; ++i) {
    const auto start = std::chrono::steady_clock::now();
    gatun::attention_forward(stream, p);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (i >= 2) seconds.push_back(passed.count());
  }
  std::sort(seconds.begin(), seconds.end());
  double visible = 0;
  for (int t = 0; t < s.queries; ++t)
    visible += s.causal != 0 ? s.keys - s.queries + t + 1 : s.keys;
  const double flops = 4.0 * visible * s.sequences * s.heads * s.head_size;
  const double bytes = 2.0 * static_cast<double>(keys) * s.kv_heads * s.head_size *
                       (s.paged && dtype == GATUN_DTYPE_BF16 ? 2 : 4);
  std::printf(
      "{\"op\":\"attention\",\"shape\":\"%s\",\"arithmetic\":\"%s\",\"isa\":\"%s\",\"threads\":%d,"
      "\"best_us\":%.1f,\"median_us\":%.1f,\"gflops\":%.1f,\"gbs\":%.1f}\n",
      s.name, arithmetic == GATUN_ARITHMETIC_FAST ? "fast" : "f32",
      gatun::isa_tier_name(device.tier()), device.threads(), seconds[0] * 1e6,
      seconds[seconds.size() / 2] * 1e6, flops / seconds[0] * 1e-9, bytes / seconds[0] * 1e-9);
  std::fflush(stdout);
  if (buffer.data != nullptr) device.free_buffer(buffer.data, buffer.byte_length);
}

}  // namespace

int main(int count, char** arguments) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.threads = count > 1 ? std::atoi(arguments[1]) : 0;
  const int repetitions = count > 2 ? std::max(1, std::atoi(arguments[2])) : 20;
  options.isa = count > 3 ? std::atoi(arguments[3]) : GATUN_ISA_AUTO;
  gatun::Device device(options);
  gatun::Stream stream(device);
  for (const Shape& shape : kShapes) {
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      time_shape(device, stream, shape, arithmetic, repetitions);
    }
  }
  return 0;
}

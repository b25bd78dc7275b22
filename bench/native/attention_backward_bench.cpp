// SPDX-License-Identifier: Apache-2.0
// Times attention's forward and backward on the shapes of training steps, one after the other in
// each repetition; one JSON object per shape, best of the repetitions.
//   attention_backward_bench [threads] [repetitions] [isa]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "gatun/train.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/stream.h"

namespace {

struct Shape {
  const char* name;
  int sequences, queries;
  int heads, kv_heads, head_size;
  int causal;
  int buckets;
  float dropout;
};

constexpr Shape kShapes[] = {
    {"gpt2 4x64", 4, 64, 12, 12, 64, 1, 0, 0},
    {"gpt2 4x128", 4, 128, 12, 12, 64, 1, 0, 0},
    {"gpt2 4x256", 4, 256, 12, 12, 64, 1, 0, 0},
    {"gpt2 4x512", 4, 512, 12, 12, 64, 1, 0, 0},
    {"bert-base 8x128", 8, 128, 12, 12, 64, 0, 0, 0},
    {"bert-base 8x128 dropout", 8, 128, 12, 12, 64, 0, 0, 0.1f},
    {"minilm 32x64", 32, 64, 12, 12, 32, 0, 0, 0},
    {"t5-small 8x128", 8, 128, 8, 8, 64, 0, 32, 0},
    {"smollm2 2x256", 2, 256, 9, 3, 64, 1, 0, 0},
    {"smollm2 1x512", 1, 512, 9, 3, 64, 1, 0, 0},
};

struct Tensor {
  std::vector<float> values;
  std::vector<int64_t> shape;

  explicit Tensor(std::vector<int64_t> extents, unsigned seed = 0) : shape(std::move(extents)) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    values.resize(static_cast<size_t>(count));
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    if (seed != 0) {
      for (float& value : values) value = normal(random);
    }
  }
  gatun_tensor view() {
    gatun_tensor t{};
    t.data = values.data();
    t.byte_length = static_cast<int64_t>(values.size() * sizeof(float));
    t.dtype = GATUN_DTYPE_F32;
    t.rank = static_cast<int32_t>(shape.size());
    int64_t stride = 1;
    for (size_t d = shape.size(); d-- > 0;) {
      t.shape[d] = shape[d];
      t.stride[d] = stride;
      stride *= shape[d];
    }
    return t;
  }
};

double seconds(void (*run)(gatun::Stream&, const void*), gatun::Stream& stream, const void* p) {
  const auto start = std::chrono::steady_clock::now();
  run(stream, p);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return passed.count();
}

void time_shape(gatun::Device& device, gatun::Stream& stream, const Shape& s, int repetitions) {
  const int64_t n = int64_t{s.sequences} * s.queries;
  const std::vector<int64_t> of_q{n, s.heads, s.head_size}, of_k{n, s.kv_heads, s.head_size};
  Tensor q(of_q, 1), k(of_k, 2), v(of_k, 3), y(of_q), dy(of_q, 4), logs({n, s.heads}), dq(of_q),
      dk(of_k), dv(of_k), bias({std::max(s.buckets, 1), s.heads}, 5), dbias(bias.shape);
  std::vector<int32_t> ends{0};
  for (int b = 0; b < s.sequences; ++b) ends.push_back(ends.back() + s.queries);
  gatun_tensor cu{};
  cu.data = ends.data();
  cu.byte_length = static_cast<int64_t>(ends.size() * sizeof(int32_t));
  cu.dtype = GATUN_DTYPE_I32;
  cu.rank = 1;
  cu.shape[0] = static_cast<int64_t>(ends.size());
  cu.stride[0] = 1;

  gatun_attention_params f{};
  f.struct_size = sizeof f;
  gatun_attention_backward_params b{};
  b.struct_size = sizeof b;
  const auto set = [&](auto& p) {
    p.q = q.view();
    p.k = k.view();
    p.v = v.view();
    p.y = y.view();
    p.log_sum_exp = logs.view();
    p.cu_seqlens_q = p.cu_seqlens_k = cu;
    p.causal = s.causal;
    p.dropout = s.dropout;
    p.dropout_seed = 1;
    if (s.buckets == 0) return;
    p.bias_table = bias.view();
    p.bias_bidirectional = 1;
    p.bias_max_distance = 128;
  };
  set(f);
  set(b);
  b.dy = dy.view();
  b.dq = dq.view();
  b.dk = dk.view();
  b.dv = dv.view();
  if (s.buckets > 0) b.dbias_table = dbias.view();

  double forward = 1e9, backward = 1e9;
  for (int i = 0; i < repetitions; ++i) {
    forward = std::min(forward, seconds(
                                    [](gatun::Stream& to, const void* p) {
                                      gatun::attention_forward(
                                          to, *static_cast<const gatun_attention_params*>(p));
                                    },
                                    stream, &f));
    backward =
        std::min(backward, seconds(
                               [](gatun::Stream& to, const void* p) {
                                 gatun::attention_backward(
                                     to, *static_cast<const gatun_attention_backward_params*>(p));
                               },
                               stream, &b));
  }
  const double pairs = s.causal != 0 ? s.queries * (s.queries + 1) / 2.0
                                     : static_cast<double>(s.queries) * s.queries;
  const double product = 2.0 * pairs * s.sequences * s.heads * s.head_size;
  std::printf(
      "{\"op\":\"attention_backward\",\"shape\":\"%s\",\"isa\":\"%s\",\"threads\":%d,"
      "\"forward_us\":%.1f,\"backward_us\":%.1f,\"ratio\":%.2f,\"forward_gflops\":%.1f,"
      "\"backward_gflops\":%.1f}\n",
      s.name, gatun::isa_tier_name(device.tier()), device.threads(), forward * 1e6, backward * 1e6,
      backward / forward, 2 * product / forward * 1e-9, 5 * product / backward * 1e-9);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  gatun_device_options options{};
  options.struct_size = sizeof options;
  options.threads = count > 1 ? std::atoi(arguments[1]) : 0;
  const int repetitions = count > 2 ? std::max(1, std::atoi(arguments[2])) : 30;
  options.isa = count > 3 ? std::atoi(arguments[3]) : GATUN_ISA_AUTO;
  gatun::Device device(options);
  gatun::Stream stream(device);
  for (const Shape& shape : kShapes) time_shape(device, stream, shape, repetitions);
  return 0;
}

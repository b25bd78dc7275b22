// SPDX-License-Identifier: Apache-2.0
// Throughput of the operations of a training step through the whole native path: one JSON line
// each. Products are compared with the fused multiply-adds of registers alone, passes over memory
// with a copy.
//
// Usage: train_bench [all|products|passes] [tier] [threads] [f32|fast]
//
// Each time is the best of the runs that fit into a quarter of a second.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

#include "fma_peak.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace {

constexpr double kSecondsPerCase = 0.25;

// Rows, inputs, outputs of GPT-2 small with 256 tokens and of BERT base with 1024.
constexpr int64_t kProducts[][3] = {{256, 768, 2304},  {256, 768, 768},   {256, 768, 3072},
                                    {256, 3072, 768},  {256, 768, 50257}, {1024, 768, 768},
                                    {1024, 768, 3072}, {1024, 3072, 768}};

// On one thread the processor's time, which another program's work does not lengthen; else that of
// the clock on the wall.
double seconds(bool one_thread) {
  timespec t{};
  clock_gettime(one_thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

template <typename Run>
double best_of(const gatun::Device& device, Run run) {
  const bool one = device.threads() == 1;
  double best = 1e9;
  const double start = seconds(one);
  do {
    const double begin = seconds(one);
    run();
    best = std::min(best, seconds(one) - begin);
  } while (seconds(one) - start < kSecondsPerCase);
  return best;
}

gatun_tensor tensor(void* data, gatun_dtype dtype, int64_t rows, int64_t columns) {
  gatun_tensor t{};
  t.data = data;
  t.byte_length = rows * columns * (dtype == GATUN_DTYPE_F64 ? 8 : 4);
  t.dtype = dtype;
  t.rank = 2;
  t.shape[0] = rows;
  t.shape[1] = t.stride[0] = columns;
  t.stride[1] = 1;
  return t;
}
gatun_tensor matrix(std::vector<float>& data, int64_t rows, int64_t columns) {
  return tensor(data.data(), GATUN_DTYPE_F32, rows, columns);
}
gatun_tensor vector(void* data, gatun_dtype dtype, int64_t count) {
  gatun_tensor t = tensor(data, dtype, count, 1);
  t.rank = 1;
  t.shape[1] = t.stride[1] = 0;
  return t;
}
gatun_tensor vector(std::vector<float>& data) {
  return vector(data.data(), GATUN_DTYPE_F32, static_cast<int64_t>(data.size()));
}

std::vector<float> random_floats(int64_t count) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = uniform(random);
  return values;
}

void report_product(
    const char* what, const int64_t (&shape)[3], double time, double flops, double peak) {
  std::printf(
      "{\"op\": \"%s\", \"n\": %lld, \"k\": %lld, \"o\": %lld, \"us\": %.1f, \"gflops\": %.1f, "
      "\"of_peak\": %.3f}\n",
      what, static_cast<long long>(shape[0]), static_cast<long long>(shape[1]),
      static_cast<long long>(shape[2]), time * 1e6, 1e-9 * flops / time, flops / time / peak);
}

void products(gatun::Device& device, gatun::Stream& stream, int32_t arithmetic) {
  const double peak = gatun::fma_peak() * device.threads();
  std::printf("{\"op\": \"peak\", \"threads\": %d, \"gflops\": %.1f}\n", device.threads(),
              1e-9 * peak);
  for (const auto& shape : kProducts) {
    const auto [n, k, o] = shape;
    std::vector<float> source = random_floats(o * k), x = random_floats(n * k),
                       dy = random_floats(n * o), dx(static_cast<size_t>(n * k)),
                       dweight(static_cast<size_t>((o + 15) / 16 * 16 * k));
    gatun_weight_params weight{};
    weight.struct_size = sizeof(weight);
    weight.data = source.data();
    weight.byte_length = o * k * 4;
    weight.rows = o;
    weight.columns = k;
    weight.flags = GATUN_WEIGHT_TRAINABLE;
    weight.arithmetic = arithmetic;
    weight.weight = gatun::weight_create(device, weight);
    const double flops = 2.0 * static_cast<double>(n * k * o);
    gatun_linear_backward_params params{};
    params.struct_size = sizeof(params);
    params.dy[0] = matrix(dy, n, o);
    params.weight[0] = weight.weight;
    params.dx = matrix(dx, n, k);
    report_product("linear_backward dx", shape,
                   best_of(device, [&] { gatun::linear_backward(stream, params); }), flops, peak);
    params.dx = {};
    params.x = matrix(x, n, k);
    params.dweight[0] = vector(dweight);
    report_product("linear_backward dweight", shape,
                   best_of(device, [&] { gatun::linear_backward(stream, params); }), flops, peak);
    gatun_linear_params forward{};
    forward.struct_size = sizeof(forward);
    forward.x = params.x;
    forward.weight[0] = weight.weight;
    forward.y[0] = params.dy[0];
    report_product("linear", shape,
                   best_of(device, [&] { gatun::linear_forward(stream, forward); }), flops, peak);
    gatun::weight_destroy(weight.weight);
  }
}

void report_pass(const char* what, double time, double bytes, double copy) {
  std::printf("{\"op\": \"%s\", \"us\": %.1f, \"gbs\": %.2f, \"of_copy\": %.3f}\n", what,
              time * 1e6, 1e-9 * bytes / time, bytes / time / copy);
}

// Bytes read and written per second by memcpy on all threads.
double copy_bandwidth(gatun::Device& device, std::vector<float>& from, std::vector<float>& to) {
  struct Copy {
    const float* from;
    float* to;
    int64_t count;
  } copy{from.data(), to.data(), static_cast<int64_t>(from.size())};
  const double time = best_of(device, [&] {
    device.pool().run(
        [](const void* argument, const gatun::Team& team) {
          const auto* c = static_cast<const Copy*>(argument);
          const auto [begin, end] = team.share(c->count, 16);
          std::memcpy(c->to + begin, c->from + begin, static_cast<size_t>(end - begin) * 4);
        },
        &copy, gatun::Denormals::kKeep);
  });
  return 8.0 * static_cast<double>(from.size()) / time;
}

void passes(gatun::Device& device, gatun::Stream& stream) {
  constexpr int64_t kLarge = 64 << 20;  // 256 MiB each: beyond the caches of most machines
  std::vector<float> p = random_floats(kLarge), g = random_floats(kLarge), m(kLarge), v(kLarge);
  const double copy = copy_bandwidth(device, p, m);
  report_pass("copy", 8.0 * kLarge / copy, 8.0 * kLarge, copy);
  std::fill(m.begin(), m.end(), 0.0f);
  gatun_adamw_params adamw{};
  adamw.struct_size = sizeof(adamw);
  adamw.parameter = vector(p);
  adamw.gradient = vector(g);
  adamw.m = vector(m);
  adamw.v = vector(v);
  adamw.learning_rate = 1e-3;
  adamw.beta1 = 0.9;
  adamw.beta2 = 0.999;
  adamw.eps = 1e-8;
  adamw.weight_decay = 0.01;
  adamw.step = 10;
  const auto step = [&] { gatun::adamw_step(stream, adamw); };
  report_pass("adamw", best_of(device, step), 28.0 * kLarge, copy);
  adamw.zero_gradient = 1;
  report_pass("adamw, gradient zeroed", best_of(device, step), 32.0 * kLarge, copy);
  double total = 0;
  gatun_sum_params sum{};
  sum.struct_size = sizeof(sum);
  sum.x = vector(p);
  sum.y = vector(&total, GATUN_DTYPE_F64, 1);
  sum.squares = 1;
  report_pass("sum of squares", best_of(device, [&] { gatun::sum_forward(stream, sum); }),
              4.0 * kLarge, copy);

  // 1024 tokens: what a layer does beside its products, in the caches.
  constexpr int64_t kRows = 1024, kWidth = 768, kInner = 3072, kVocabulary = 50257;
  std::vector<float> weight = random_floats(kWidth), dweight(kWidth), dbias(kWidth);
  gatun_layer_norm_backward_params norm{};
  norm.struct_size = sizeof(norm);
  norm.x = matrix(p, kRows, kWidth);
  norm.weight = vector(weight);
  norm.dy = matrix(g, kRows, kWidth);
  norm.dx = matrix(m, kRows, kWidth);
  norm.dweight = vector(dweight);
  norm.dbias = vector(dbias);
  norm.eps = 1e-5f;
  report_pass("layer_norm_backward 1024 x 768",
              best_of(device, [&] { gatun::layer_norm_backward(stream, norm); }),
              12.0 * kRows * kWidth, copy);
  gatun_activation_backward_params activation{};
  activation.struct_size = sizeof(activation);
  activation.x = matrix(p, kRows, kInner);
  activation.dy = matrix(g, kRows, kInner);
  activation.dx = matrix(m, kRows, kInner);
  activation.activation = GATUN_ACTIVATION_GELU;
  report_pass("gelu backward 1024 x 3072",
              best_of(device, [&] { gatun::activation_backward(stream, activation); }),
              12.0 * kRows * kInner, copy);
  gatun_dropout_params dropout{};
  dropout.struct_size = sizeof(dropout);
  dropout.x = matrix(p, kRows, kWidth);
  dropout.y = matrix(m, kRows, kWidth);
  dropout.probability = 0.1f;
  report_pass("dropout 1024 x 768",
              best_of(device, [&] { gatun::dropout_forward(stream, dropout); }),
              8.0 * kRows * kWidth, copy);
  std::vector<int32_t> labels(kRows, 7);
  std::vector<float> loss(kRows);
  gatun_cross_entropy_params entropy{};
  entropy.struct_size = sizeof(entropy);
  entropy.x = matrix(p, kRows, kVocabulary);
  entropy.labels = vector(labels.data(), GATUN_DTYPE_I32, kRows);
  entropy.loss = vector(loss);
  entropy.dx = matrix(v, kRows, kVocabulary);
  report_pass("cross_entropy 1024 x 50257",
              best_of(device, [&] { gatun::cross_entropy_forward(stream, entropy); }),
              8.0 * kRows * kVocabulary, copy);
}

int run(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "all";
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  for (int32_t isa = GATUN_ISA_GENERIC; isa <= GATUN_ISA_AMX && argc > 2; ++isa) {
    if (std::strcmp(argv[2], gatun::isa_tier_name(static_cast<gatun::IsaTier>(isa))) == 0)
      options.isa = isa;
  }
  options.threads = argc > 3 ? std::atoi(argv[3]) : 0;
  gatun::Device device(options);
  gatun::Stream stream(device);
  const bool fast = argc > 4 && std::strcmp(argv[4], "fast") == 0;
  if (std::strcmp(what, "passes") != 0)
    products(device, stream, fast ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32);
  if (std::strcmp(what, "products") != 0) passes(device, stream);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const gatun::Error& e) {
    std::fprintf(stderr, "train_bench: %s\n", e.what());
    return 1;
  }
}

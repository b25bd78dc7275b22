// SPDX-License-Identifier: Apache-2.0
// Where the time of an encoder's layers goes: the operations of BERT-like layers over equal
// sequences of random values, each timed, and the whole pass. One JSON line per operation.
//
// Usage: encoder_bench [minilm|bert] [tokens of a pass] [f32|fast] [threads] [seconds]
//
// "us" is the median over the passes of an operation's sum over the layers; with one thread it is
// time on the processor, so that other programs disturb it less. "peak" is the fraction of what
// fused multiply-adds on registers reach on one thread in the same run, times the threads.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "fma_peak.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"

namespace {

struct Model {
  const char* name;
  int64_t layers, hidden, inner, heads;
};
constexpr Model kModels[] = {{"minilm", 6, 384, 1536, 12}, {"bert", 12, 768, 3072, 12}};
constexpr int64_t kSequence = 128;
constexpr int64_t kDistinctLayers = 6;  // weights of more layers are those of the first again

using Buffer = std::vector<float>;

double seconds(int threads) {
  timespec now{};
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Buffer random_values(int64_t count, float range) {
  static std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-range, range);
  Buffer values(static_cast<size_t>(count));
  for (float& value : values) value = uniform(random);
  return values;
}

gatun_tensor view(Buffer& data, std::vector<int64_t> shape) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = static_cast<int64_t>(data.size() * sizeof(float));
  t.dtype = GATUN_DTYPE_F32;
  t.rank = static_cast<int32_t>(shape.size());
  int64_t stride = 1;
  for (int d = t.rank - 1; d >= 0; --d) {
    t.shape[d] = shape[static_cast<size_t>(d)];
    t.stride[d] = stride;
    stride *= t.shape[d];
  }
  return t;
}

gatun_weight* make_weight(gatun::Device& device,
                          int32_t arithmetic,
                          int64_t rows,
                          int64_t columns) {
  const Buffer source = random_values(rows * columns, 0.05f);
  gatun_weight_params params{};
  params.struct_size = sizeof(params);
  params.data = source.data();
  params.byte_length = static_cast<int64_t>(source.size() * sizeof(float));
  params.dtype = GATUN_DTYPE_F32;
  params.arithmetic = arithmetic;
  params.rows = rows;
  params.columns = columns;
  return gatun::weight_create(device, params);
}

struct LayerWeights {
  gatun_weight *q, *k, *v, *out, *up, *down;
};

struct Step {
  const char* name;
  double flops;  // of a layer
  std::function<void(int64_t layer)> run;
  std::vector<double> times;  // of all layers, one per pass
  double pass = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void report(const char* name, int64_t tokens, double time, double flops, double peak) {
  std::printf(
      "{\"op\": \"%s\", \"tokens\": %lld, \"us\": %.1f, \"gflops\": %.1f, \"peak\": %.3f}\n", name,
      static_cast<long long>(tokens), time * 1e6, flops / time * 1e-9, flops / time / peak);
}

int run(int argc, char** argv) {
  Model model = kModels[0];
  for (const Model& m : kModels) {
    if (argc > 1 && std::strcmp(argv[1], m.name) == 0) model = m;
  }
  const int64_t n =
      argc > 2 ? std::max<int64_t>(std::atol(argv[2]) / kSequence, 1) * kSequence : 32 * kSequence;
  const bool fast = argc > 3 && std::strcmp(argv[3], "fast") == 0;
  const int32_t arithmetic = fast ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32;
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  options.threads = argc > 4 ? std::atoi(argv[4]) : 0;
  const double duration = argc > 5 ? std::atof(argv[5]) : 3;
  gatun::Device device(options);
  gatun::Stream stream(device);
  const int threads = device.threads();
  const int64_t e = model.hidden, f = model.inner, h = model.heads;

  std::vector<LayerWeights> weights;
  for (int64_t i = 0; i < std::min(model.layers, kDistinctLayers); ++i) {
    weights.push_back({make_weight(device, arithmetic, e, e), make_weight(device, arithmetic, e, e),
                       make_weight(device, arithmetic, e, e), make_weight(device, arithmetic, e, e),
                       make_weight(device, arithmetic, f, e),
                       make_weight(device, arithmetic, e, f)});
  }
  Buffer x = random_values(n * e, 1), q(x.size()), k(x.size()), v(x.size()), y(x.size()),
         z(x.size()), inner(static_cast<size_t>(n * f)), bias = random_values(f, 0.1f),
         norm = random_values(e, 1);
  std::vector<int32_t> lengths;
  for (int64_t b = 0; b <= n / kSequence; ++b)
    lengths.push_back(static_cast<int32_t>(b * kSequence));
  gatun_tensor cu_seqlens{};
  cu_seqlens.data = lengths.data();
  cu_seqlens.byte_length = static_cast<int64_t>(lengths.size() * sizeof(int32_t));
  cu_seqlens.dtype = GATUN_DTYPE_I32;
  cu_seqlens.rank = 1;
  cu_seqlens.shape[0] = static_cast<int64_t>(lengths.size());
  cu_seqlens.stride[0] = 1;

  const auto of_layer = [&](int64_t layer) -> const LayerWeights& {
    return weights[static_cast<size_t>(layer) % weights.size()];
  };
  const auto linear = [&](Buffer& in, int64_t columns, const gatun_weight* weight, Buffer& out,
                          int64_t rows, int32_t activation) {
    gatun_linear_params p{};
    p.struct_size = sizeof(p);
    p.x = view(in, {n, columns});
    p.weight[0] = weight;
    p.bias[0] = view(bias, {f});
    p.bias[0].shape[0] = rows;
    p.y[0] = view(out, {n, rows});
    p.activation = activation;
    gatun::linear_forward(stream, p);
  };
  const auto layer_norm = [&](int64_t) {
    gatun_layer_norm_params p{};
    p.struct_size = sizeof(p);
    p.x = view(z, {n, e});
    p.residual = p.y = view(x, {n, e});
    p.weight = p.bias = view(norm, {e});
    p.eps = 1e-12f;
    gatun::layer_norm_forward(stream, p);
  };
  const auto nd = static_cast<double>(n), ed = static_cast<double>(e), fd = static_cast<double>(f);
  std::vector<Step> steps;
  steps.push_back({"query, key, value",
                   6 * nd * ed * ed,
                   [&](int64_t layer) {
                     gatun_linear_params p{};
                     p.struct_size = sizeof(p);
                     p.x = view(x, {n, e});
                     const LayerWeights& w = of_layer(layer);
                     const gatun_weight* of[] = {w.q, w.k, w.v};
                     Buffer* to[] = {&q, &k, &v};
                     for (int i = 0; i < 3; ++i) {
                       p.weight[i] = of[i];
                       p.bias[i] = view(norm, {e});
                       p.y[i] = view(*to[i], {n, e});
                     }
                     p.outputs = 3;
                     gatun::linear_forward(stream, p);
                   },
                   {}});
  steps.push_back({"attention",
                   4 * nd * kSequence * ed,
                   [&](int64_t) {
                     gatun_attention_params p{};
                     p.struct_size = sizeof(p);
                     p.q = view(q, {n, h, e / h});
                     p.k = view(k, {n, h, e / h});
                     p.v = view(v, {n, h, e / h});
                     p.y = view(y, {n, h, e / h});
                     p.cu_seqlens_q = p.cu_seqlens_k = cu_seqlens;
                     p.arithmetic = arithmetic;
                     gatun::attention_forward(stream, p);
                   },
                   {}});
  steps.push_back(
      {"attention output",
       2 * nd * ed * ed,
       [&](int64_t layer) { linear(y, e, of_layer(layer).out, z, e, GATUN_ACTIVATION_NONE); },
       {}});
  steps.push_back({"attention norm", 0, layer_norm, {}});
  steps.push_back(
      {"up and gelu",
       2 * nd * ed * fd,
       [&](int64_t layer) { linear(x, e, of_layer(layer).up, inner, f, GATUN_ACTIVATION_GELU); },
       {}});
  steps.push_back(
      {"down",
       2 * nd * ed * fd,
       [&](int64_t layer) { linear(inner, f, of_layer(layer).down, z, e, GATUN_ACTIVATION_NONE); },
       {}});
  steps.push_back({"feed-forward norm", 0, layer_norm, {}});

  std::vector<double> passes, peaks;
  const double start = seconds(2);
  do {
    double pass = 0;
    for (Step& step : steps) step.pass = 0;
    for (int64_t layer = 0; layer < model.layers; ++layer) {
      for (Step& step : steps) {
        const double begin = seconds(threads);
        step.run(layer);
        step.pass += seconds(threads) - begin;
      }
    }
    for (Step& step : steps) {
      step.times.push_back(step.pass);
      pass += step.pass;
    }
    passes.push_back(pass);
    peaks.push_back(gatun::fma_peak());
  } while (seconds(2) - start < duration);

  const double peak = median(peaks) * threads;
  double flops = 0;
  for (const Step& step : steps) {
    const double all = step.flops * static_cast<double>(model.layers);
    report(step.name, n, median(step.times), all, peak);
    flops += all;
  }
  report("pass", n, median(passes), flops, peak);
  std::printf(
      "{\"model\": \"%s\", \"threads\": %d, \"sequences_per_second\": %.1f, \"best\": %.1f, "
      "\"peak_gflops\": %.1f}\n",
      model.name, threads, nd / kSequence / median(passes),
      nd / kSequence / *std::min_element(passes.begin(), passes.end()), peak * 1e-9);
  for (const LayerWeights& w : weights) {
    for (gatun_weight* weight : {w.q, w.k, w.v, w.out, w.up, w.down}) gatun::weight_destroy(weight);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const gatun::Error& e) {
    std::fprintf(stderr, "encoder_bench: %s\n", e.what());
    return 1;
  }
}

// SPDX-License-Identifier: Apache-2.0
// Throughput of the CUDA kernels, straight on the backend's table: one JSON object per kernel and
// shape, for ci/gpu. The library is the real one on a GPU, or the emulated device's, whose times
// say nothing of a GPU and carry that label; its shapes are small.
//
//   cuda_bench LIBRARY [device] [filter]
//
// Each time is the best of five batches of launches, a batch as long as fits a twentieth of a
// second.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/backend.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/softmax.h"

namespace {

using gatun::cuda::Backend;

constexpr int kBatches = 5;
constexpr double kSecondsPerBatch = 0.05;

class Bench {
 public:
  Bench(const Backend& backend, int device, std::string filter)
      : backend_(backend), filter_(std::move(filter)) {
    check(backend_.use_device(device), "use_device");
    check(backend_.device(device, &card_), "device");
    check(backend_.create_stream(&stream_), "create_stream");
  }
  ~Bench() {
    for (void* data : memory_) backend_.release(data);
    backend_.destroy_stream(stream_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  bool emulated() const { return backend_.emulated != 0; }
  const Backend& backend() const { return backend_; }
  void* stream() const { return stream_; }

  // Memory of the device until release_all().
  template <typename T>
  T* array(int64_t count, T value) {
    const std::vector<T> values(static_cast<std::size_t>(count), value);
    return copy(values);
  }
  template <typename T>
  T* copy(const std::vector<T>& values) {
    void* data = nullptr;
    const auto bytes = static_cast<int64_t>(values.size() * sizeof(T));
    check(backend_.allocate(bytes, &data), "allocate");
    memory_.push_back(data);
    check(backend_.copy_in(data, values.data(), bytes, stream_), "copy_in");
    check(backend_.synchronise(stream_), "synchronise");
    return static_cast<T*>(data);
  }
  void release_all() {
    for (void* data : memory_) check(backend_.release(data), "release");
    memory_.clear();
  }

  bool wanted(const std::string& name) const { return name.find(filter_) != std::string::npos; }

  // `bytes` must cross the memory bus, `operations` be computed.
  void time(const std::string& name,
            const std::string& shape,
            double bytes,
            double operations,
            const std::function<int()>& launch) {
    const auto batch = [&](int launches) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < launches; ++i) check(launch(), name.c_str());
      check(backend_.synchronise(stream_), name.c_str());
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const double once = batch(1);
    const int launches =
        emulated() ? 1 : std::clamp(static_cast<int>(kSecondsPerBatch / once), 1, 10000);
    double best = once;
    for (int b = 0; b < (emulated() ? 1 : kBatches); ++b)
      best = std::min(best, batch(launches) / launches);
    std::printf(
        "{\"card\": \"%s\", \"capability\": %d, \"emulated\": %s, \"time\": \"%s\", \"kernel\": "
        "\"%s\", \"shape\": \"%s\", \"microseconds\": %.2f, \"gigabytes_per_second\": %.2f, "
        "\"teraoperations_per_second\": %.4f}\n",
        card_.name, card_.capability, emulated() ? "true" : "false",
        emulated() ? "of the emulation, not of a GPU" : "measured", name.c_str(), shape.c_str(),
        1e6 * best, bytes / best / 1e9, operations / best / 1e12);
    std::fflush(stdout);
  }

  void check(int status, const char* what) const {
    if (status == 0) return;
    std::fprintf(stderr, "cuda_bench: %s: %s\n", what, backend_.error_text(status));
    std::exit(1);
  }

 private:
  const Backend& backend_;
  std::string filter_;
  gatun::cuda::BackendDevice card_{};
  void* stream_ = nullptr;
  std::vector<void*> memory_;
};

std::string text(const char* format, auto... values) {
  char line[128];
  std::snprintf(line, sizeof line, format, static_cast<long long>(values)...);
  return line;
}

void rows(Bench& bench) {
  const int64_t rows = bench.emulated() ? 4 : 8192, columns = bench.emulated() ? 1024 : 4096;
  const std::string shape = text("%lld rows of %lld", rows, columns);
  const double bytes = 8.0 * static_cast<double>(rows * columns);
  float* x = bench.array(rows * columns, 0.5f);
  float* y = bench.array(rows * columns, 0.0f);
  float* weight = bench.array(columns, 1.0f);
  if (bench.wanted("rms_norm")) {
    gatun::RmsNormArgs args{};
    args.x = x;
    args.weight = weight;
    args.y = y;
    args.rows = rows;
    args.columns = args.x_stride = args.y_stride = columns;
    bench.time("rms_norm", shape, bytes, 0,
               [&] { return bench.backend().rms_norm(args, bench.stream()); });
  }
  if (bench.wanted("layer_norm")) {
    gatun::LayerNormArgs args{};
    args.x = x;
    args.weight = args.bias = weight;
    args.y = y;
    args.rows = rows;
    args.columns = args.x_stride = args.y_stride = columns;
    bench.time("layer_norm", shape, bytes, 0,
               [&] { return bench.backend().layer_norm(args, bench.stream()); });
  }
  bench.release_all();
}

void attention(Bench& bench) {
  struct Shape {
    int sequences, queries, keys, heads, kv_heads, head_size;
    bool causal;
  };
  const std::vector<Shape> shapes =
      bench.emulated()
          ? std::vector<Shape>{{1, 64, 64, 2, 2, 64, true}, {1, 64, 64, 1, 1, 128, false}}
          : std::vector<Shape>{
                {4, 4096, 4096, 32, 32, 64, false},  {4, 4096, 4096, 32, 32, 64, true},
                {4, 4096, 4096, 16, 16, 128, false}, {4, 4096, 4096, 16, 16, 128, true},
                {32, 128, 128, 12, 12, 64, false},   {8, 1, 4096, 32, 8, 128, true}};
  for (const Shape& s : shapes) {
    if (!bench.wanted("attention")) return;
    const int64_t queries = int64_t{s.sequences} * s.queries, keys = int64_t{s.sequences} * s.keys;
    std::vector<int32_t> ends_q, ends_k;
    for (int b = 0; b <= s.sequences; ++b) {
      ends_q.push_back(b * s.queries);
      ends_k.push_back(b * s.keys);
    }
    gatun::cuda::AttentionArgs args{};
    args.q = bench.array(queries * s.heads * s.head_size, 0.25f);
    args.k = bench.array(keys * s.kv_heads * s.head_size, 0.25f);
    args.v = bench.array(keys * s.kv_heads * s.head_size, 0.25f);
    args.y = bench.array(queries * s.heads * s.head_size, 0.0f);
    args.q_stride = args.y_stride = int64_t{s.heads} * s.head_size;
    args.k_stride = args.v_stride = int64_t{s.kv_heads} * s.head_size;
    args.cu_seqlens_q = bench.copy(ends_q);
    args.cu_seqlens_k = bench.copy(ends_k);
    args.sequences = s.sequences;
    args.max_queries = s.queries;
    args.heads = s.heads;
    args.kv_heads = s.kv_heads;
    args.head_size = s.head_size;
    args.scale = 0.125f;
    args.causal = s.causal ? 1 : 0;
    args.max_splits = 1;
    const double pairs = static_cast<double>(queries) * s.keys *
                         (s.causal && s.queries > 1 ? 0.5 : 1.0) * s.heads * s.head_size;
    const double bytes =
        4.0 * static_cast<double>(2 * queries * args.q_stride + 2 * keys * args.k_stride);
    const std::string shape =
        text("%lld x %lld queries, %lld keys, %lld heads, %lld kv, size %lld", s.sequences,
             s.queries, s.keys, s.heads, s.kv_heads, s.head_size) +
        (s.causal ? ", causal" : "");
    bench.time("attention_bf16", shape, bytes, 4 * pairs,
               [&] { return bench.backend().attention_bf16(args, queries, bench.stream()); });
    bench.release_all();
  }
}

struct Format {
  const char* name;
  int32_t dtype;
};
constexpr Format kFormats[] = {{"q4_0", GATUN_DTYPE_Q4_0},
                               {"q8_0", GATUN_DTYPE_Q8_0},
                               {"q4_k", GATUN_DTYPE_Q4_K},
                               {"q6_k", GATUN_DTYPE_Q6_K}};

// The products of a layer of a decoder of 7 billion weights, or of a small one.
void products(Bench& bench) {
  const int32_t columns = bench.emulated() ? 512 : 4096, rows = bench.emulated() ? 64 : 11008;
  for (const Format& format : kFormats) {
    for (const int tokens : {1, 8, bench.emulated() ? 32 : 512}) {
      const bool tile = tokens > 8;
      const std::string name = std::string(tile ? "linear_tile " : "linear_vector ") + format.name;
      if (!bench.wanted(name)) continue;
      const Backend& b = bench.backend();
      const int64_t bytes = b.quantised_weight_bytes(format.dtype, rows, columns);
      const std::byte* planes = bench.array(bytes, std::byte{0x35});
      gatun::cuda::QuantisedLinearArgs args{};
      args.x = {bench.array(int64_t{tokens} * columns, int8_t{3}),
                bench.array(int64_t{tokens} * columns / 32, 0.01f),
                bench.array(int64_t{tokens} * columns / 16, 0.48f)};
      b.quantised_weight_at(format.dtype, rows, columns, planes, &args.weight);
      args.y = bench.array(int64_t{tokens} * rows, 0.0f);
      args.y_stride = rows;
      args.tokens = tokens;
      args.scale = 1;
      const double moved =
          static_cast<double>(bytes) + static_cast<double>(tokens) * (columns * 1.375 + rows * 4.0);
      bench.time(name, text("%lld tokens, %lld to %lld", tokens, columns, rows), moved,
                 2.0 * tokens * columns * rows, [&] {
                   return tile ? b.linear_tile(args, bench.stream())
                               : b.linear_vector(args, bench.stream());
                 });
      bench.release_all();
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || count > 4) {
    std::fprintf(stderr, "usage: cuda_bench LIBRARY [device] [filter]\n");
    return 2;
  }
  void* library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  auto* lookup = library == nullptr
                     ? nullptr
                     : reinterpret_cast<const Backend* (*)()>(dlsym(library, "gatun_cuda_backend"));
  if (lookup == nullptr) {
    std::fprintf(stderr, "cuda_bench: %s\n", dlerror());
    return 1;
  }
  const Backend& backend = *lookup();
  if (backend.version != gatun::cuda::kBackendVersion ||
      backend.struct_size != static_cast<int64_t>(sizeof(Backend))) {
    std::fprintf(stderr,
                 "cuda_bench: %s has backend version %d of %lld bytes, expected %d of %zu\n",
                 arguments[1], backend.version, static_cast<long long>(backend.struct_size),
                 gatun::cuda::kBackendVersion, sizeof(Backend));
    return 1;
  }
  Bench bench(backend, count > 2 ? std::atoi(arguments[2]) : 0, count > 3 ? arguments[3] : "");
  rows(bench);
  attention(bench);
  products(bench);
  return 0;
}

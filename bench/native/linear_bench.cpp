// SPDX-License-Identifier: Apache-2.0
// Throughput of gatun_linear through the whole native path (checks, region, preparation, product,
// epilogue) and of packing a weight: one JSON line per shape.
//
// Usage: linear_bench [f32|f16|bf16|q4_0|q4_1|q8_0] [f32|fast] [tier] [threads]
//
// Each time is the best of the runs that fit into a quarter of a second; x and y stay in the
// caches, as in a layer.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace {

constexpr double kSecondsPerShape = 0.25;

struct Format {
  const char* name;
  gatun_dtype dtype;
  int64_t block_values, block_bytes;
};
constexpr Format kFormats[] = {
    {"f32", GATUN_DTYPE_F32, 1, 4},     {"f16", GATUN_DTYPE_F16, 1, 2},
    {"bf16", GATUN_DTYPE_BF16, 1, 2},   {"q4_0", GATUN_DTYPE_Q4_0, 32, 18},
    {"q4_1", GATUN_DTYPE_Q4_1, 32, 20}, {"q8_0", GATUN_DTYPE_Q8_0, 32, 34}};

// Rows, inputs, outputs: decode and prefill of a small decoder, an encoder's two feed-forward
// products, a square.
constexpr int64_t kShapes[][3] = {{1, 576, 1536},   {1, 576, 49152},   {4, 576, 1536},
                                  {8, 576, 1536},   {16, 576, 1536},   {128, 384, 1536},
                                  {512, 384, 1536}, {512, 1536, 384},  {4096, 384, 384},
                                  {512, 576, 1536}, {512, 1024, 1024}, {512, 2048, 2048}};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

gatun_tensor view(std::vector<float>& data, int64_t rows, int64_t columns) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = rows * columns * 4;
  t.dtype = GATUN_DTYPE_F32;
  t.rank = 2;
  t.shape[0] = rows;
  t.shape[1] = columns;
  t.stride[0] = columns;
  t.stride[1] = 1;
  return t;
}

void measure(gatun::Device& device,
             gatun::Stream& stream,
             const Format& format,
             int32_t arithmetic,
             int64_t n,
             int64_t k,
             int64_t o) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<std::byte> source(
      static_cast<size_t>(o * k / format.block_values * format.block_bytes));
  if (format.dtype == GATUN_DTYPE_F32) {
    for (size_t i = 0; i < source.size(); i += 4) {
      const float value = uniform(random);
      std::memcpy(source.data() + i, &value, 4);
    }
  } else {  // any finite bits: bytes with the top exponent bits of both 16-bit formats cleared
    for (auto& byte : source) byte = static_cast<std::byte>(random() & 0x3bU);
  }
  gatun_weight_params params{};
  params.struct_size = sizeof(params);
  params.data = source.data();
  params.byte_length = static_cast<int64_t>(source.size());
  params.dtype = format.dtype;
  params.arithmetic = arithmetic;
  params.rows = o;
  params.columns = k;
  const double pack_start = seconds();
  gatun_weight* weight = gatun::weight_create(device, params);
  const double pack_seconds = seconds() - pack_start;
  gatun_weight_info info{};
  info.struct_size = sizeof(info);
  gatun::weight_query(*weight, info);

  std::vector<float> x(static_cast<size_t>(n * k)), y(static_cast<size_t>(n * o));
  for (auto& value : x) value = uniform(random);
  gatun_linear_params call{};
  call.struct_size = sizeof(call);
  call.x = view(x, n, k);
  call.weight[0] = weight;
  call.y[0] = view(y, n, o);
  double best = 1e9;
  const double start = seconds();
  do {
    const double begin = seconds();
    gatun::linear_forward(stream, call);
    best = std::min(best, seconds() - begin);
  } while (seconds() - start < kSecondsPerShape);
  std::printf(
      "{\"n\": %lld, \"k\": %lld, \"o\": %lld, \"format\": \"%s\", \"threads\": %d, \"us\": %.2f, "
      "\"gflops\": %.1f, \"weight_gbs\": %.1f, \"pack_gbs\": %.2f}\n",
      static_cast<long long>(n), static_cast<long long>(k), static_cast<long long>(o),
      info.implementation, device.threads(), best * 1e6,
      2e-9 * static_cast<double>(n * k * o) / best,
      1e-9 * static_cast<double>(info.packed_bytes) / best,
      1e-9 * static_cast<double>(source.size()) / pack_seconds);
  gatun::weight_destroy(weight);
}

int run(int argc, char** argv) {
  const Format* format = &kFormats[0];
  for (const Format& f : kFormats) {
    if (argc > 1 && std::strcmp(argv[1], f.name) == 0) format = &f;
  }
  const bool fast = argc > 2 && std::strcmp(argv[2], "fast") == 0;
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  for (int32_t isa = GATUN_ISA_GENERIC; isa <= GATUN_ISA_AMX && argc > 3; ++isa) {
    if (std::strcmp(argv[3], gatun::isa_tier_name(static_cast<gatun::IsaTier>(isa))) == 0)
      options.isa = isa;
  }
  options.threads = argc > 4 ? std::atoi(argv[4]) : 0;
  gatun::Device device(options);
  gatun::Stream stream(device);
  for (const auto& s : kShapes) {
    measure(device, stream, *format, fast ? GATUN_ARITHMETIC_FAST : GATUN_ARITHMETIC_F32, s[0],
            s[1], s[2]);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const gatun::Error& e) {
    std::fprintf(stderr, "linear_bench: %s\n", e.what());
    return 1;
  }
}

// SPDX-License-Identifier: Apache-2.0
// Memory transactions of each kernel on a typical shape, against the least that its bytes need.
// With GATUN_CUDA_COUNTS set, a line per kernel goes to that file, for the table of ci/cuda.sh
// evidence:
//   kernel variant threads dynamic_shared sectors ideal passes requests products
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "harness.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/softmax.h"

namespace gatun::cuda::test {
namespace {

struct Limits {
  double sectors = 1.05;  // of the ideal
  double passes = 1.1;    // of one to a request
};

class CudaEvidence : public ::testing::Test {
 protected:
  CudaEvidence() {
    if (const char* path = std::getenv("GATUN_CUDA_COUNTS")) file_.open(path, std::ios::app);
  }

  template <typename Launch>
  void count(const std::string& kernel, Launch launch, Limits limits = {}) {
    simt::Machine& machine = simt::Machine::instance();
    machine.take_counters();
    machine.counting = true;
    EXPECT_EQ(launch(), 0) << kernel;
    machine.counting = false;
    expect_no_findings();
    const simt::Counters c = machine.take_counters();
    EXPECT_LE(static_cast<double>(c.global_sectors),
              limits.sectors * static_cast<double>(c.ideal_sectors))
        << kernel;
    EXPECT_LE(static_cast<double>(c.shared_passes),
              limits.passes * static_cast<double>(c.shared_requests))
        << kernel;
    if (file_.is_open()) {
      file_ << kernel << ' ' << machine.block_threads() << ' ' << machine.dynamic_shared_bytes()
            << ' ' << c.global_sectors << ' ' << c.ideal_sectors << ' ' << c.shared_passes << ' '
            << c.shared_requests << ' ' << c.matrix_products << '\n';
    }
  }

 private:
  std::ofstream file_;
};

TEST_F(CudaEvidence, Rows) {
  constexpr int64_t kRows = 4, kColumns = 2048;
  const DeviceArray<float> x(normal_values(kRows * kColumns, 1)),
      weight(normal_values(kColumns, 2)), y(std::size_t{kRows * kColumns});
  RmsNormArgs rms{};
  rms.x = x.data();
  rms.weight = weight.data();
  rms.y = y.data();
  rms.rows = kRows;
  rms.columns = rms.x_stride = rms.y_stride = kColumns;
  count("rms_norm 4", [&] { return rms_norm(rms, nullptr); });
  LayerNormArgs layer{};
  layer.x = x.data();
  layer.weight = layer.bias = weight.data();
  layer.y = y.data();
  layer.rows = kRows;
  layer.columns = layer.x_stride = layer.y_stride = kColumns;
  count("layer_norm 4", [&] { return layer_norm(layer, nullptr); });
  const DeviceArray<SoftmaxPartial> partials(std::size_t{2});
  SoftmaxArgs soft{};
  soft.x = x.data();
  soft.y = y.data();
  soft.rows = 1;
  soft.columns = soft.x_stride = soft.y_stride = kRows * kColumns;
  soft.temperature = 1;
  soft.partials = partials.data();
  count("softmax_finish -", [&] { return softmax(soft, nullptr); });
}

TEST_F(CudaEvidence, Attention) {
  for (const int head_size : {64, 128}) {
    constexpr int kQueries = 64, kKeys = 192, kHeads = 2, kPageTokens = 64;
    const auto values = [&](int rows, uint32_t seed) {
      return normal_values(int64_t{rows} * kHeads * head_size, seed);
    };
    const DeviceArray<float> q(values(kQueries, 1)), k(values(kKeys, 2)), v(values(kKeys, 3)),
        y(q.read().size());
    const DeviceArray<int32_t> cu_q(std::vector<int32_t>{0, kQueries}),
        cu_k(std::vector<int32_t>{0, kKeys}), lengths(std::vector<int32_t>{kKeys}),
        table(std::vector<int32_t>{2, 0, 1});
    AttentionArgs args{};
    args.q = q.data();
    args.y = y.data();
    args.q_stride = args.k_stride = args.v_stride = args.y_stride = kHeads * head_size;
    args.cu_seqlens_q = cu_q.data();
    args.sequences = 1;
    args.max_queries = kQueries;
    args.heads = args.kv_heads = kHeads;
    args.head_size = head_size;
    args.scale = 0.1f;
    args.max_splits = 1;
    KvPages pages{nullptr, 3, kPageTokens, kHeads, head_size, GATUN_DTYPE_BF16};
    const DeviceArray<std::byte> memory(std::vector<std::byte>(
        static_cast<std::size_t>(3 * kv_page_bytes(pages)), std::byte{0x3f}));
    for (const bool paged : {false, true}) {
      args.pages = pages;
      args.pages.data = paged ? memory.data() : nullptr;
      args.page_table = table.data();
      args.page_table_stride = 3;
      args.kv_lengths = lengths.data();
      args.k = paged ? nullptr : k.data();
      args.v = paged ? nullptr : v.data();
      args.cu_seqlens_k = paged ? nullptr : cu_k.data();
      const std::string variant = std::to_string(head_size) + (paged ? ",pages" : ",rows");
      count("attention_bf16 " + variant, [&] { return attention_bf16(args, kQueries, nullptr); });
      if (!paged)
        count("attention_f32 " + std::to_string(head_size),
              [&] { return attention_f32(args, kQueries, nullptr); });
    }
  }
}

struct Format {
  gatun_dtype dtype;
  const char* name;
};
constexpr Format kFormats[] = {{GATUN_DTYPE_Q4_0, "q4_0"}, {GATUN_DTYPE_Q4_1, "q4_1"},
                               {GATUN_DTYPE_Q5_0, "q5_0"}, {GATUN_DTYPE_Q5_1, "q5_1"},
                               {GATUN_DTYPE_Q8_0, "q8_0"}, {GATUN_DTYPE_Q4_K, "q4_k"},
                               {GATUN_DTYPE_Q5_K, "q5_k"}, {GATUN_DTYPE_Q6_K, "q6_k"}};

TEST_F(CudaEvidence, Products) {
  constexpr int kTokens = 64, kColumns = 2048, kRows = 64;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)), y(std::size_t{kTokens * kRows});
  const DeviceArray<int8_t> codes(std::size_t{kTokens * kColumns});
  const DeviceArray<float> scales(std::size_t{kTokens * kColumns / 32}),
      sums(std::size_t{kTokens * kColumns / 16});
  const Int8Rows int8{codes.data(), scales.data(), sums.data()};
  count("quantise_rows -", [&] {
    return quantise_rows({x.data(), kColumns, nullptr, kTokens, kColumns, int8}, nullptr);
  });
  for (const Format& format : kFormats) {
    const auto bytes =
        static_cast<std::size_t>(quantised_weight_bytes(format.dtype, kRows, kColumns));
    const DeviceArray<std::byte> planes(std::vector<std::byte>(bytes, std::byte{0x35}));
    QuantisedLinearArgs args{};
    args.x = int8;
    args.weight = quantised_weight_at(format.dtype, kRows, kColumns, planes.data());
    args.y = y.data();
    args.y_stride = kRows;
    args.scale = 1;
    const std::string name = format.name;
    args.tokens = 1;
    count("linear_vector " + name + ",1", [&] { return linear_vector(args, nullptr); });
    args.tokens = 8;
    count("linear_vector " + name + ",8", [&] { return linear_vector(args, nullptr); });
    args.tokens = kTokens;
    // A stage takes 8 bytes of a row's scales: the rest of their sectors is for the stages to come.
    count("linear_tile " + name, [&] { return linear_tile(args, nullptr); }, {.sectors = 1.45});
  }
}

}  // namespace
}  // namespace gatun::cuda::test

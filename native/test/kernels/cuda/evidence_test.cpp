// SPDX-License-Identifier: Apache-2.0
// Memory transactions of each kernel on a typical shape, against the least that its bytes need.
// With GATUN_CUDA_COUNTS set, a line per kernel goes to that file, for the table of ci/cuda.sh
// evidence:
//   code threads dynamic_shared sectors ideal passes requests products
// The code is an address in the program, whose symbol names the kernel.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "harness.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/attention_backward.h"
#include "kernels/cuda/layer_norm.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/linear_backward.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_int8.h"
#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/rms_norm.h"
#include "kernels/cuda/softmax.h"
#include "kernels/cuda/unpack_weight.h"
#include "simt/launches.h"

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

  // Of every kernel that launch() starts.
  template <typename Launch>
  void count(const std::string& what, Launch launch, Limits limits = {}) {
    simt::begin_launch_counts();
    EXPECT_EQ(launch(), 0) << what;
    const auto launches = simt::end_launch_counts();
    expect_no_findings();
    for (const simt::LaunchCount& l : launches) {
      const simt::Counters& c = l.counters;
      EXPECT_LE(static_cast<double>(c.global_sectors),
                limits.sectors * static_cast<double>(c.ideal_sectors))
          << what;
      EXPECT_LE(static_cast<double>(c.shared_passes),
                limits.passes * static_cast<double>(c.shared_requests))
          << what;
      if (file_.is_open())
        file_ << simt::site_of(l.kernel) << ' ' << l.threads << ' ' << l.dynamic_shared_bytes << ' '
              << c.global_sectors << ' ' << c.ideal_sectors << ' ' << c.shared_passes << ' '
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

TEST_F(CudaEvidence, AttentionBackward) {
  for (const int head_size : {64, 128}) {
    constexpr int kQueries = 64, kKeys = 64, kHeads = 2, kLimit = 32;
    const auto values = [&](int rows, uint32_t seed) {
      return normal_values(int64_t{rows} * kHeads * head_size, seed);
    };
    const DeviceArray<float> q(values(kQueries, 1)), k(values(kKeys, 2)), v(values(kKeys, 3)),
        y(values(kQueries, 4)), dy(values(kQueries, 5)),
        log_sum_exp(std::vector<float>(std::size_t{kQueries * kHeads}, 4.0f)),
        bias(normal_values(kHeads * (2 * kLimit + 1), 6)), dq(q.read().size()), dk(k.read().size()),
        dv(v.read().size()), dbias(std::vector<float>(std::size_t{8 * kHeads})),
        weighted(std::size_t{kQueries * kHeads});
    const DeviceArray<int32_t> cu_q(std::vector<int32_t>{0, kQueries}),
        cu_k(std::vector<int32_t>{0, kKeys});
    AttentionBackwardArgs args{};
    args.q = q.data();
    args.k = k.data();
    args.v = v.data();
    args.y = y.data();
    args.dy = dy.data();
    args.log_sum_exp = log_sum_exp.data();
    args.q_stride = args.k_stride = args.v_stride = args.y_stride = args.dy_stride =
        kHeads * head_size;
    args.dq_stride = args.dk_stride = args.dv_stride = args.q_stride;
    args.log_sum_exp_stride = args.dbias_stride = kHeads;
    args.cu_seqlens_q = cu_q.data();
    args.cu_seqlens_k = cu_k.data();
    args.sequences = 1;
    args.tokens = args.max_queries = kQueries;
    args.keys = args.max_keys = kKeys;
    args.heads = args.kv_heads = kHeads;
    args.head_size = head_size;
    args.scale = 0.1f;
    args.distance_bias = bias.data();
    args.distance_limit = kLimit;
    args.bias = {nullptr, 0, 8, 1, kLimit};
    args.weighted = weighted.data();
    const DeviceArray<float> partials(
        static_cast<std::size_t>(attention_bias_partial_floats(args, true)));
    args.bias_partials = partials.data();
    const auto count_one = [&](const std::string& pass, Limits limits = {}) {
      const std::string variant = std::to_string(head_size) + pass;
      count(
          "attention_backward_bf16 " + variant,
          [&] { return attention_backward_bf16(args, nullptr); }, limits);
      count(
          "attention_backward_f32 " + variant,
          [&] { return attention_backward_f32(args, nullptr); }, limits);
    };
    args.dq = dq.data();
    count_one(",dq");
    args.dq = nullptr;
    args.dk = dk.data();
    args.dv = dv.data();
    count_one(",dk,dv", {.sectors = 1.08});  // statistics of a head's queries lie H apart
    args.dk = args.dv = nullptr;
    args.dbias = dbias.data();
    // The launch that adds partial sums reads rows of 8 values, a kilobyte or two in all.
    count_one(",dbias", {.sectors = 1.8});
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
    count("linear_tile " + name, [&] { return linear_tile(args, nullptr); });
    count("unpack_weight " + name, [&] {
      return unpack_weight({args.weight, 0, kRows, GATUN_DTYPE_BF16, x.data(), kColumns}, nullptr);
    });
  }
}

TEST_F(CudaEvidence, DenseProducts) {
  constexpr int kTokens = 128, kColumns = 256, kRows = 128;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)),
      w(normal_values(kRows * kColumns, 2)), y(normal_values(kTokens * kColumns, 3)),
      dy(normal_values(kTokens * kRows, 4)), dweight(normal_values(kRows * kColumns, 5));
  const DeviceArray<uint16_t> x16(std::size_t{kTokens * kColumns}),
      w16(std::vector<uint16_t>(kRows * kColumns, 0x3f80)),
      dy16(std::vector<uint16_t>(kTokens * kRows, 0x3f80));
  count("round_rows 1,0", [&] {
    return round_rows({x.data(), kColumns, nullptr, kTokens, kTokens, kColumns, GATUN_DTYPE_BF16,
                       x16.data(), kColumns, nullptr},
                      nullptr);
  });
  DenseLinearArgs args{};
  args.x = x.data();
  args.x16 = x16.data();
  args.x_stride = args.x16_stride = kColumns;
  args.weight = {w.data(), kColumns, kRows, kColumns, GATUN_DTYPE_F32, 0};
  args.y = y.data();
  args.y_stride = kRows;
  args.scale = 1;
  args.tokens = args.x_rows = 1;
  count("dense_vector 0,1", [&] { return dense_vector(args, nullptr); });
  args.tokens = args.x_rows = kTokens;
  DenseBackwardArgs back{};
  back.x = x.data();
  back.dy = dy.data();
  back.x16 = x16.data();
  back.dy16 = dy16.data();
  back.x_stride = back.x16_stride = back.dx_stride = kColumns;
  back.dy_stride = back.dy16_stride = kRows;
  back.tokens = kTokens;
  back.outputs = kRows;
  back.columns = kColumns;
  back.scale = 1;
  for (const int tile : {64, 128}) {
    const std::string rows = std::to_string(tile);
    args.tile = back.tile = tile;
    for (const int panels : {0, 1}) {
      const std::string variant = rows + "," + std::to_string(panels);
      args.weight = {w.data(), kColumns, kRows, kColumns, GATUN_DTYPE_F32, panels};
      count("dense_f32 " + variant, [&] { return dense_f32(args, nullptr); });
      back.weight = args.weight;
      back.dx = y.data();
      back.dweight = nullptr;
      count("dx_f32 " + rows + "," + std::to_string(1 - panels),
            [&] { return linear_backward_f32(back, nullptr); });
    }
    back.dx = nullptr;
    back.dweight = dweight.data();
    count("dweight_f32 " + rows, [&] { return linear_backward_f32(back, nullptr); });
    args.weight = {w16.data(), kColumns, kRows, kColumns, GATUN_DTYPE_BF16, 0};
    const std::string shape = tile == 64 ? "2,2,2" : "2,4,4";
    count("dense_half 0," + shape, [&] { return dense_half(args, nullptr); });
    count("dweight_half " + shape, [&] { return linear_backward_half(back, nullptr); });
    back.weight = args.weight;
    back.dx = y.data();
    back.dweight = nullptr;
    count("dx_half " + shape, [&] { return linear_backward_half(back, nullptr); });
  }
  back.dx = nullptr;
  back.dbias = dweight.data();
  count("dbias -", [&] { return linear_backward_bias(back, nullptr); });
  args.tokens = args.x_rows = 8;
  count("dense_vector 30,8", [&] { return dense_vector(args, nullptr); });
}

TEST_F(CudaEvidence, Int8Products) {
  constexpr int kTokens = 128, kColumns = 512, kRows = 128;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)), y(std::size_t{kTokens * kRows}),
      scales(std::size_t{kTokens}), w_scales(normal_values(kRows, 2));
  const DeviceArray<int8_t> codes(std::size_t{kTokens * kColumns}),
      w(std::vector<int8_t>(kRows * kColumns, 3));
  count("int8_rows -", [&] {
    return int8_rows({x.data(), kColumns, nullptr, kTokens, kTokens, kColumns, codes.data(),
                      scales.data(), kColumns, nullptr},
                     nullptr);
  });
  Int8LinearArgs args{};
  args.x = {codes.data(), scales.data(), kColumns, kTokens, kColumns};
  args.weight = {w.data(), w_scales.data(), kColumns, kRows, kColumns};
  args.y = y.data();
  args.y_stride = kRows;
  args.scale = 1;
  for (const int tile : {64, 128}) {
    args.tile = tile;
    count(std::string("int8_tile ") + (tile == 64 ? "2,2,2" : "2,4,4"),
          [&] { return int8_tile(args, nullptr); });
  }
  args.x.rows = 8;
  count("int8_vector 8", [&] { return int8_vector(args, nullptr); });
}

TEST_F(CudaEvidence, LowRank) {
  constexpr int kTokens = 8, kColumns = 512, kOutputs = 256, kRank = 16;
  const DeviceArray<float> x(normal_values(kTokens * kColumns, 1)),
      a(normal_values(kRank * kColumns, 2)), b(normal_values(kRank * kOutputs, 3)),
      inner(std::size_t{kTokens * kRank}), y(normal_values(kTokens * kOutputs, 4));
  LowRankArgs args{};
  args.x = x.data();
  args.inner = inner.data();
  args.y = y.data();
  args.x_stride = args.columns = kColumns;
  args.y_stride = args.outputs = kOutputs;
  args.inner_stride = kRank;
  args.rows = kTokens;
  args.adapters = 1;
  args.adapter[0] = {a.data(), b.data(), kRank, 1};
  count("low_rank_add -", [&] { return low_rank(args, nullptr); });
}

}  // namespace
}  // namespace gatun::cuda::test

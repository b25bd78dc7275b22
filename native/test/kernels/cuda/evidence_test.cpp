// SPDX-License-Identifier: Apache-2.0
// Counts of attention.
#include "evidence.h"

#include "kernels/cuda/attention.h"
#include "kernels/cuda/attention_backward.h"
#include "kernels/cuda/attention_sm90.h"

namespace gatun::cuda::test {
namespace {

TEST_F(CudaEvidence, Attention) {
  for (const int head_size : {64, 128, 256}) {
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
      if (head_size <= 128) {
        args.keys = paged ? 0 : kKeys;
        const DeviceArray<std::byte> scratch(
            static_cast<std::size_t>(attention_sm90_scratch_bytes(args, kQueries)));
        args.sm90_scratch = scratch.data();
        count("attention_bf16_sm90 " + variant,
              [&] { return attention_bf16_sm90(args, kQueries, nullptr); });
        args.sm90_scratch = nullptr;
      }
      if (!paged)
        count("attention_f32 " + std::to_string(head_size),
              [&] { return attention_f32(args, kQueries, nullptr); });
    }
  }
}

// One query of each sequence, whose keys are spread over blocks.
TEST_F(CudaEvidence, Decoding) {
  constexpr int kSequences = 2, kHeads = 4, kHeadSize = 128, kPageTokens = 128, kPages = 9;
  constexpr int kKeys = 2 * kSplitKeys;
  const DeviceArray<float> q(normal_values(kSequences * kHeads * kHeadSize, 1)),
      y(std::size_t{kSequences * kHeads * kHeadSize});
  std::vector<int32_t> numbers;
  for (int i = 0; i < kKeys / kPageTokens; ++i) numbers.push_back(i);
  numbers.insert(numbers.end(), numbers.begin(), numbers.end());
  const DeviceArray<int32_t> cu_q(std::vector<int32_t>{0, 1, 2}),
      lengths(std::vector<int32_t>{kKeys, kKeys - 100}), table(numbers);
  const KvPages pages{nullptr, kPages, kPageTokens, kHeads, kHeadSize, GATUN_DTYPE_BF16};
  const DeviceArray<std::byte> memory(std::vector<std::byte>(
      static_cast<std::size_t>(kPages * kv_page_bytes(pages)), std::byte{0x3f}));
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  AttentionArgs args{};
  args.q = q.data();
  args.y = y.data();
  args.q_stride = args.y_stride = kHeads * kHeadSize;
  args.cu_seqlens_q = cu_q.data();
  args.pages = pages;
  args.pages.data = memory.data();
  args.page_table = table.data();
  args.page_table_stride = args.pages_per_sequence = kKeys / kPageTokens;
  args.kv_lengths = lengths.data();
  args.sequences = args.key_sequences = kSequences;
  args.max_queries = 1;
  args.heads = args.kv_heads = kHeads;
  args.head_size = kHeadSize;
  args.scale = 0.1f;
  args.max_splits = 2;
  args.fault = fault.data();
  const DeviceArray<float> partials(
      static_cast<std::size_t>(attention_partial_floats(kSequences, args)));
  args.partials = partials.data();
  count(
      "attention_merge -", [&] { return attention_bf16(args, kSequences, nullptr); },
      {.sectors = 1.1,
       .reason = "the parts of a split are rows of D + 2: every other one starts inside a sector"});
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
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
    args.fault = fault.data();
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
    count_one(
        ",dk,dv",
        {.sectors = 1.08,
         .reason = "the statistics of a head's queries lie H apart, with H = 2 here: a sector "
                   "for four of them"});
    args.dk = args.dv = nullptr;
    args.dbias = dbias.data();
    count_one(
        ",dbias",
        {.sectors = 1.8,
         .reason = "partial sums by distance become rows of 2 L + 1, which start anywhere in a "
                   "sector, and buckets of H: kilobytes in all"});
  }
}

}  // namespace
}  // namespace gatun::cuda::test

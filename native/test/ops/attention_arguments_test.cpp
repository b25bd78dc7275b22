// SPDX-License-Identifier: Apache-2.0
// Attention by hand, and what it says of lengths, pages and shapes that are wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "ops/attention.h"
#include "runtime/error.h"
#include "support/attention_cases.h"

namespace gatun::attention_test {
namespace {

// Hand-computed: two keys whose scores differ by ln 3 weigh 1/4 and 3/4.
TEST(AttentionReference, WeighsByHand) {
  const Case c{"hand", {{1, 2}}, 1, 1, 1, 0};
  const Inputs in{{1.0f}, {0.0f, std::log(3.0f)}, {8.0f, 16.0f}};
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    const auto y = attend(c, in, {isa, 1});
    EXPECT_NEAR(y[0], 8.0f * 0.25f + 16.0f * 0.75f, 1e-5f);
  }
}

TEST(AttentionReference, CausalAndWindowByHand) {
  Case c{"hand", {{3, 3}}, 1, 1, 1, 1};
  const Inputs in{{0, 0, 0}, {0, 0, 0}, {3, 6, 12}};
  EXPECT_EQ(attend(c, in, {GATUN_ISA_GENERIC, 1}), (std::vector<float>{3, 4.5f, 7}));
  c.window = 2;
  EXPECT_EQ(attend(c, in, {GATUN_ISA_GENERIC, 1}), (std::vector<float>{3, 4.5f, 9}));
}

// log(e^0 + e^ln 3) = ln 4, with a bias of ln 3 for the key behind the query.
TEST(AttentionReference, BiasAndLogSumExpByHand) {
  Case c{"hand", {{1, 2}}, 1, 1, 1, 0};
  c.bias = {4, 1, 8};  // bucket 0: distance 0; bucket 1: before the query; bucket 3: behind it
  const Inputs in{{0.0f}, {0.0f, 0.0f}, {8.0f, 16.0f}, {0.0f, std::log(3.0f), 0.0f, 0.0f}};
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    // One query and two keys: it stands at position 1, the first key is at distance -1.
    const auto answer = attend_fully(c, in, {isa, 1});
    EXPECT_NEAR(answer.y[0], 8.0f * 0.75f + 16.0f * 0.25f, 1e-5f);
    EXPECT_NEAR(answer.log_sum_exp[0], std::log(4.0f), 1e-6f);
  }
}

// About a tenth is dropped, the rest makes up for it, and another sequence drops others.
TEST(AttentionReference, DropoutKeepsTheMean) {
  Case c{"dropout", {{400, 400}}, 1, 1, 1, 0};
  c.dropout = 0.1f;
  Inputs in{std::vector<float>(400, 0.0f), std::vector<float>(400, 0.0f),
            std::vector<float>(400, 1.0f)};
  const auto y = attend(c, in, {GATUN_ISA_AUTO, 2});
  double sum = 0;
  for (const float value : y) sum += value;
  // The mean of 160000 Bernoulli draws, divided by 0.9: deviation 0.00083.
  EXPECT_NEAR(sum / 400, 1.0, 0.004);
  EXPECT_NE(*std::min_element(y.begin(), y.end()), *std::max_element(y.begin(), y.end()));
}

TEST(Attention, RowsBehindTheLastSequenceAreZero) {
  Case c{"extra", {{3, 3}}, 2, 1, 16, 1};
  c.extra_rows = 4;
  const Inputs in = random_inputs(c);
  for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
    const auto y = attend(c, in, {isa, 2});
    for (size_t i = 3 * 32; i < y.size(); ++i) ASSERT_EQ(y[i], 0.0f);
  }
}

class AttentionFaults : public testing::Test {
 protected:
  std::string fault(const std::vector<int32_t>& cu_q,
                    const std::vector<int32_t>& cu_k,
                    int32_t flags = 0) {
    std::vector<int32_t> q_ends = cu_q, k_ends = cu_k;
    std::vector<float> q(4 * 8), k(6 * 8), v(6 * 8), y(4 * 8);
    gatun_attention_params p{};
    p.q = tensor(q, GATUN_DTYPE_F32, {4, 1, 8});
    p.k = tensor(k, GATUN_DTYPE_F32, {6, 1, 8});
    p.v = tensor(v, GATUN_DTYPE_F32, {6, 1, 8});
    p.y = tensor(y, GATUN_DTYPE_F32, {4, 1, 8});
    p.cu_seqlens_q = tensor(q_ends, GATUN_DTYPE_I32, {static_cast<int64_t>(q_ends.size())});
    p.cu_seqlens_k = tensor(k_ends, GATUN_DTYPE_I32, {static_cast<int64_t>(k_ends.size())});
    p.flags = flags;
    return submit(p);
  }
  std::string paged_fault(int32_t page, int32_t length) {
    std::vector<int32_t> ends{0, 4}, table{0, page}, lengths{length};
    std::vector<float> q(4 * 8), y(4 * 8);
    const auto layout = kv_pages(nullptr, 3, 16, 1, 8, GATUN_DTYPE_F32);
    void* memory = std::aligned_alloc(64, static_cast<size_t>(3 * layout.page_bytes));
    std::memset(memory, 0, static_cast<size_t>(3 * layout.page_bytes));
    gatun_attention_params p{};
    p.q = tensor(q, GATUN_DTYPE_F32, {4, 1, 8});
    p.y = tensor(y, GATUN_DTYPE_F32, {4, 1, 8});
    p.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {2});
    p.cache = {memory, 3 * layout.page_bytes, 3, 16, 1, 8, GATUN_DTYPE_F32, 0};
    p.page_table = tensor(table, GATUN_DTYPE_I32, {1, 2});
    p.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {1});
    const std::string message = submit(p);
    std::free(memory);
    return message;
  }
  std::string submit(const gatun_attention_params& p) {
    std::string message;
    for (const int32_t isa : {GATUN_ISA_GENERIC, GATUN_ISA_AUTO}) {
      const auto device = open_device({isa, 2});
      Stream stream(*device);
      message.clear();
      try {
        attention_forward(stream, p);
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), GATUN_STATUS_INVALID_ARGUMENT);
        message = error.what();
      }
    }
    return message;
  }
};

TEST_F(AttentionFaults, LengthsOutOfRange) {
  EXPECT_EQ(fault({0, 4}, {0, 6}), "");
  EXPECT_NE(fault({0, 5}, {0, 6}).find("attention: cu_seqlens_q[1] = 5"), std::string::npos);
  EXPECT_NE(fault({1, 4}, {0, 6}).find("attention: cu_seqlens_q[0] = 1"), std::string::npos);
  EXPECT_NE(fault({0, 3, 2}, {0, 1, 6}).find("attention: cu_seqlens_q[1] = 3"), std::string::npos);
  EXPECT_NE(fault({0, 4}, {0, 7}).find("attention: cu_seqlens_k[1] = 7"), std::string::npos);
  EXPECT_NE(fault({0, 4}, {0, -1}).find("attention: cu_seqlens_k[1] = -1, expected 0 <= value < 7"),
            std::string::npos);
}

TEST_F(AttentionFaults, FlagsThatMeanNothing) {
  EXPECT_EQ(fault({0, 4}, {0, 6}, GATUN_ATTENTION_BATCH_INVARIANT), "");
  for (const int32_t flags : {2, -1})
    EXPECT_NE(fault({0, 4}, {0, 6}, flags).find("attention: flags"), std::string::npos);
}

TEST_F(AttentionFaults, PagesOutOfRange) {
  EXPECT_EQ(paged_fault(2, 32), "");
  EXPECT_EQ(paged_fault(9, 16), "");  // not used
  EXPECT_NE(paged_fault(3, 17).find("attention: page_table[1] = 3"), std::string::npos);
  EXPECT_NE(paged_fault(-1, 17).find("attention: page_table[1] = -1"), std::string::npos);
  EXPECT_NE(paged_fault(1, 33).find("attention: kv_lengths[0] = 33"), std::string::npos);
  EXPECT_NE(paged_fault(1, -1).find("attention: kv_lengths[0] = -1"), std::string::npos);
}

TEST_F(AttentionFaults, ShapesAreNamed) {
  std::vector<int32_t> ends{0, 2};
  std::vector<float> x(2 * 3 * 8), k(2 * 2 * 8), y(2 * 3 * 8);
  gatun_attention_params p{};
  p.q = tensor(x, GATUN_DTYPE_F32, {2, 3, 8});
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 3, 8});
  p.k = tensor(k, GATUN_DTYPE_F32, {2, 2, 8});
  p.v = p.k;
  p.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {2});
  p.cu_seqlens_k = p.cu_seqlens_q;
  EXPECT_NE(submit(p).find("attention: H is 3, expected a multiple of G = 2"), std::string::npos);
  p.v = tensor(k, GATUN_DTYPE_F32, {2, 1, 8});
  EXPECT_NE(submit(p).find("attention: v has shape [2, 1, 8], expected [M, G, D] = [2, 2, 8]"),
            std::string::npos);
  p.y = p.q;
  EXPECT_NE(submit(p).find("attention: y overlaps q"), std::string::npos);
  p.softcap = -1;
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 3, 8});
  EXPECT_NE(submit(p).find("softcap"), std::string::npos);
}

TEST_F(AttentionFaults, BiasDropoutAndSharedKeys) {
  std::vector<int32_t> q_ends{0, 1, 2}, k_ends{0, 2}, reads{0, 0};
  std::vector<float> q(2 * 8), k(2 * 8), y(2 * 8), bias(32);
  gatun_attention_params p{};
  p.q = tensor(q, GATUN_DTYPE_F32, {2, 1, 8});
  p.y = tensor(y, GATUN_DTYPE_F32, {2, 1, 8});
  p.k = p.v = tensor(k, GATUN_DTYPE_F32, {2, 1, 8});
  p.cu_seqlens_q = tensor(q_ends, GATUN_DTYPE_I32, {3});
  p.cu_seqlens_k = tensor(k_ends, GATUN_DTYPE_I32, {2});
  EXPECT_NE(submit(p).find("cu_seqlens_k has shape [2], expected [B + 1] = [3]"),
            std::string::npos);
  p.kv_sequence = tensor(reads, GATUN_DTYPE_I32, {2});
  EXPECT_EQ(submit(p), "");
  p.max_queries = -1;
  EXPECT_NE(submit(p).find("max_queries is -1, expected 0 (unknown) or more"), std::string::npos);
  p.max_queries = 1;
  EXPECT_EQ(submit(p), "");
  reads[1] = 1;
  EXPECT_NE(submit(p).find("attention: kv_sequence[1] = 1, expected 0 <= value < 1"),
            std::string::npos);
  reads[1] = 0;
  p.dropout = 1.0f;
  EXPECT_NE(submit(p).find("dropout is 1.0"), std::string::npos);
  p.dropout = 0.5f;
  p.bias_table = tensor(bias, GATUN_DTYPE_F32, {32, 1});
  p.bias_bidirectional = 1;
  p.bias_max_distance = 8;
  EXPECT_NE(submit(p).find("bias_max_distance is 8, expected more than the 8 distances"),
            std::string::npos);
  p.bias_max_distance = 9;
  EXPECT_EQ(submit(p), "");
  p.bias_table = tensor(bias, GATUN_DTYPE_F32, {3, 1});
  EXPECT_NE(submit(p).find("bias_table has 3 buckets, expected at least 4"), std::string::npos);
  p.bias_table = tensor(bias, GATUN_DTYPE_F32, {16, 2});
  EXPECT_NE(submit(p).find("bias_table has shape [16, 2], expected [buckets, H] with H = 1"),
            std::string::npos);
}

}  // namespace
}  // namespace gatun::attention_test

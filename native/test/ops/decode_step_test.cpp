// SPDX-License-Identifier: Apache-2.0
// A recorded decode step: rotary with append, then attention, replayed while the sequence grows.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/graph.h"
#include "support/attention_cases.h"
#include "support/row_cases.h"

namespace gatun::attention_test {
namespace {

constexpr int kHeads = 6, kKvHeads = 2, kSize = 64, kPageTokens = 16;
constexpr int kTokens = 70;  // five pages, the last one begun
constexpr int kPageCount = 8;
const std::vector<int32_t> kPagesInOrder{6, 0, 3, 7, 2};

// A cache and everything that rotary and attention read and write for `count` tokens at a time.
struct Step {
  std::vector<float> q, k, v, y, inv_freq;
  std::vector<int32_t> positions, slots, ends, table, lengths;
  std::vector<std::byte> memory;
  gatun_kv_cache cache{};
  gatun_rotary_params rotary{};
  gatun_attention_params attention{};

  Step(int count, gatun_dtype dtype, int32_t arithmetic) {
    const auto n = static_cast<size_t>(count);
    q.resize(n * kHeads * kSize);
    k.resize(n * kKvHeads * kSize);
    v.resize(n * kKvHeads * kSize);
    y.resize(q.size(), kNan);
    positions.resize(n);
    slots.resize(n);
    ends = {0, count};
    table.assign(kPagesInOrder.size(), -1);
    lengths = {0};
    for (int i = 0; i < kSize / 2; ++i) inv_freq.push_back(1.0f / static_cast<float>(1 + i));
    const KvPages layout = kv_pages(nullptr, kPageCount, kPageTokens, kKvHeads, kSize, dtype);
    memory.resize(static_cast<size_t>(layout.page_bytes * kPageCount + 64));
    auto* aligned =
        reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64);
    cache = {
        aligned, layout.page_bytes * kPageCount, kPageCount, kPageTokens, kKvHeads, kSize, dtype,
        0};
    rotary.q = tensor(q, GATUN_DTYPE_F32, {count, kHeads, kSize});
    rotary.k = tensor(k, GATUN_DTYPE_F32, {count, kKvHeads, kSize});
    rotary.v = tensor(v, GATUN_DTYPE_F32, {count, kKvHeads, kSize});
    rotary.positions = tensor(positions, GATUN_DTYPE_I32, {count});
    rotary.inv_freq = tensor(inv_freq, GATUN_DTYPE_F32, {1, kSize / 2});
    rotary.cache = cache;
    rotary.slots = tensor(slots, GATUN_DTYPE_I32, {count});
    attention.q = rotary.q;
    attention.y = tensor(y, GATUN_DTYPE_F32, {count, kHeads, kSize});
    attention.cu_seqlens_q = tensor(ends, GATUN_DTYPE_I32, {2});
    attention.cache = cache;
    attention.page_table = tensor(table, GATUN_DTYPE_I32, {1, static_cast<int64_t>(table.size())});
    attention.kv_lengths = tensor(lengths, GATUN_DTYPE_I32, {1});
    attention.causal = 1;
    attention.arithmetic = arithmetic;
  }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  void submit(Stream& stream) const {
    rotary_forward(stream, rotary);
    attention_forward(stream, attention);
  }

  // Row `row` is token `token` of the sequence.
  void place(int row, int token) {
    const int32_t page = kPagesInOrder[static_cast<size_t>(token / kPageTokens)];
    table[static_cast<size_t>(token / kPageTokens)] = page;
    positions[static_cast<size_t>(row)] = token;
    slots[static_cast<size_t>(row)] = page * kPageTokens + token % kPageTokens;
    lengths[0] = token + 1;
  }
};

class DecodeStepTest : public test::RowOperationTest {};
GATUN_FOR_EVERY_TIER(DecodeStepTest);

// Lengths, positions, slots and pages are data: one recording serves every step, a page that is
// taken later included, and each step has the bits of the whole prompt.
TEST_P(DecodeStepTest, OneRecordingServesAGrowingSequence) {
  const Case c{"tokens", {{kTokens, kTokens}}, kHeads, kKvHeads, kSize, 1};
  const Inputs in = random_inputs(c);
  for (const gatun_dtype dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_BF16}) {
    const int32_t arithmetic =
        dtype == GATUN_DTYPE_F32 ? GATUN_ARITHMETIC_F32 : GATUN_ARITHMETIC_FAST;
    test::RowDevice device(GetParam(), 2);
    Stream& stream = device.stream();
    Step prompt(kTokens, dtype, arithmetic);
    prompt.q = in.q;
    prompt.k = in.k;
    prompt.v = in.v;
    prompt.rotary.q.data = prompt.attention.q.data = prompt.q.data();
    prompt.rotary.k.data = prompt.k.data();
    prompt.rotary.v.data = prompt.v.data();
    for (int t = 0; t < kTokens; ++t) prompt.place(t, t);
    prompt.submit(stream);

    Step step(1, dtype, arithmetic);
    stream.begin_recording();
    step.submit(stream);
    const auto graph = stream.end_recording();
    for (int t = 0; t < kTokens; ++t) {
      const auto row = [&](const std::vector<float>& all, int heads) {
        return all.begin() + t * heads * kSize;
      };
      std::copy_n(row(in.q, kHeads), kHeads * kSize, step.q.begin());
      std::copy_n(row(in.k, kKvHeads), kKvHeads * kSize, step.k.begin());
      std::copy_n(row(in.v, kKvHeads), kKvHeads * kSize, step.v.begin());
      step.place(0, t);
      stream.replay(*graph);
      const std::vector<float> expected(row(prompt.y, kHeads),
                                        row(prompt.y, kHeads) + kHeads * kSize);
      expect_same_bits(step.y, expected, "token " + std::to_string(t));
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace gatun::attention_test

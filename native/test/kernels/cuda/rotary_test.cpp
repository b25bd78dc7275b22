// SPDX-License-Identifier: Apache-2.0
// rotary on the emulated device against the reference.
#include "kernels/cuda/rotary.h"

#include "harness.h"
#include "kernels/rotary.h"
#include "kv_memory.h"

namespace gatun::cuda::test {
namespace {

struct Case {
  const char* name;
  int tokens = 5, heads = 3, kv_heads = 1, head_size = 64, half_rotated = 32;
  int interleaved = 0;
  bool norm = false;
  float factor = 1;
  int tables = 1, padding = 0, first_position = 0, inverse = 0;
  int cache_dtype = GATUN_DTYPE_BF16;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int d : {2, 6, 7, 8, 16, 32, 64, 80, 96, 128, 256}) {
    for (const int interleaved : {0, 1}) {
      all.push_back({"whole", 9, 4, 2, d, d / 2, interleaved});
      if (d >= 6) all.push_back({"part", 3, 2, 1, d, d / 4, interleaved, true});
    }
  }
  all.push_back({"no tokens", 0});
  all.push_back({"norm only", 7, 3, 3, 33, 0, 0, true});
  all.push_back({"append only", 7, 3, 3, 48, 0});
  all.push_back({"factor", 7, 3, 3, 64, 32, 0, false, 1.25f});
  all.push_back({"tables", 40, 3, 3, 64, 32, 0, false, 1, 4});
  all.push_back({"far", 20, 3, 1, 64, 32, 0, false, 1, 1, 0, 2'000'000'000});
  all.push_back({"negative", 20, 3, 1, 64, 32, 0, false, 1, 1, 0, -7});
  all.push_back({"strided", 6, 3, 1, 64, 32, 0, true, 1, 1, 24});
  all.push_back({"queries only", 6, 3, 0, 64, 32});
  for (const int dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_F16, GATUN_DTYPE_Q8_0}) {
    for (const int d : {5, 32, 80})
      all.push_back({"format", 9, 1, 2, d, 2, 0, false, 1, 1, 3, 0, 0, dtype});
  }
  all.push_back({"inverse", 9, 3, 1, 64, 32, 0, false, 1.25f, 1, 0, 3, 1});
  return all;
}

struct Problem {
  explicit Problem(const Case& c) : c(c) {
    q_stride = c.heads * c.head_size + c.padding;
    k_stride = c.kv_heads * c.head_size + c.padding;
    q = normal_values(int64_t{c.tokens} * q_stride, 1);
    k = normal_values(int64_t{c.tokens} * k_stride, 2);
    v = normal_values(int64_t{c.tokens} * k_stride, 3);
    weight = normal_values(c.head_size, 4);
    for (int t = 0; t < c.tokens; ++t) {
      positions.push_back(c.first_position + 3 * t);
      tables.push_back(t % c.tables);
      slots.push_back(t % 4 == 3 ? -1 : 2 * t + 1);
    }
    for (int table = 0; table < c.tables; ++table) {
      for (int i = 0; i < c.half_rotated; ++i)
        inv_freq.push_back(std::pow(10000.0f + 1000.0f * static_cast<float>(table),
                                    -static_cast<float>(i) / static_cast<float>(c.half_rotated)));
    }
  }

  // The attributes that both kinds of arguments have.
  template <typename Args>
  Args attributes() const {
    Args args{};
    args.q_stride = q_stride;
    args.k_stride = args.v_stride = k_stride;
    args.inv_freq_stride = c.half_rotated;
    args.tokens = c.tokens;
    args.heads = c.heads;
    args.kv_heads = c.kv_heads;
    args.head_size = c.head_size;
    args.frequency_count = c.tables;
    args.half_rotated = c.half_rotated;
    args.attention_factor = c.factor;
    args.norm_eps = 1e-6f;
    args.norm_weight_offset = 0.5f;
    args.interleaved = c.interleaved;
    args.inverse = c.inverse != 0;
    return args;
  }

  Case c;
  int q_stride, k_stride;
  std::vector<float> q, k, v, weight, inv_freq;
  std::vector<int32_t> positions, tables, slots;
};

TEST(CudaRotary, AgreesWithTheReference) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(std::string(c.name) + " " + std::to_string(c.head_size));
    Problem p(c);
    const DeviceArray<float> v(p.v), weight(p.weight), inv_freq(p.inv_freq);
    const DeviceArray<int32_t> positions(p.positions), tables(p.tables), slots(p.slots);
    RotaryArgs args = p.attributes<RotaryArgs>();
    args.v = v.data();
    args.positions = positions.data();
    args.inv_freq = c.half_rotated > 0 ? inv_freq.data() : nullptr;
    args.frequency_rows = c.tables > 1 ? tables.data() : nullptr;
    args.q_norm_weight = args.k_norm_weight = c.norm ? weight.data() : nullptr;
    args.slots = slots.data();
    args.cache = {nullptr, 2 * c.tokens / 16 + 1, 16, c.kv_heads, c.head_size, c.cache_dtype};
    const auto cache_bytes =
        static_cast<std::size_t>(kv_page_bytes(args.cache) * args.cache.page_count);
    const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
    args.fault = fault.data();
    std::vector<float> got_k;
    std::vector<std::byte> cached;
    const auto got_q = same_for_all_orders([&] {
      const DeviceArray<float> q(p.q), k(p.k);
      const DeviceArray<std::byte> cache(cache_bytes);
      args.q = q.data();
      args.k = c.kv_heads > 0 ? k.data() : nullptr;
      args.cache.data = c.kv_heads > 0 ? cache.data() : nullptr;
      EXPECT_EQ(rotary(args, nullptr), 0);
      got_k = k.read();
      cached = cache.read();
      return q.read();
    });
    EXPECT_EQ(fault.read()[0].source, 0);

    gatun::RotaryArgs host = p.attributes<gatun::RotaryArgs>();
    std::vector<float> q = p.q, k = p.k;
    host.q = q.data();
    host.k = c.kv_heads > 0 ? k.data() : nullptr;
    host.positions = p.positions.data();
    host.inv_freq = c.half_rotated > 0 ? p.inv_freq.data() : nullptr;
    host.frequency_rows = c.tables > 1 ? p.tables.data() : nullptr;
    host.q_norm_weight = host.k_norm_weight = c.norm ? p.weight.data() : nullptr;
    reference::rotary(host, Team(0, 1, nullptr));
    const auto expect_rows = [&](const std::vector<float>& got,
                                 const std::vector<float>& expected) {
      for (std::size_t i = 0; i < got.size(); ++i) {
        // Values of the order of 1 to 4: a sine, a cosine, two products and a norm, each rounded.
        ASSERT_NEAR(got[i], expected[i], 2e-6) << "at " << i;
      }
    };
    expect_rows(got_q, q);
    expect_rows(got_k, k);
    // What the host would write of the same rows, to the bit, padding included.
    std::vector<std::byte> expected = cached;
    for (int t = 0; t < c.tokens && c.kv_heads > 0; ++t) {
      const int slot = p.slots[static_cast<std::size_t>(t)];
      if (slot < 0) continue;
      for (int g = 0; g < c.kv_heads; ++g) {
        const int row = t * p.k_stride + g * c.head_size;
        std::vector<float> key(got_k.begin() + row, got_k.begin() + row + c.head_size),
            value(p.v.begin() + row, p.v.begin() + row + c.head_size);
        args.cache.data = expected.data();
        write_kv_row(args.cache, slot / 16, g, 0, slot % 16, key.data());
        write_kv_row(args.cache, slot / 16, g, 1, slot % 16, value.data());
      }
    }
    EXPECT_TRUE(cached == expected);
  }
}

TEST(CudaRotary, ReportsWhatItCannotUse) {
  const Case c{"fault", 3, 1, 1, 8, 4};
  Problem p(c);
  const DeviceArray<float> q(p.q), k(p.k), v(p.v), inv_freq(p.inv_freq);
  const DeviceArray<int32_t> positions(p.positions), slots(std::vector<int32_t>{0, 16, 1});
  KvPages pages{nullptr, 1, 16, 1, 8, GATUN_DTYPE_BF16};
  const DeviceArray<std::byte> cache(static_cast<std::size_t>(kv_page_bytes(pages)));
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  RotaryArgs args = p.attributes<RotaryArgs>();
  args.q = q.data();
  args.k = k.data();
  args.v = v.data();
  args.positions = positions.data();
  args.inv_freq = inv_freq.data();
  args.slots = slots.data();
  args.cache = pages;
  args.cache.data = cache.data();
  args.fault = fault.data();
  EXPECT_EQ(rotary(args, nullptr), 0);
  expect_no_findings();
  const DeviceFault got = fault.read()[0];
  EXPECT_EQ(got.source, static_cast<int>(FaultSource::kRotarySlots));
  EXPECT_EQ(got.position, 1);
  EXPECT_EQ(got.value, 16);
  EXPECT_EQ(got.limit, 16);
  const std::vector<float> kept(p.q.begin() + 8, p.q.begin() + 16), after = q.read();
  EXPECT_EQ(kept, std::vector<float>(after.begin() + 8, after.begin() + 16));

  const DeviceArray<DeviceFault> second(std::vector<DeviceFault>(1));
  const DeviceArray<int32_t> tables(std::vector<int32_t>{0, 0, 1});
  args.cache.data = nullptr;
  args.frequency_rows = tables.data();
  args.frequency_count = 1;
  args.fault = second.data();
  EXPECT_EQ(rotary(args, nullptr), 0);
  expect_no_findings();
  const DeviceFault row = second.read()[0];
  EXPECT_EQ(row.source, static_cast<int>(FaultSource::kRotaryFrequencyRows));
  EXPECT_EQ(row.position, 2);
  EXPECT_EQ(row.value, 1);
  EXPECT_EQ(row.limit, 1);
}

}  // namespace
}  // namespace gatun::cuda::test

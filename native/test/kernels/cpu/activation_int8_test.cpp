// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/activation_int8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/cpu/quantised_cases.h"
#include "support/guard_page.h"

namespace gatun::cpu::test {
namespace {

struct Codes {
  Codes(IsaTier tier, const std::vector<float>& x)
      : codes((x.size() + 31) / 32 * 32, 99), scales(codes.size() / 32), sums(codes.size() / 32) {
    prepare_int8(tier)(x.data(), static_cast<int64_t>(x.size()), codes.data(), scales.data(),
                       sums.data());
  }
  std::vector<int8_t> codes;
  std::vector<float> scales, sums;
};

TEST(ActivationInt8, RoundsToNearestWithinHalfAStep) {
  const auto x = random_rows(1, 1000, 3);
  const Codes c(IsaTier::kGeneric, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float scale = c.scales[i / 32];
    EXPECT_NEAR(static_cast<float>(c.codes[i]) * scale, x[i], 0.5001f * scale);
  }
  for (std::size_t i = x.size(); i < c.codes.size(); ++i) EXPECT_EQ(c.codes[i], 0);
  for (std::size_t b = 0; b < c.scales.size(); ++b) {
    int sum = 0;
    for (std::size_t i = 0; i < 32; ++i) sum += c.codes[32 * b + i];
    EXPECT_EQ(c.sums[b], c.scales[b] * static_cast<float>(sum));
  }
}

TEST(ActivationInt8, HalvesGoToEven) {
  std::vector<float> x(32, 0.0f);
  x[0] = 127.0f;  // scale 1
  x[1] = 0.5f;
  x[2] = 1.5f;
  x[3] = -2.5f;
  const Codes c(IsaTier::kGeneric, x);
  EXPECT_EQ(c.codes[0], 127);
  EXPECT_EQ(c.codes[1], 0);
  EXPECT_EQ(c.codes[2], 2);
  EXPECT_EQ(c.codes[3], -2);
}

TEST(ActivationInt8, EveryTierWritesTheSameBytes) {
  std::mt19937 random(5);
  const float specials[] = {0.0f,
                            -0.0f,
                            0x1p-149f,
                            0x1p-119f,
                            0x1p-118f,
                            std::numeric_limits<float>::max(),
                            -std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN(),
                            1.5f};
  for (const IsaTier tier : {IsaTier::kAvx2, IsaTier::kAvx512}) {
    if (!machine_has(tier)) continue;
    for (int round = 0; round < 2000; ++round) {
      std::vector<float> x(1 + random() % 100);
      for (auto& v : x) {
        const auto bits = static_cast<uint32_t>(random());
        std::memcpy(&v, &bits, 4);
        if (round % 2 == 0) v = static_cast<float>(static_cast<int32_t>(bits)) * 0x1p-30f;
        if (round % 4 == 1 && !std::isfinite(v)) v = 1.0f;
      }
      if (round % 5 == 0) x[random() % x.size()] = specials[random() % std::size(specials)];
      if (round % 11 == 0) std::fill(x.begin(), x.end(), specials[random() % std::size(specials)]);
      const Codes expected(IsaTier::kGeneric, x);
      const Codes got(tier, x);
      ASSERT_EQ(got.codes, expected.codes) << isa_name(tier) << " round " << round;
      for (std::size_t b = 0; b < got.scales.size(); ++b) {
        if (std::isnan(expected.scales[b])) {
          ASSERT_TRUE(std::isnan(got.scales[b]) && std::isnan(got.sums[b]));
          continue;
        }
        ASSERT_EQ(got.scales[b], expected.scales[b]) << isa_name(tier) << " round " << round;
        ASSERT_EQ(got.sums[b], expected.sums[b]) << isa_name(tier) << " round " << round;
      }
    }
  }
}

TEST(ActivationInt8, StaysInsideItsMemory) {
  for (const IsaTier tier : {IsaTier::kGeneric, IsaTier::kAvx2, IsaTier::kAvx512}) {
    if (!machine_has(tier)) continue;
    for (const std::size_t columns : {1u, 31u, 32u, 33u, 65u}) {
      const std::size_t blocks = (columns + 31) / 32;
      gatun::test::GuardedArray<float> x(random_rows(1, static_cast<int64_t>(columns), 4)),
          scales(blocks), sums(blocks);
      gatun::test::GuardedArray<int8_t> codes(blocks * 32);
      prepare_int8(tier)(x.data(), static_cast<int64_t>(columns), codes.data(), scales.data(),
                         sums.data());
      for (std::size_t i = columns; i < blocks * 32; ++i) EXPECT_EQ(codes[i], 0);
    }
  }
}

}  // namespace
}  // namespace gatun::cpu::test

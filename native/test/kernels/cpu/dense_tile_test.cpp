// SPDX-License-Identifier: Apache-2.0
// The tile functions of dense panels, called directly: also those that the dispatcher passes over
// on this machine, and the tile (AMX) kernel on its software twin.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_panel.h"
#include "kernels/cpu/tile_check.h"
#include "support/guard_page.h"
#include "support/linear_cases.h"

namespace gatun::cpu {
namespace {

using test::GuardedArray;

uint16_t bf16_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

float bf16_value(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

struct Kernel {
  const char* name;
  TileFunction function;
  IsaTier tier;
  bool bf16_weights;
  bool bf16_x;
};

const Kernel kKernels[] = {
    {"f32_avx2", avx2::f32_tile, IsaTier::kAvx2, false, false},
    {"f32_avx512", avx512::f32_tile, IsaTier::kAvx512, false, false},
    {"bf16_avx2", avx2::bf16_tile, IsaTier::kAvx2, true, false},
    {"bf16_avx512", avx512::bf16_tile, IsaTier::kAvx512, true, false},
    {"bf16_avx512_bf16", avx512_bf16::bf16_tile, IsaTier::kAvx512Bf16, true, true},
    {"bf16_amx_twin", amx::bf16_tile_twin, IsaTier::kAvx512, true, true},
    {"bf16_amx", amx::bf16_tile, IsaTier::kAmx, true, true},
};

class DenseTileTest : public ::testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    const std::string reason = test::skip_reason(GetParam().tier);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }

  // x [rows, k] and weights [panels * 16, k], packed, with sums in acc [rows, stride].
  struct Product {
    std::vector<float> x, w, acc;
    int64_t stride;
  };
  static Product multiply(
      const Kernel& kernel, int rows, int panels, int64_t k, const std::vector<float>& x_source) {
    Product p;
    p.x = x_source;
    p.w = test::random_floats(panels * 16 * k, 77);
    p.stride = panels * 16 + 16;
    if (kernel.bf16_weights) {
      for (auto& v : p.w) v = bf16_value(bf16_bits(v));
    }
    const int64_t panel_bytes = kernel.bf16_weights ? bf16_panel_bytes(k) : f32_panel_bytes(k);
    // 64-byte aligned and ending at the guard, since panel sizes are multiples of 64.
    GuardedArray<std::byte> packed(static_cast<size_t>(panel_bytes * panels));
    std::memset(packed.data(), 0, packed.size());
    for (int i = 0; i < panels; ++i) {
      const auto* source = reinterpret_cast<const std::byte*>(p.w.data() + i * 16 * k);
      (kernel.bf16_weights ? pack_f32_bf16 : pack_f32_f32)(source, k * 4, 16, k,
                                                           packed.data() + i * panel_bytes);
    }
    const int64_t padded = (k + 31) / 32 * 32;
    GuardedArray<float> x(p.x);
    GuardedArray<uint16_t> x16(static_cast<size_t>(rows * padded));
    for (int64_t r = 0; r < rows && kernel.bf16_x; ++r) {
      for (int64_t i = 0; i < k; ++i) {
        x16[static_cast<size_t>(r * padded + i)] = bf16_bits(p.x[static_cast<size_t>(r * k + i)]);
        p.x[static_cast<size_t>(r * k + i)] = bf16_value(x16[static_cast<size_t>(r * padded + i)]);
      }
    }
    PreparedRows prepared;
    prepared.f32 = x.data();
    prepared.f32_stride = k;
    prepared.bf16 = x16.data();
    prepared.bf16_stride = padded;
    p.acc.assign(static_cast<size_t>(rows * p.stride), 99.0f);
    kernel.function(
        {prepared, 0, rows, packed.data(), panel_bytes, panels, k, p.acc.data(), p.stride});
    return p;
  }
};

TEST_P(DenseTileTest, AgreesWithSumsInDouble) {
  const Kernel& kernel = GetParam();
  for (const int rows : {1, 2, 3, 5, 7, 14, 15, 16, 17, 31, 33, 48, 70, 256}) {
    for (const int panels : {1, 2, 3, 5, 7, 8}) {
      for (const int64_t k : {1, 37, 64, 300, 530}) {
        if (rows > 70 && k != 300) continue;
        const Product p = multiply(kernel, rows, panels, k, test::random_floats(rows * k, 3));
        for (int64_t r = 0; r < rows; ++r) {
          for (int64_t o = 0; o < panels * 16; ++o) {
            const test::Expected e =
                test::expected_dot(p.x.data() + r * k, p.w.data() + o * k, k, ActivationKind::kF32);
            ASSERT_NEAR(p.acc[static_cast<size_t>(r * p.stride + o)], e.sum, e.tolerance)
                << rows << " rows, " << panels << " panels, k " << k << " at " << r << ", " << o;
          }
          ASSERT_EQ(99.0f, p.acc[static_cast<size_t>(r * p.stride + panels * 16)])
              << "written beyond the panels";
        }
      }
    }
  }
}

TEST_P(DenseTileTest, GivesARowTheSameBitsInAnyCompany) {
  const Kernel& kernel = GetParam();
  constexpr int64_t kColumns = 545;
  constexpr int kRows = 60;
  const std::vector<float> x = test::random_floats(kRows * kColumns, 3);
  const Product all = multiply(kernel, kRows, 8, kColumns, x);
  for (const int rows : {1, 2, 6, 13, 16, 29, 33}) {
    const std::vector<float> some(x.begin() + 9 * kColumns, x.begin() + (9 + rows) * kColumns);
    const Product part = multiply(kernel, rows, 8, kColumns, some);
    for (int64_t r = 0; r < rows; ++r) {
      ASSERT_EQ(0, std::memcmp(all.acc.data() + (9 + r) * all.stride,
                               part.acc.data() + r * part.stride, 8 * 16 * 4))
          << rows << " rows, row " << r;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels,
                         DenseTileTest,
                         ::testing::ValuesIn(kKernels),
                         [](const auto& info) { return std::string(info.param.name); });

// The order of the F32 arithmetic is part of its contract: one fused chain over ascending k.
TEST(DenseTileOrderTest, F32IsOneFusedChainOverAscendingK) {
  if (machine_isa_tier() < IsaTier::kAvx512) GTEST_SKIP() << "tier avx512: not on this machine";
  constexpr int64_t kColumns = 300;
  const std::vector<float> x = test::random_floats(kColumns, 1),
                           w = test::random_floats(16 * kColumns, 2);
  GuardedArray<std::byte> packed(static_cast<size_t>(f32_panel_bytes(kColumns)));
  pack_f32_f32(reinterpret_cast<const std::byte*>(w.data()), kColumns * 4, 16, kColumns,
               packed.data());
  PreparedRows prepared;
  prepared.f32 = x.data();
  for (const TileFunction function : {avx2::f32_tile, avx512::f32_tile}) {
    float acc[16];
    function({prepared, 0, 1, packed.data(), f32_panel_bytes(kColumns), 1, kColumns, acc, 16});
    for (int64_t o = 0; o < 16; ++o) {
      float chain = 0;
      for (int64_t k = 0; k < kColumns; ++k) {
        chain =
            std::fma(x[static_cast<size_t>(k)], w[static_cast<size_t>(o * kColumns + k)], chain);
      }
      EXPECT_EQ(chain, acc[o]) << o;
    }
  }
}

// The order of a tile product, as measured on the hardware: per 32 k an even and an odd chain, then
// their sum.
TEST(DenseTileOrderTest, TheTwinAddsEvenAndOddChainsPer32K) {
  if (machine_isa_tier() < IsaTier::kAvx512) GTEST_SKIP() << "tier avx512: not on this machine";
  constexpr int64_t kColumns = 96;
  std::vector<float> x = test::random_floats(kColumns, 1),
                     w = test::random_floats(16 * kColumns, 2);
  std::vector<uint16_t> x16(kColumns);
  for (size_t k = 0; k < kColumns; ++k) x[k] = bf16_value(x16[k] = bf16_bits(x[k]));
  for (auto& v : w) v = bf16_value(bf16_bits(v));
  GuardedArray<std::byte> packed(static_cast<size_t>(bf16_panel_bytes(kColumns)));
  pack_f32_bf16(reinterpret_cast<const std::byte*>(w.data()), kColumns * 4, 16, kColumns,
                packed.data());
  PreparedRows prepared;
  prepared.bf16 = x16.data();
  float acc[16];
  amx::bf16_tile_twin(
      {prepared, 0, 1, packed.data(), bf16_panel_bytes(kColumns), 1, kColumns, acc, 16});
  for (int64_t o = 0; o < 16; ++o) {
    float sum = 0;
    for (int64_t begin = 0; begin < kColumns; begin += 32) {
      float even = 0, odd = 0;
      for (int64_t k = begin; k < begin + 32; k += 2) {
        even = std::fma(x[static_cast<size_t>(k)], w[static_cast<size_t>(o * kColumns + k)], even);
        odd = std::fma(x[static_cast<size_t>(k + 1)], w[static_cast<size_t>(o * kColumns + k + 1)],
                       odd);
      }
      sum += even + odd;
    }
    EXPECT_EQ(sum, acc[o]) << o;
  }
}

TEST(TileCheckTest, TheHardwareGivesTheBitsOfTheTwin) {
  if (machine_isa_tier() < IsaTier::kAmx) GTEST_SKIP() << test::skip_reason(IsaTier::kAmx);
  EXPECT_TRUE(tiles_agree_with_twin());
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Products with block formats: one table of shapes for every format, tier and arithmetic.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/quantised_cases.h"

namespace gatun::cpu::testing {
namespace {

constexpr int kRowCounts[] = {1, 2, 3, 4, 7, 8, 9, 12, 16, 17, 33};
constexpr int64_t kColumnCounts[] = {32, 64, 96, 256, 512, 576, 768, 1280};  // the last: two strips of K
constexpr int64_t kOutputCounts[] = {1, 15, 16, 17, 48, 80};
constexpr IsaTier kTiers[] = {IsaTier::kGeneric, IsaTier::kAvx2, IsaTier::kAvx512};

// Values [outputs, columns] of a packed weight.
std::vector<float> widened(Packed& weight) {
  std::vector<float> values(static_cast<std::size_t>(weight.rows * weight.columns));
  for (int64_t o = 0; o < weight.rows; ++o) {
    weight.format->unpack_row(weight.bytes.data() + o / kPanelRows * weight.panel_bytes,
                              static_cast<int>(o % kPanelRows), weight.columns, values.data() + o * weight.columns);
  }
  return values;
}

struct Sum {
  double value = 0;
  double magnitude = 0;  // sum of |terms|
};

class QuantisedProducts : public ::testing::TestWithParam<FormatCase> {
 protected:
  // f(columns, outputs) for every shape that the format has.
  template <typename F>
  void for_shapes(F f) {
    for (const int64_t columns : kColumnCounts) {
      if (columns % GetParam().block_columns != 0) continue;
      for (const int64_t outputs : kOutputCounts) f(columns, outputs);
    }
  }

  Packed packed(int32_t arithmetic, IsaTier tier, int64_t outputs, int64_t columns) {
    const MatmulFormat* format = find_format(GetParam().dtype, arithmetic, tier);
    EXPECT_NE(format, nullptr);
    const auto source = random_blocks(GetParam(), outputs, columns, 7);
    return pack(*format, GetParam(), source, outputs, columns);
  }
};

INSTANTIATE_TEST_SUITE_P(Formats, QuantisedProducts, ::testing::ValuesIn(kFormatCases),
                         [](const auto& info) { return std::string(info.param.name); });

// F32: within a chain of K fused multiply-adds of the exact product, |error| <= (K + 1) 2^-24 sum |terms| (loose by
// about sqrt K, so a quarter of it is asked).
TEST_P(QuantisedProducts, F32AgreesWithDoubleProducts) {
  for (const IsaTier tier : kTiers) {
    if (!machine_has(tier)) continue;
    for_shapes([&](int64_t columns, int64_t outputs) {
      Packed weight = packed(GATUN_ARITHMETIC_F32, tier, outputs, columns);
      const auto values = widened(weight);
      const Prepared x(random_rows(33, columns, 11), 33, columns);
      for (const int rows : kRowCounts) {
        const auto y = product(weight, x.rows_of, rows);
        const int64_t stride = weight.panels() * kPanelRows;
        for (int r = 0; r < rows; ++r) {
          for (int64_t o = 0; o < outputs; ++o) {
            Sum sum;
            for (int64_t k = 0; k < columns; ++k) {
              const double term = static_cast<double>(x.f32[static_cast<std::size_t>(r * columns + k)]) *
                                  values[static_cast<std::size_t>(o * columns + k)];
              sum.value += term;
              sum.magnitude += std::abs(term);
            }
            const double bound = static_cast<double>(columns + 4) * 0x1p-26 * sum.magnitude;
            ASSERT_NEAR(y[static_cast<std::size_t>(r * stride + o)], sum.value, bound)
                << case_name(GetParam(), tier, rows, columns, outputs) << " at " << r << ", " << o;
          }
        }
      }
    });
  }
}

// F32 on the vector tiers: exactly the ascending chain of fused multiply-adds over the dequantised values, for any M.
TEST_P(QuantisedProducts, F32IsOneChainOverDequantisedValues) {
  for (const IsaTier tier : {IsaTier::kAvx2, IsaTier::kAvx512}) {
    if (!machine_has(tier)) continue;
    const int64_t columns = 768, outputs = 80;
    Packed weight = packed(GATUN_ARITHMETIC_F32, tier, outputs, columns);
    const auto values = widened(weight);
    const Prepared x(random_rows(33, columns, 12), 33, columns);
    for (const int rows : kRowCounts) {
      const auto y = product(weight, x.rows_of, rows);
      for (int r = 0; r < rows; ++r) {
        for (int64_t o = 0; o < outputs; ++o) {
          float chain = 0.0f;
          for (int64_t k = 0; k < columns; ++k) {
            chain = std::fma(x.f32[static_cast<std::size_t>(r * columns + k)],
                             values[static_cast<std::size_t>(o * columns + k)], chain);
          }
          ASSERT_EQ(y[static_cast<std::size_t>(r * outputs + o)], chain)
              << case_name(GetParam(), tier, rows, columns, outputs) << " at " << r << ", " << o;
        }
      }
    }
  }
}

// FAST against a double product of the same 8-bit codes: only the f32 chain over blocks rounds (scale * dx, two
// multiply-adds per block, the sum), so 4 + 2 blocks roundings of at most the sum of |terms| with unsigned codes.
TEST_P(QuantisedProducts, FastAgreesWithDoubleProductsOfTheSameCodes) {
  for (const IsaTier tier : kTiers) {
    if (!machine_has(tier)) continue;
    for_shapes([&](int64_t columns, int64_t outputs) {
      Packed weight = packed(GATUN_ARITHMETIC_FAST, tier, outputs, columns);
      const auto values = widened(weight);
      const Prepared x(random_rows(33, columns, 13), 33, columns);
      for (const int rows : kRowCounts) {
        const auto y = product(weight, x.rows_of, rows);
        const int64_t stride = weight.panels() * kPanelRows;
        for (int r = 0; r < rows; ++r) {
          for (int64_t o = 0; o < outputs; ++o) {
            Sum sum, exact;
            double peak = 0;
            for (int64_t k = 0; k < columns; ++k) {
              const auto at = static_cast<std::size_t>(r * columns + k);
              const double w = values[static_cast<std::size_t>(o * columns + k)];
              const double term = x.codes[at] * static_cast<double>(x.scales[at / 32]) * w;
              sum.value += term;
              sum.magnitude += std::abs(term);
              exact.value += x.f32[at] * w;
              peak += w * w * std::pow(x.scales[at / 32], 2) / 12;  // variance of rounding x
            }
            // Offsets of up to 128 steps make partial terms larger than the values: 16 covers every format.
            const double bound = 16 * (4 + static_cast<double>(columns) / 16) * 0x1p-24 * sum.magnitude;
            ASSERT_NEAR(y[static_cast<std::size_t>(r * stride + o)], sum.value, bound)
                << case_name(GetParam(), tier, rows, columns, outputs) << " at " << r << ", " << o;
            // Against unquantised x: rounding errors are independent and uniform, so six deviations hold.
            ASSERT_NEAR(y[static_cast<std::size_t>(r * stride + o)], exact.value, 6 * std::sqrt(peak) + bound)
                << case_name(GetParam(), tier, rows, columns, outputs) << " at " << r << ", " << o;
          }
        }
      }
    });
  }
}

// Same bits for any batch, chunk and vector tier.
TEST_P(QuantisedProducts, BitsDependOnNeitherBatchNorTier) {
  for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
    for_shapes([&](int64_t columns, int64_t outputs) {
      std::vector<float> expected;
      const Prepared x(random_rows(33, columns, 14), 33, columns);
      for (const IsaTier tier : {IsaTier::kAvx2, IsaTier::kAvx512}) {
        if (!machine_has(tier)) continue;
        Packed weight = packed(arithmetic, tier, outputs, columns);
        for (const int chunk : {33, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17}) {
          const auto y = product(weight, x.rows_of, 33, chunk);
          if (expected.empty()) expected = y;
          // Outputs beyond the weight's rows belong to the padding and are not promised.
          const int64_t stride = weight.panels() * kPanelRows;
          for (int64_t r = 0; r < 33; ++r) {
            ASSERT_EQ(std::memcmp(y.data() + r * stride, expected.data() + r * stride,
                                  static_cast<std::size_t>(outputs) * sizeof(float)),
                      0)
                << case_name(GetParam(), tier, chunk, columns, outputs) << " row " << r;
          }
        }
      }
    });
  }
}

// A scale that is NaN or infinite gives a NaN output in its row and touches no other.
TEST_P(QuantisedProducts, BadScalesStayInTheirRow) {
  const int64_t columns = 512, outputs = 16;
  for (const uint16_t half : {uint16_t{0x7e00}, uint16_t{0x7c00}, uint16_t{0xfc00}}) {
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      for (const IsaTier tier : kTiers) {
        if (!machine_has(tier)) continue;
        const MatmulFormat* format = find_format(GetParam().dtype, arithmetic, tier);
        auto source = random_blocks(GetParam(), outputs, columns, 7);
        Packed clean = pack(*format, GetParam(), source, outputs, columns);
        const int64_t row_bytes = columns / GetParam().block_columns * GetParam().block_bytes;
        std::memcpy(source.data() + 3 * row_bytes + GetParam().half_at[0], &half, 2);
        Packed bad = pack(*format, GetParam(), source, outputs, columns);
        const Prepared x(random_rows(9, columns, 15), 9, columns);
        for (const int rows : {1, 9}) {
          const auto y = product(bad, x.rows_of, rows);
          const auto expected = product(clean, x.rows_of, rows);
          for (std::size_t i = 0; i < y.size(); ++i) {
            if (i % 16 == 3) {
              ASSERT_FALSE(std::isfinite(y[i])) << case_name(GetParam(), tier, rows, columns, outputs);
            } else {
              ASSERT_EQ(y[i], expected[i]) << case_name(GetParam(), tier, rows, columns, outputs);
            }
          }
        }
      }
    }
  }
}

// A NaN or an infinity in x reaches every output of its row.
TEST_P(QuantisedProducts, BadActivationsReachTheOutput) {
  const int64_t columns = 512, outputs = 17;
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (const IsaTier tier : kTiers) {
      if (!machine_has(tier)) continue;
      Packed weight = packed(GATUN_ARITHMETIC_FAST, tier, outputs, columns);
      auto rows = random_rows(2, columns, 16);
      rows[300] = bad;
      const Prepared x(rows, 2, columns, tier);
      const auto y = product(weight, x.rows_of, 2);
      for (std::size_t o = 0; o < static_cast<std::size_t>(outputs); ++o) {
        ASSERT_TRUE(std::isnan(y[o]));
        ASSERT_TRUE(std::isfinite(y[32 + o]));
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cpu::testing

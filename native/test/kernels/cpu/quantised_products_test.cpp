// SPDX-License-Identifier: Apache-2.0
// Products with block formats: one table of shapes for every format, tier and arithmetic.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/quantised_cases.h"
#include "support/guard_page.h"

namespace gatun::cpu::test {
namespace {

constexpr int kRowCounts[] = {1, 2, 3, 4, 7, 8, 9, 12, 16, 17, 33};
constexpr int64_t kColumnCounts[] = {32,  64,  96,  256,
                                     512, 576, 768, 1280};  // the last: two strips of K
constexpr int64_t kOutputCounts[] = {1, 15, 16, 17, 48, 80};
constexpr IsaTier kTiers[] = {IsaTier::kGeneric, IsaTier::kAvx2, IsaTier::kAvx512};

// Values [outputs, columns] of a packed weight.
std::vector<float> widened(Packed& weight) {
  std::vector<float> values(static_cast<std::size_t>(weight.rows * weight.columns));
  for (int64_t o = 0; o < weight.rows; ++o) {
    weight.format->unpack_row(weight.bytes.data() + o / kPanelRows * weight.panel_bytes,
                              static_cast<int>(o % kPanelRows), weight.columns,
                              values.data() + o * weight.columns);
  }
  return values;
}

struct Expected {
  double value;
  double bound;
};

// What each of 33 rows x outputs must be, from term(row, output, column) and bound(sum of |terms|).
template <typename Term, typename Bound>
std::vector<Expected> expected_products(int64_t outputs, int64_t columns, Term term, Bound bound) {
  std::vector<Expected> expected;
  for (int64_t r = 0; r < 33; ++r) {
    for (int64_t o = 0; o < outputs; ++o) {
      double value = 0, magnitude = 0;
      for (int64_t k = 0; k < columns; ++k) {
        const double t = term(r, o, k);
        value += t;
        magnitude += std::abs(t);
      }
      expected.push_back({value, bound(r, magnitude)});
    }
  }
  return expected;
}

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

  // The products of every count of rows against the same expected values.
  void expect_products(Packed& weight, const Prepared& x, const std::vector<Expected>& expected) {
    for (const int rows : kRowCounts) {
      const auto y = product(weight, x.rows_of, rows);
      for (int64_t r = 0; r < rows; ++r) {
        for (int64_t o = 0; o < weight.rows; ++o) {
          const Expected& e = expected[static_cast<std::size_t>(r * weight.rows + o)];
          ASSERT_NEAR(y[static_cast<std::size_t>(r * weight.panels() * kPanelRows + o)], e.value,
                      e.bound)
              << case_name(GetParam(), weight.format->tier, rows, weight.columns, weight.rows)
              << " at " << r << ", " << o;
        }
      }
    }
  }

  Packed packed(int32_t arithmetic, IsaTier tier, int64_t outputs, int64_t columns) {
    const MatmulFormat* format = find_format(GetParam().dtype, arithmetic, tier);
    EXPECT_NE(format, nullptr);
    const auto source = random_blocks(GetParam(), outputs, columns, 7);
    return pack(*format, GetParam(), source, outputs, columns);
  }
};

INSTANTIATE_TEST_SUITE_P(Formats,
                         QuantisedProducts,
                         ::testing::ValuesIn(kFormatCases),
                         [](const auto& info) { return std::string(info.param.name); });

// F32: within a chain of K fused multiply-adds of the exact product, |error| <= (K + 1) 2^-24 sum
// |terms| (loose by about sqrt K, so a quarter of it is asked).
TEST_P(QuantisedProducts, F32AgreesWithDoubleProducts) {
  for_shapes([&](int64_t columns, int64_t outputs) {
    const Prepared x(random_rows(33, columns, 11), 33, columns);
    std::vector<Expected> expected;
    for (const IsaTier tier : kTiers) {
      if (!machine_has(tier)) continue;
      Packed weight = packed(GATUN_ARITHMETIC_F32, tier, outputs, columns);
      if (expected.empty()) {
        const auto values = widened(weight);
        expected = expected_products(
            outputs, columns,
            [&](int64_t r, int64_t o, int64_t k) {
              return static_cast<double>(x.f32[static_cast<std::size_t>(r * columns + k)]) *
                     values[static_cast<std::size_t>(o * columns + k)];
            },
            [&](int64_t, double magnitude) {
              return static_cast<double>(columns + 4) * 0x1p-26 * magnitude;
            });
      }
      expect_products(weight, x, expected);
    }
  });
}

// F32 on the vector tiers: exactly the ascending chain of fused multiply-adds over the dequantised
// values, for any M.
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

// FAST against a double product of the same 8-bit codes: only the f32 chain over blocks rounds
// (scale * dx and two multiply-adds per block), each step by 2^-24 of a partial sum. A min, or its
// absence in the codes, can make partial sums larger than the values' own: 8 times covers every
// format.
TEST_P(QuantisedProducts, FastAgreesWithDoubleProductsOfTheSameCodes) {
  for_shapes([&](int64_t columns, int64_t outputs) {
    const Prepared x(random_rows(33, columns, 13), 33, columns);
    std::vector<Expected> expected;
    for (const IsaTier tier : kTiers) {
      if (!machine_has(tier)) continue;
      Packed weight = packed(GATUN_ARITHMETIC_FAST, tier, outputs, columns);
      if (expected.empty()) {
        const auto values = widened(weight);
        expected = expected_products(
            outputs, columns,
            [&](int64_t r, int64_t o, int64_t k) {
              const auto at = static_cast<std::size_t>(r * columns + k);
              return static_cast<double>(x.codes[at]) * x.scales[at / 32] *
                     values[static_cast<std::size_t>(o * columns + k)];
            },
            [&](int64_t, double magnitude) {
              return 8 * (2 + static_cast<double>(columns) / 16) * 0x1p-24 * magnitude;
            });
      }
      expect_products(weight, x, expected);
    }
  });
}

// FAST against unquantised x: the errors of rounding x are independent and uniform, so six
// deviations hold.
TEST_P(QuantisedProducts, FastAgreesWithUnquantisedActivations) {
  const int64_t columns = 768, outputs = 48;
  const Prepared x(random_rows(33, columns, 18), 33, columns);
  for (const IsaTier tier : kTiers) {
    if (!machine_has(tier)) continue;
    Packed weight = packed(GATUN_ARITHMETIC_FAST, tier, outputs, columns);
    const auto values = widened(weight);
    double squares = 0;
    for (const float v : values) squares += static_cast<double>(v) * v;
    const auto expected = expected_products(
        outputs, columns,
        [&](int64_t r, int64_t o, int64_t k) {
          return static_cast<double>(x.f32[static_cast<std::size_t>(r * columns + k)]) *
                 values[static_cast<std::size_t>(o * columns + k)];
        },
        [&](int64_t r, double) {
          double variance = 0;  // of one output whose weights have the mean square of all
          for (int64_t b = 0; b < columns / 32; ++b) {
            const double step = x.scales[static_cast<std::size_t>(r * columns / 32 + b)];
            variance += 32 * step * step / 12 * squares / static_cast<double>(values.size());
          }
          return 6 * std::sqrt(variance);
        });
    expect_products(weight, x, expected);
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
              ASSERT_FALSE(std::isfinite(y[i]))
                  << case_name(GetParam(), tier, rows, columns, outputs);
            } else {
              ASSERT_EQ(y[i], expected[i]) << case_name(GetParam(), tier, rows, columns, outputs);
            }
          }
        }
      }
    }
  }
}

// Nothing is read or written behind x, the panels, or the result.
TEST_P(QuantisedProducts, StaysInsideItsMemory) {
  using gatun::test::GuardedArray;
  for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
    for (const IsaTier tier : kTiers) {
      if (!machine_has(tier)) continue;
      for (const int64_t columns : {int64_t{32}, int64_t{256}, int64_t{1280}}) {
        if (columns % GetParam().block_columns != 0) continue;
        const int64_t outputs = 80;
        Packed weight = packed(arithmetic, tier, outputs, columns);
        const auto bytes = static_cast<std::size_t>(weight.panels() * weight.panel_bytes);
        GuardedArray<std::byte> panels(bytes);
        std::memcpy(panels.data(), weight.bytes.data(), bytes);
        for (const int rows : {1, 3, 6, 8, 13}) {
          const Prepared x(random_rows(rows, columns, 17), rows, columns);
          GuardedArray<float> f32(x.f32), scales(x.scales), sums(x.sums);
          GuardedArray<int8_t> codes(x.codes);
          GuardedArray<float> acc(static_cast<std::size_t>(rows * outputs));
          PreparedRows guarded = x.rows_of;
          guarded.f32 = f32.data();
          guarded.int8 = codes.data();
          guarded.scales = scales.data();
          guarded.sums = sums.data();
          weight.format->tile({guarded, 0, rows, panels.data(), weight.panel_bytes, weight.panels(),
                               columns, acc.data(), outputs});
          const auto expected = product(weight, x.rows_of, rows);
          ASSERT_EQ(std::memcmp(acc.data(), expected.data(), expected.size() * sizeof(float)), 0);
        }
      }
    }
  }
}

// A NaN or an infinity in x reaches every output of its row.
TEST_P(QuantisedProducts, BadActivationsReachTheOutput) {
  const int64_t columns = 512, outputs = 17;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
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
}  // namespace gatun::cpu::test

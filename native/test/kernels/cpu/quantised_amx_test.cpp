// SPDX-License-Identifier: Apache-2.0
// Block formats on tile registers: the software twin everywhere, and the hardware with the twin's
// bits where it exists.
#include <cmath>
#include <cstring>

#include "kernels/cpu/quantised_cases.h"
#include "kernels/cpu/quantised_products.h"
#include "support/guard_page.h"

namespace gatun::cpu::test {
namespace {

float to_bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u;
  std::memcpy(&value, &bits, 4);
  return value;
}

class QuantisedAmx : public ::testing::TestWithParam<FormatCase> {
 protected:
  void SetUp() override {
    if (!machine_has(IsaTier::kAvx512)) GTEST_SKIP() << "tier avx512: not on this machine";
  }
};

INSTANTIATE_TEST_SUITE_P(Formats,
                         QuantisedAmx,
                         ::testing::ValuesIn(kFormatCases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(QuantisedAmx, AgreesWithDoubleProductsForAnyCountOfRows) {
  const FormatCase& of = GetParam();
  const MatmulFormat& format = *find_format(of.dtype, GATUN_ARITHMETIC_FAST, IsaTier::kAvx512);
  const TileFunction twin = amx::quantised_bf16_product_twin(of.dtype);
  constexpr int kRows = 70;
  for (const int64_t columns : {int64_t{32}, int64_t{256}, int64_t{288}, int64_t{768}}) {
    if (columns % of.block_columns != 0) continue;
    const int64_t outputs = 48;
    Packed weight = pack(format, of, random_blocks(of, outputs, columns, 31), outputs, columns);
    auto x = random_rows(kRows, columns, 32);
    gatun::test::GuardedArray<uint16_t> rounded(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = to_bf16(x[i]);
      uint32_t bits;
      std::memcpy(&bits, &x[i], 4);
      rounded[i] = static_cast<uint16_t>(bits >> 16);
    }
    PreparedRows prepared;
    prepared.bf16 = rounded.data();
    prepared.bf16_stride = columns;

    std::vector<float> expected;
    for (const int rows : {kRows, 1, 16, 17, 32, 33, 64}) {
      gatun::test::GuardedArray<float> y(static_cast<std::size_t>(rows * outputs));
      const int first = kRows - rows;  // so that the guard lies behind the last row
      twin({prepared, first, rows, weight.bytes.data(), weight.panel_bytes, weight.panels(),
            columns, y.data(), outputs});
      if (expected.empty()) {
        expected.assign(y.data(), y.data() + y.size());
        std::vector<float> values(static_cast<std::size_t>(columns));
        for (int64_t o = 0; o < outputs; ++o) {
          format.unpack_row(weight.bytes.data() + o / 16 * weight.panel_bytes,
                            static_cast<int>(o % 16), columns, values.data());
          for (int64_t r = 0; r < kRows; ++r) {
            double sum = 0, magnitude = 0;
            for (int64_t k = 0; k < columns; ++k) {
              const double term =
                  static_cast<double>(x[static_cast<std::size_t>(r * columns + k)]) *
                  to_bf16(values[static_cast<std::size_t>(k)]);
              sum += term;
              magnitude += std::abs(term);
            }
            // Chains of 16 products, then one addition per 32 columns.
            const double bound = (18 + static_cast<double>(columns) / 32) * 0x1p-24 * magnitude;
            ASSERT_NEAR(expected[static_cast<std::size_t>(r * outputs + o)], sum, bound)
                << of.name << " " << r << " " << o;
          }
        }
      }
      ASSERT_EQ(std::memcmp(y.data(), expected.data() + first * outputs, y.size() * sizeof(float)),
                0)
          << of.name << " rows " << rows << " K " << columns;
      if (machine_isa_tier() < IsaTier::kAmx) continue;
      std::vector<float> hardware(y.size());
      amx::quantised_bf16_product(of.dtype)({prepared, first, rows, weight.bytes.data(),
                                             weight.panel_bytes, weight.panels(), columns,
                                             hardware.data(), outputs});
      ASSERT_EQ(std::memcmp(y.data(), hardware.data(), y.size() * sizeof(float)), 0)
          << of.name << " rows " << rows << " K " << columns << " on the hardware";
    }
  }
}

// A weight that is no number makes its outputs no number, and only those.
TEST_P(QuantisedAmx, BadScalesStayInTheirRow) {
  const FormatCase& of = GetParam();
  const MatmulFormat& format = *find_format(of.dtype, GATUN_ARITHMETIC_FAST, IsaTier::kAvx512);
  const int64_t columns = 256, outputs = 16;
  auto source = random_blocks(of, outputs, columns, 33);
  const uint16_t nan = 0x7e00;
  std::memcpy(source.data() + 5 * columns / of.block_columns * of.block_bytes + of.half_at[0], &nan,
              2);
  Packed weight = pack(format, of, source, outputs, columns);
  std::vector<uint16_t> ones(static_cast<std::size_t>(16 * columns), 0x3f80);
  PreparedRows prepared;
  prepared.bf16 = ones.data();
  prepared.bf16_stride = columns;
  std::vector<float> y(16 * 16);
  amx::quantised_bf16_product_twin(of.dtype)(
      {prepared, 0, 16, weight.bytes.data(), weight.panel_bytes, 1, columns, y.data(), outputs});
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_EQ(std::isnan(y[i]), i % 16 == 5) << of.name << " " << i;
}

}  // namespace
}  // namespace gatun::cpu::test

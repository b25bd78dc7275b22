// SPDX-License-Identifier: Apache-2.0
// Dequantisation and quantisation against the golden fixtures (GATUN_GOLDEN) and against the
// formats' formulas.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/cpu/quantised_cases.h"
#include "kernels/dequantize.h"
#include "kernels/quantize.h"
#include "support/safetensors_fixture.h"

namespace gatun::test {
namespace {

using cpu::test::FormatCase;
using cpu::test::kFormatCases;

struct Type {
  const char* name;
  gatun_dtype dtype;
};
constexpr Type kTypes[] = {{"F16", GATUN_DTYPE_F16},   {"BF16", GATUN_DTYPE_BF16},
                           {"Q4_0", GATUN_DTYPE_Q4_0}, {"Q4_1", GATUN_DTYPE_Q4_1},
                           {"Q5_0", GATUN_DTYPE_Q5_0}, {"Q5_1", GATUN_DTYPE_Q5_1},
                           {"Q8_0", GATUN_DTYPE_Q8_0}, {"Q4_K", GATUN_DTYPE_Q4_K},
                           {"Q5_K", GATUN_DTYPE_Q5_K}, {"Q6_K", GATUN_DTYPE_Q6_K}};

std::vector<float> dequantized(gatun_dtype dtype,
                               const std::vector<std::byte>& blocks,
                               int64_t count) {
  std::vector<float> y(static_cast<std::size_t>(count));
  for (int member = 0; member < 3; ++member) {
    reference::dequantize({blocks.data(), dtype, count, y.data()}, Team(member, 3, nullptr));
  }
  return y;
}

// Bits, so that signs of zeros count; any NaN equals any NaN.
void expect_same_bits(const std::vector<float>& got,
                      const std::vector<float>& expected,
                      const std::string& what) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(got[i]) && std::isnan(expected[i])) continue;
    ASSERT_EQ(std::memcmp(&got[i], &expected[i], 4), 0)
        << what << " element " << i << ": got " << got[i] << ", expected " << expected[i];
  }
}

TEST(StorageFormats, DequantiseAsTheGoldenFixtures) {
  if (golden_folder().empty()) GTEST_SKIP() << "GATUN_GOLDEN is not set: golden quant fixtures";
  for (const Type& type : kTypes) {
    auto tensors = read_safetensors(golden_folder() + "/quant/" + type.name + ".safetensors");
    const FixtureTensor& expected = tensors.at("dequantised");
    expect_same_bits(dequantized(type.dtype, tensors.at("raw").bytes, expected.count()),
                     expected.f32(), type.name);
  }
}

TEST(StorageFormats, PanelsUnpackToTheGoldenFixtures) {
  if (golden_folder().empty()) GTEST_SKIP() << "GATUN_GOLDEN is not set: golden quant fixtures";
  for (const FormatCase& format : kFormatCases) {
    const Type* type = nullptr;
    for (const Type& t : kTypes) {
      if (t.dtype == format.dtype) type = &t;
    }
    auto tensors = read_safetensors(golden_folder() + "/quant/" + type->name + ".safetensors");
    const FixtureTensor& raw = tensors.at("raw");
    const int64_t rows = raw.shape.at(0), columns = format.block_columns;
    for (const int32_t arithmetic : {GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST}) {
      const auto* matmul = cpu::test::find_format(format.dtype, arithmetic, IsaTier::kGeneric);
      auto packed = cpu::test::pack(*matmul, format, raw.bytes, rows, columns);
      std::vector<float> values(static_cast<std::size_t>(rows * columns));
      for (int64_t r = 0; r < rows; ++r) {
        matmul->unpack_row(packed.bytes.data() + r / 16 * packed.panel_bytes,
                           static_cast<int>(r % 16), columns, values.data() + r * columns);
      }
      expect_same_bits(values, tensors.at("dequantised").f32(), type->name);
    }
  }
}

TEST(StorageFormats, QuantiseAsTheGoldenFixtures) {
  if (golden_folder().empty()) GTEST_SKIP() << "GATUN_GOLDEN is not set: golden quant fixtures";
  int compared = 0;
  for (const Type& type : kTypes) {
    auto tensors = read_safetensors(golden_folder() + "/quant/" + type.name + ".safetensors");
    if (tensors.count("quantise.raw") == 0) continue;
    const FixtureTensor& input = tensors.at("quantise.input");
    const auto x = input.f32();
    std::vector<std::byte> y(tensors.at("quantise.raw").bytes.size());
    for (int member = 0; member < 3; ++member) {
      reference::quantize({x.data(), input.count(), type.dtype, y.data()},
                          Team(member, 3, nullptr));
    }
    EXPECT_EQ(y, tensors.at("quantise.raw").bytes) << type.name;
    expect_same_bits(dequantized(type.dtype, y, input.count()),
                     tensors.at("quantise.dequantised").f32(), type.name);
    ++compared;
  }
  EXPECT_EQ(compared, 7);
}

// One element of a block by the format's formula, from the bytes up.
double formula(const FormatCase& format, const uint8_t* block, int i) {
  const auto half = [&](int at) {
    const int bits = block[at] | block[at + 1] << 8;
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    return (bits & 0x8000 ? -1.0 : 1.0) *
           std::ldexp(1024 + mantissa, exponent - 25);  // normal numbers only
  };
  const int nibble_shift = i < 16 ? 0 : 4;
  switch (format.dtype) {
    case GATUN_DTYPE_Q4_0:
      return half(0) * ((block[2 + i % 16] >> nibble_shift & 15) - 8);
    case GATUN_DTYPE_Q4_1:
      return half(0) * (block[4 + i % 16] >> nibble_shift & 15) + half(2);
    case GATUN_DTYPE_Q5_0:
      return half(0) *
             ((block[6 + i % 16] >> nibble_shift & 15) + 16 * (block[2 + i / 8] >> i % 8 & 1) - 16);
    case GATUN_DTYPE_Q5_1:
      return half(0) *
                 ((block[8 + i % 16] >> nibble_shift & 15) + 16 * (block[4 + i / 8] >> i % 8 & 1)) +
             half(2);
    case GATUN_DTYPE_Q8_0:
      return half(0) * static_cast<int8_t>(block[2 + i]);
    case GATUN_DTYPE_Q6_K: {
      const int quarter = i / 32 % 4, l = i % 32, n = i / 128;
      const int low = block[64 * n + l + 32 * (quarter % 2)] >> (quarter < 2 ? 0 : 4) & 15;
      const int high = block[128 + 32 * n + l] >> (2 * quarter) & 3;
      return half(208) * static_cast<int8_t>(block[192 + i / 16]) * ((low | high << 4) - 32);
    }
    default: {
      const uint8_t* s = block + 4;
      const int j = i / 32;
      const int scale = j < 4 ? s[j] & 63 : (s[j + 4] & 15) | s[j - 4] >> 6 << 4;
      const int min = j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | s[j] >> 6 << 4;
      const bool five = format.dtype == GATUN_DTYPE_Q5_K;
      int code = block[(five ? 48 : 16) + j / 2 * 32 + i % 32] >> (j % 2 * 4) & 15;
      if (five) code += 16 * (block[16 + i % 32] >> j & 1);
      return half(0) * scale * code - half(2) * min;
    }
  }
}

TEST(StorageFormats, DequantiseByTheFormula) {
  for (const FormatCase& format : kFormatCases) {
    constexpr int64_t kCount = 1024;
    const auto blocks = cpu::test::random_blocks(format, 1, kCount, 21);
    std::vector<float> expected(kCount);
    for (int i = 0; i < kCount; ++i) {
      const auto* block = reinterpret_cast<const uint8_t*>(blocks.data()) +
                          i / format.block_columns * format.block_bytes;
      expected[static_cast<std::size_t>(i)] =
          static_cast<float>(formula(format, block, i % format.block_columns));
    }
    const auto got = dequantized(format.dtype, blocks, kCount);
    for (std::size_t i = 0; i < kCount; ++i)
      ASSERT_EQ(got[i], expected[i]) << format.name << " element " << i;
  }
}

// Every f16 goes to f32 and back.
TEST(StorageFormats, HalvesSurviveTheRoundTrip) {
  std::vector<std::byte> halves(65536 * 2);
  for (uint32_t i = 0; i < 65536; ++i) {
    const auto half = static_cast<uint16_t>(i);
    std::memcpy(halves.data() + 2 * i, &half, 2);
  }
  const auto values = dequantized(GATUN_DTYPE_F16, halves, 65536);
  std::vector<std::byte> back(halves.size());
  reference::quantize({values.data(), 65536, GATUN_DTYPE_F16, back.data()}, Team(0, 1, nullptr));
  for (uint32_t i = 0; i < 65536; ++i) {
    if ((i & 0x7c00u) == 0x7c00u && (i & 0x3ffu) != 0) continue;  // NaN: becomes quiet
    ASSERT_EQ(std::memcmp(halves.data() + 2 * i, back.data() + 2 * i, 2), 0) << i;
  }
}

TEST(StorageFormats, HalvesRoundToNearestEven) {
  // 1 + 2^-11 lies between 1 and 1 + 2^-10; 65520 is the first to become infinite; 2^-25 lies
  // between 0 and 2^-24.
  const float x[] = {1.0f + 0x1p-11f, 1.0f + 0x1.8p-10f, 65519.996f,  65520.0f,
                     0x1p-25f,        0x1.000002p-25f,   0x1.ffcp-15f};
  const uint16_t expected[] = {0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 1, 0x0400};
  std::vector<std::byte> y(sizeof(expected));
  reference::quantize({x, 7, GATUN_DTYPE_F16, y.data()}, Team(0, 1, nullptr));
  EXPECT_EQ(std::memcmp(y.data(), expected, sizeof(expected)), 0);
}

// Codes and scales of a block of NaN, infinities or denormals are defined and nothing traps.
TEST(StorageFormats, QuantiseSpecialValues) {
  for (const gatun_dtype dtype :
       {GATUN_DTYPE_Q4_0, GATUN_DTYPE_Q4_1, GATUN_DTYPE_Q5_0, GATUN_DTYPE_Q5_1, GATUN_DTYPE_Q8_0}) {
    for (const float special : {std::nanf(""), INFINITY, -INFINITY, 0x1p-149f, 3e38f}) {
      std::vector<float> x(64, 0.5f);
      x[7] = special;
      std::vector<std::byte> first(2 * 34), second(2 * 34);
      reference::quantize({x.data(), 64, dtype, first.data()}, Team(0, 1, nullptr));
      reference::quantize({x.data(), 64, dtype, second.data()}, Team(0, 1, nullptr));
      EXPECT_EQ(first, second);
    }
  }
}

}  // namespace
}  // namespace gatun::test

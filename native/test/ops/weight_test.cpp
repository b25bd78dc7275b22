// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>

#include "support/guard_page.h"
#include "support/linear_cases.h"

namespace gatun::test {
namespace {

gatun_weight_params describe(
    std::byte* data, size_t bytes, gatun_dtype dtype, int64_t rows, int64_t columns) {
  gatun_weight_params params{};
  params.struct_size = sizeof(params);
  params.data = data;
  params.byte_length = static_cast<int64_t>(bytes);
  params.dtype = dtype;
  params.rows = rows;
  params.columns = columns;
  return params;
}

int64_t allocated(const Device& device) {
  gatun_device_info info{};
  info.struct_size = sizeof(info);
  device.query(info);
  return info.allocated_bytes;
}

std::string failure(Device& device, const gatun_weight_params& params) {
  try {
    weight_destroy(weight_create(device, params));
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

// The source ends at a guard page; what is read back is what was stored.
TEST(WeightTest, ReadsBackWhatWasPacked) {
  for (int32_t isa = GATUN_ISA_GENERIC; isa <= static_cast<int32_t>(machine_isa_tier()); ++isa) {
    Engine engine(static_cast<IsaTier>(isa));
    for (const int format : {0, 1, 2}) {
      for (const int64_t rows : {1, 15, 16, 17, 100}) {
        for (const int64_t columns : {1, 2, 37, 64, 131}) {
          const WeightFormat& f = weight_formats()[static_cast<size_t>(format)];
          GuardedArray<std::byte> source(random_weight(f, rows, columns, 3));
          gatun_weight* weight = weight_create(
              engine.device, describe(source.data(), source.size(), f.dtype, rows, columns));
          GuardedArray<float> values(static_cast<size_t>(rows * columns));
          gatun_weight_rows all{};
          all.struct_size = sizeof(all);
          all.row_count = rows;
          all.values = values.data();
          all.byte_length = rows * columns * 4;
          weight_read(*weight, all);
          for (size_t i = 0; i < values.size(); ++i) {
            float expected = 0;
            if (f.dtype == GATUN_DTYPE_F32) {
              std::memcpy(&expected, source.data() + 4 * i, 4);
            } else {
              uint16_t half;
              std::memcpy(&half, source.data() + 2 * i, 2);
              const uint32_t exponent = (half >> 10) & 0x1fU;
              const uint32_t bits = f.dtype == GATUN_DTYPE_BF16
                                        ? static_cast<uint32_t>(half) << 16
                                        : ((half & 0x8000U) << 16) | ((exponent + 112U) << 23) |
                                              ((half & 0x3ffU) << 13);
              std::memcpy(&expected, &bits, 4);
            }
            ASSERT_EQ(expected, values[i])
                << f.name << " [" << rows << ", " << columns << "] at " << i;
          }
          weight_destroy(weight);
        }
      }
    }
  }
}

TEST(WeightTest, KeepsDenormalsInfinitiesAndNansOfHalves) {
  Engine engine(machine_isa_tier());
  uint16_t halves[] = {0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e01, 0x0000, 0x8000, 0x3c00};
  gatun_weight* weight = weight_create(
      engine.device,
      describe(reinterpret_cast<std::byte*>(halves), sizeof(halves), GATUN_DTYPE_F16, 1, 8));
  float values[8];
  gatun_weight_rows all{};
  all.struct_size = sizeof(all);
  all.row_count = 1;
  all.values = values;
  all.byte_length = sizeof(values);
  weight_read(*weight, all);
  EXPECT_EQ(0x1p-24f, values[0]);
  EXPECT_EQ(-1023 * 0x1p-24f, values[1]);
  EXPECT_EQ(HUGE_VALF, values[2]);
  EXPECT_EQ(-HUGE_VALF, values[3]);
  EXPECT_TRUE(std::isnan(values[4]));
  EXPECT_EQ(0.0f, values[5]);
  EXPECT_TRUE(std::signbit(values[6]));
  EXPECT_EQ(1.0f, values[7]);
  weight_destroy(weight);
}

TEST(WeightTest, CountsAgainstTheBudgetAndGivesItBack) {
  gatun_device_options options = Engine::options(machine_isa_tier(), 1);
  options.memory_budget_bytes = 1 << 20;
  Device device(options);
  std::vector<std::byte> source(512 * 400 * 4);
  const int64_t before = allocated(device);
  gatun_weight* weight =
      weight_create(device, describe(source.data(), source.size(), GATUN_DTYPE_F32, 512, 400));
  gatun_weight_info info{};
  info.struct_size = sizeof(info);
  weight_query(*weight, info);
  EXPECT_EQ(before + info.packed_bytes, allocated(device));
  EXPECT_EQ(512 * 400 * 4, info.packed_bytes) << "f32 panels are as large as the file";
  EXPECT_EQ(512, info.rows);
  EXPECT_EQ(400, info.columns);
  EXPECT_NE(nullptr, std::strstr(info.implementation, "f32 panel")) << info.implementation;
  try {
    weight_create(device, describe(source.data(), source.size(), GATUN_DTYPE_F32, 512, 400));
    FAIL() << "expected the budget to be exhausted";
  } catch (const Error& e) {
    EXPECT_EQ(GATUN_STATUS_OUT_OF_MEMORY, e.status()) << e.what();
  }
  EXPECT_THROW(device.check_closable(), Error);
  weight_destroy(weight);
  EXPECT_EQ(before, allocated(device));
  device.check_closable();
}

// FAST holds plain weights in 8 bits per value and a scale per 32, below the tier with bf16 tiles.
TEST(WeightTest, HoldsEightBitsPerF32ValueInFastArithmetic) {
  constexpr int64_t kRows = 17;
  constexpr int64_t kColumns = 96;
  for (const IsaTier tier : {IsaTier::kAvx2, IsaTier::kAvx512, IsaTier::kAvx512Bf16}) {
    if (tier > machine_isa_tier()) continue;
    Engine engine(tier);
    std::vector<float> source(kRows * kColumns);
    for (size_t i = 0; i < source.size(); ++i)
      source[i] = std::sin(static_cast<float>(i)) * std::ldexp(1.0f, static_cast<int>(i / 97) - 8);
    source[5 * kColumns + 40] = NAN;
    gatun_weight_params params =
        describe(reinterpret_cast<std::byte*>(source.data()), source.size() * sizeof(float),
                 GATUN_DTYPE_F32, kRows, kColumns);
    params.arithmetic = GATUN_ARITHMETIC_FAST;
    gatun_weight* weight = weight_create(engine.device, params);
    gatun_weight_info info{};
    info.struct_size = sizeof(info);
    weight_query(*weight, info);
    EXPECT_NE(nullptr, std::strstr(info.implementation, "f32 as q8_0")) << info.implementation;
    EXPECT_EQ(2 * 16 * (kColumns + 2 * 4), info.packed_bytes) << "two panels, scales in 64 bytes";
    std::vector<float> values(source.size());
    gatun_weight_rows all{};
    all.struct_size = sizeof(all);
    all.row_count = kRows;
    all.values = values.data();
    all.byte_length = static_cast<int64_t>(values.size() * sizeof(float));
    weight_read(*weight, all);
    for (size_t block = 0; block < source.size(); block += 32) {
      float largest = 0;
      for (size_t i = block; i < block + 32; ++i) largest = std::max(largest, std::fabs(source[i]));
      const bool damaged = block <= 5 * kColumns + 40 && 5 * kColumns + 40 < block + 32;
      for (size_t i = block; i < block + 32; ++i) {
        if (damaged) {
          EXPECT_TRUE(std::isnan(values[i])) << i;
        } else {
          // Half a step of max / 127, and the f16 rounding of the step times at most 127 steps.
          EXPECT_NEAR(source[i], values[i], largest * (0.5f / 127 + 1.0f / 2048) + 1e-7f) << i;
        }
      }
    }
    weight_destroy(weight);
  }
}

// Rows that are not whole blocks of 32, and weights that ask for it, stay in 16 bits.
TEST(WeightTest, HoldsSixteenBitsWhereRowsAreNoWholeBlocksOrTheFlagIsSet) {
  Engine engine(std::min(machine_isa_tier(), IsaTier::kAvx512));
  std::vector<std::byte> source(64 * 96 * 4);
  for (const auto& [columns, flags] : {std::pair<int64_t, int32_t>{90, 0},
                                       {96, GATUN_WEIGHT_SIXTEEN_BITS},
                                       {96, GATUN_WEIGHT_SIXTEEN_BITS | 1}}) {
    gatun_weight_params params =
        describe(source.data(), source.size(), GATUN_DTYPE_F32, 64, columns);
    params.arithmetic = GATUN_ARITHMETIC_FAST;
    params.flags = flags;
    gatun_weight* weight = weight_create(engine.device, params);
    gatun_weight_info info{};
    info.struct_size = sizeof(info);
    weight_query(*weight, info);
    EXPECT_NE(nullptr, std::strstr(info.implementation, "bf16 panel")) << info.implementation;
    weight_destroy(weight);
  }
}

TEST(WeightTest, NamesWhatIsWrong) {
  Engine engine(machine_isa_tier());
  std::vector<std::byte> source(32 * 32 * 4);
  const auto message = [&](auto change) {
    gatun_weight_params params = describe(source.data(), source.size(), GATUN_DTYPE_F32, 32, 32);
    change(params);
    return failure(engine.device, params);
  };
  using P = gatun_weight_params;
  const auto expect = [](const std::string& text, const char* part) {
    EXPECT_NE(std::string::npos, text.find(part)) << text;
  };
  expect(message([](P& p) { p.dtype = 77; }), "weight_create: dtype 77");
  expect(message([](P& p) { p.arithmetic = 5; }), "weight_create: arithmetic is 5");
  expect(message([](P& p) { p.flags = 8; }), "weight_create: flags");
  expect(message([](P& p) { p.rows = 0; }), "rows and columns");
  expect(message([](P& p) { p.columns = -1; }), "rows and columns");
  expect(message([](P& p) { p.rows = int64_t{1} << 40; }), "rows and columns");
  expect(message([](P& p) { p.rows = p.columns = (int64_t{1} << 31) - 1; }), "bytes, expected");
  expect(message([](P& p) { p.rows = 33; }), "bytes, expected 33 rows of 128 bytes");
  expect(message([](P& p) { p.data = nullptr; }), "data is NULL");
  expect(message([](P& p) {
           p.dtype = GATUN_DTYPE_Q4_0;
           p.columns = 33;
         }),
         "a multiple of the block of 32");
}

TEST(WeightTest, RefusesRowsOutsideTheMatrix) {
  Engine engine(machine_isa_tier());
  const TestWeight weight(engine.device, weight_formats()[0], 20, 8, GATUN_ARITHMETIC_F32, 1);
  std::vector<float> values(20 * 8);
  const auto read = [&](int64_t first, int64_t count, int64_t bytes) {
    gatun_weight_rows rows{};
    rows.struct_size = sizeof(rows);
    rows.first_row = first;
    rows.row_count = count;
    rows.values = values.data();
    rows.byte_length = bytes;
    weight_read(*weight.get(), rows);
  };
  EXPECT_THROW(read(0, 21, 21 * 32), Error);
  EXPECT_THROW(read(-1, 1, 32), Error);
  EXPECT_THROW(read(20, 1, 32), Error);
  EXPECT_THROW(read(0, 2, 63), Error);
  read(18, 2, 64);
  EXPECT_EQ(0, std::memcmp(values.data(), weight.values().data() + 18 * 8, 64));
}

}  // namespace
}  // namespace gatun::test

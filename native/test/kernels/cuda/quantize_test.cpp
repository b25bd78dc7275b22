// SPDX-License-Identifier: Apache-2.0
// quantize and dequantize on the emulated device: the reference's bytes.
#include "kernels/cuda/quantize.h"

#include <bit>
#include <limits>

#include "harness.h"
#include "kernels/cuda/dequantize.h"

namespace gatun::cuda::test {
namespace {

struct Format {
  gatun_dtype dtype;
  std::size_t values, bytes;
};
constexpr Format kFormats[] = {
    {GATUN_DTYPE_F32, 1, 4},      {GATUN_DTYPE_F16, 1, 2},     {GATUN_DTYPE_BF16, 1, 2},
    {GATUN_DTYPE_Q4_0, 32, 18},   {GATUN_DTYPE_Q4_1, 32, 20},  {GATUN_DTYPE_Q5_0, 32, 22},
    {GATUN_DTYPE_Q5_1, 32, 24},   {GATUN_DTYPE_Q8_0, 32, 34},  {GATUN_DTYPE_Q4_K, 256, 144},
    {GATUN_DTYPE_Q5_K, 256, 176}, {GATUN_DTYPE_Q6_K, 256, 210}};
constexpr std::size_t kWritten = 8;  // of them the first that quantize knows

// Values to quantise: several scales, zeros of both signs, ties, infinities, a NaN.
std::vector<float> values_to_quantise(std::size_t count, gatun_dtype dtype) {
  auto x = normal_values(static_cast<int64_t>(count), 7);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t block = i / 32;
    if (block % 5 == 1) x[i] *= 1e-6f;
    if (block % 5 == 2) x[i] *= 1e4f;
    if (block % 5 == 3) x[i] = i % 3 == 0 ? 0.0f : -0.0f;
    if (block % 5 == 4) x[i] = static_cast<float>(static_cast<int>(i % 7)) - 3;
  }
  if (count > 500) {
    x[300] = std::numeric_limits<float>::infinity();
    x[340] = -std::numeric_limits<float>::infinity();
    const bool ranged = dtype == GATUN_DTYPE_Q4_1 || dtype == GATUN_DTYPE_Q5_1;
    if (!ranged) {
      x[384] = x[420] = std::numeric_limits<float>::quiet_NaN();
      // NaN of which rounding would make an infinity and a zero.
      x[416] = std::bit_cast<float>(0x7f800001U);
      x[417] = std::bit_cast<float>(0xffffffffU);
    }
    x[450] = 1e-41f;
    x[451] = 65519.9f;
  }
  return x;
}

TEST(CudaQuantize, GivesTheReferencesBytes) {
  for (std::size_t f = 0; f < kWritten; ++f) {
    const Format format = kFormats[f];
    for (const std::size_t blocks : {0u, 1u, 7u, 8u, 9u, 33u}) {
      for (const std::size_t shift : {0u, 1u, 16u}) {  // of the bytes
        const std::size_t count = blocks * 32;
        const auto x = values_to_quantise(count, format.dtype);
        const std::size_t bytes = count / format.values * format.bytes;
        std::vector<std::byte> expected(bytes + shift, std::byte{0x5a});
        reference::quantize(
            {x.data(), static_cast<int64_t>(count), format.dtype, expected.data() + shift},
            Team(0, 1, nullptr));
        const DeviceArray<float> dx(x);
        const auto got = same_for_all_orders(
            [&] {
              const DeviceArray<std::byte> y(
                  std::vector<std::byte>(bytes + shift, std::byte{0x5a}));
              EXPECT_EQ(
                  quantize({dx.data(), static_cast<int64_t>(count), format.dtype, y.data() + shift},
                           nullptr),
                  0);
              return y.read();
            },
            1);
        EXPECT_EQ(got, expected) << "dtype " << format.dtype << ", " << blocks << " blocks";
      }
    }
  }
}

TEST(CudaQuantize, RefusesWhatItCannotWrite) {
  EXPECT_EQ(quantize({nullptr, 256, GATUN_DTYPE_Q4_K, nullptr}, nullptr), kInvalidConfiguration);
}

TEST(CudaDequantize, GivesTheReferencesBits) {
  for (const Format& format : kFormats) {
    for (const std::size_t parts : {0u, 1u, 3u, 8u, 9u, 17u}) {
      for (const std::size_t shift : {0u, 1u, 2u}) {  // of the bytes
        const std::size_t blocks = parts * (format.values == 1 ? 37 : format.values == 32 ? 7 : 1);
        const std::size_t count = blocks * format.values, bytes = blocks * format.bytes;
        std::mt19937 random(static_cast<uint32_t>(bytes));
        std::vector<std::byte> x(bytes + shift);
        for (std::byte& b : x) b = static_cast<std::byte>(random());
        std::vector<float> expected(count);
        reference::dequantize(
            {x.data() + shift, format.dtype, static_cast<int64_t>(count), expected.data()},
            Team(0, 1, nullptr));
        const DeviceArray<std::byte> dx(x);
        const auto got = same_for_all_orders(
            [&] {
              const DeviceArray<float> y(count + shift % 2);
              EXPECT_EQ(dequantize({dx.data() + shift, format.dtype, static_cast<int64_t>(count),
                                    y.data() + shift % 2},
                                   nullptr),
                        0);
              const auto all = y.read();
              return std::vector<float>(all.begin() + static_cast<std::ptrdiff_t>(shift % 2),
                                        all.end());
            },
            1);
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_TRUE(std::memcmp(&got[i], &expected[i], 4) == 0 ||
                      (std::isnan(got[i]) && std::isnan(expected[i])))
              << "dtype " << format.dtype << " at " << i << ": " << got[i] << ", expected "
              << expected[i];
        }
      }
    }
  }
}

}  // namespace
}  // namespace gatun::cuda::test

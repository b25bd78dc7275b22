// SPDX-License-Identifier: Apache-2.0
// The operations quantize and dequantize: what they accept, and that their work is shared by
// threads without change.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun::test {
namespace {

struct Format {
  const char* name;
  gatun_dtype dtype;
  int64_t values, bytes;
  double step;  // largest error of a value in [-1, 1]
};
constexpr Format kFormats[] = {{"F32", GATUN_DTYPE_F32, 1, 4, 0},
                               {"F16", GATUN_DTYPE_F16, 1, 2, 0x1p-12},
                               {"BF16", GATUN_DTYPE_BF16, 1, 2, 0x1p-9},
                               {"Q4_0", GATUN_DTYPE_Q4_0, 32, 18, 1.0 / 8 + 1e-3},
                               {"Q4_1", GATUN_DTYPE_Q4_1, 32, 20, 1.0 / 15 + 2e-3},
                               {"Q5_0", GATUN_DTYPE_Q5_0, 32, 22, 1.0 / 16 + 1e-3},
                               {"Q5_1", GATUN_DTYPE_Q5_1, 32, 24, 1.0 / 31 + 2e-3},
                               {"Q8_0", GATUN_DTYPE_Q8_0, 32, 34, 0.5 / 127 + 1e-3}};

gatun_tensor vector_of(std::vector<float>& values) {
  gatun_tensor t{};
  t.data = values.data();
  t.byte_length = static_cast<int64_t>(values.size()) * 4;
  t.dtype = GATUN_DTYPE_F32;
  t.rank = 1;
  t.shape[0] = static_cast<int64_t>(values.size());
  t.stride[0] = 1;
  return t;
}

class QuantizeTest : public ::testing::Test {
 protected:
  static gatun_device_options options(int threads) {
    gatun_device_options o{};
    o.struct_size = sizeof(o);
    o.threads = threads;
    return o;
  }

  template <typename F>
  static std::string error_of(F f) {
    try {
      f();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  }
};

TEST_F(QuantizeTest, ThereAndBackWithinAStep) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> x(96 * 32);
  for (auto& v : x) v = uniform(random);
  for (const Format& format : kFormats) {
    std::vector<std::byte> expected;
    for (const int threads : {1, 2, 3}) {
      Device device(options(threads));
      Stream stream(device);
      const auto count = static_cast<int64_t>(x.size());
      std::vector<std::byte> blocks(static_cast<std::size_t>(count / format.values * format.bytes) +
                                    1);
      gatun_quantize_params q{};
      q.struct_size = sizeof(q);
      q.x = vector_of(x);
      q.y = blocks.data() + 1;  // blocks may lie anywhere
      q.y_byte_length = static_cast<int64_t>(blocks.size()) - 1;
      q.dtype = format.dtype;
      quantize_forward(stream, q);
      if (expected.empty()) expected = blocks;
      EXPECT_EQ(blocks, expected) << format.name << " with " << threads << " threads";

      std::vector<float> y(x.size(), 9.0f);
      gatun_dequantize_params d{};
      d.struct_size = sizeof(d);
      d.x = blocks.data() + 1;
      d.x_byte_length = static_cast<int64_t>(blocks.size()) - 1;
      d.dtype = format.dtype;
      d.y = vector_of(y);
      dequantize_forward(stream, d);
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_NEAR(y[i], x[i], format.step) << format.name << " " << i;
    }
  }
}

TEST_F(QuantizeTest, SaysWhatIsWrong) {
  Device device(options(1));
  Stream stream(device);
  std::vector<float> values(48);
  std::vector<std::byte> blocks(18);
  gatun_dequantize_params d{};
  d.struct_size = sizeof(d);
  d.x = blocks.data();
  d.x_byte_length = 18;
  d.dtype = GATUN_DTYPE_Q4_0;
  d.y = vector_of(values);
  EXPECT_EQ(
      error_of([&] { dequantize_forward(stream, d); }),
      "dequantize: y has shape [48], expected a multiple of the 32 values of a block of Q4_0");
  values.resize(64);
  d.y = vector_of(values);
  EXPECT_EQ(error_of([&] { dequantize_forward(stream, d); }),
            "dequantize: x has 18 bytes, expected 36 for 64 values of Q4_0");
  d.dtype = GATUN_DTYPE_I8;
  EXPECT_NE(error_of([&] {
              dequantize_forward(stream, d);
            }).find("dequantize: dtype is 24, expected F32"),
            std::string::npos);

  gatun_quantize_params q{};
  q.struct_size = sizeof(q);
  q.x = vector_of(values);
  q.y = blocks.data();
  q.y_byte_length = 18;
  q.dtype = GATUN_DTYPE_Q4_0;
  EXPECT_EQ(error_of([&] { quantize_forward(stream, q); }),
            "quantize: y has 18 bytes, expected 36 for 64 values of Q4_0");
  q.y = nullptr;
  EXPECT_EQ(error_of([&] { quantize_forward(stream, q); }),
            "quantize: y has 0 bytes, expected 36 for 64 values of Q4_0");
  q.dtype = GATUN_DTYPE_Q4_K;
  EXPECT_NE(
      error_of([&] { quantize_forward(stream, q); }).find("quantize: dtype is 12, expected F32"),
      std::string::npos);
}

}  // namespace
}  // namespace gatun::test

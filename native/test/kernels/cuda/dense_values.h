// SPDX-License-Identifier: Apache-2.0
// Matrices of the device as the tests of dense products make them.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>

#include "harness.h"
#include "kernels/cuda/linear_dense.h"
#include "kernels/float_to_half.h"

namespace gatun::cuda::test {

inline uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if (value != value) return 0x7fff;
  return static_cast<uint16_t>((bits + 0x7fffU + (bits >> 16 & 1U)) >> 16);
}
inline float from_bf16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}
inline float from_half(uint16_t bits) {  // of finite numbers
  const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  const float magnitude = exponent == 0
                              ? std::ldexp(static_cast<float>(mantissa), -24)
                              : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}
inline uint16_t to_sixteen_bits(gatun_dtype dtype, float value) {
  return dtype == GATUN_DTYPE_F16 ? gatun::float_to_half(value) : to_bf16(value);
}
// Values that 16 bits hold, as floats.
inline std::vector<float> rounded_to(gatun_dtype dtype, std::vector<float> values) {
  if (dtype == GATUN_DTYPE_F32) return values;
  for (float& v : values) {
    const uint16_t bits = to_sixteen_bits(dtype, v);
    v = dtype == GATUN_DTYPE_F16 && std::isfinite(v) ? from_half(bits) : from_bf16(to_bf16(v));
  }
  return values;
}

// Rows of f32 with a stride, at a distance from an aligned address; what lies between is NaN.
class Rows {
 public:
  Rows(const std::vector<float>& values, int rows, int columns, int stride, int offset = 0)
      : memory_(spread(values, rows, columns, stride, offset)), offset_(offset) {}
  float* data() const { return memory_.data() + offset_; }
  std::vector<float> all() const { return memory_.read(); }

 private:
  static std::vector<float> spread(
      const std::vector<float>& values, int rows, int columns, int stride, int offset) {
    std::vector<float> memory(
        static_cast<std::size_t>(offset) + matrix_elements(rows, columns, stride), std::nanf(""));
    for (int r = 0; r < rows; ++r)
      std::copy_n(values.begin() + int64_t{r} * columns, columns,
                  memory.begin() + offset + int64_t{r} * stride);
    return memory;
  }
  DeviceArray<float> memory_;
  int offset_;
};

inline std::vector<float> to_panels(const std::vector<float>& values, int rows, int columns) {
  std::vector<float> panels(static_cast<std::size_t>((rows + 15) / 16 * 16 * columns));
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      panels[static_cast<std::size_t>((r / 16 * columns + c) * 16 + r % 16)] =
          values[static_cast<std::size_t>(r * columns + c)];
  return panels;
}

// Rows of 16 bits, padded with zeros to a multiple of 8.
inline std::vector<uint16_t> sixteen_bit_rows(gatun_dtype dtype,
                                              const std::vector<float>& values,
                                              int rows,
                                              int columns) {
  const int stride = (columns + 7) / 8 * 8;
  std::vector<uint16_t> out(static_cast<std::size_t>(rows * stride));
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      out[static_cast<std::size_t>(r * stride + c)] =
          to_sixteen_bits(dtype, values[static_cast<std::size_t>(r * columns + c)]);
  return out;
}

// A weight as the kernels hold it, and the values that it then has.
class TestWeight {
 public:
  TestWeight(gatun_dtype dtype, bool panels, int rows, int columns, uint32_t seed)
      : values(rounded_to(dtype, normal_values(int64_t{rows} * columns, seed))),
        floats_(dtype != GATUN_DTYPE_F32 ? std::vector<float>{}
                : panels                 ? to_panels(values, rows, columns)
                                         : values),
        halves_(dtype == GATUN_DTYPE_F32 ? std::vector<uint16_t>{}
                                         : sixteen_bit_rows(dtype, values, rows, columns)) {
    device.data = dtype == GATUN_DTYPE_F32 ? static_cast<const void*>(floats_.data())
                                           : static_cast<const void*>(halves_.data());
    device.stride = dtype == GATUN_DTYPE_F32 ? columns : (columns + 7) / 8 * 8;
    device.rows = rows;
    device.columns = columns;
    device.dtype = dtype;
    device.panels = panels ? 1 : 0;
  }
  const std::vector<float> values;  // [rows, columns]
  DenseWeight device{};

 private:
  DeviceArray<float> floats_;
  DeviceArray<uint16_t> halves_;
};

// x as round_rows writes it.
inline std::vector<uint16_t> device_rounded(const RoundRowsArgs& from, DeviceArray<uint16_t>& out) {
  RoundRowsArgs args = from;
  args.out = out.data();
  args.out_stride = (args.columns + 7) / 8 * 8;
  EXPECT_EQ(round_rows(args, nullptr), 0);
  expect_no_findings();
  return out.read();
}

}  // namespace gatun::cuda::test

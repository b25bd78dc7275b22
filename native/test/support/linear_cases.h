// SPDX-License-Identifier: Apache-2.0
// What the tests of products share: devices by tier, random weights of every storage format,
// tensors over vectors, and the error that a product may have.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "kernels/cpu/packed_weight.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun::test {

// A device of a tier; skip_reason is not empty where the machine lacks it.
inline std::string skip_reason(IsaTier tier) {
  if (tier <= machine_isa_tier()) return "";
  std::string reason = std::string("tier ") + isa_tier_name(tier) + ": not on this machine";
  if (tier == IsaTier::kAmx) reason += " (software twin tested instead)";
  return reason;
}

struct Engine {
  explicit Engine(IsaTier tier, int threads = 2) : device(options(tier, threads)), stream(device) {}
  static gatun_device_options options(IsaTier tier, int threads) {
    gatun_device_options o{};
    o.struct_size = sizeof(o);
    o.isa = static_cast<int32_t>(tier);
    o.threads = threads;
    return o;
  }
  Device device;
  Stream stream;
};

struct WeightFormat {
  gatun_dtype dtype;
  const char* name;
  int64_t block_values;
  int64_t block_bytes;
  int scale_offsets[2];  // of f16 scales in a block; -1: none
};

inline const std::vector<WeightFormat>& weight_formats() {
  static const std::vector<WeightFormat> formats{
      {GATUN_DTYPE_F32, "f32", 1, 4, {-1, -1}},        {GATUN_DTYPE_F16, "f16", 1, 2, {-1, -1}},
      {GATUN_DTYPE_BF16, "bf16", 1, 2, {-1, -1}},      {GATUN_DTYPE_Q4_0, "q4_0", 32, 18, {0, -1}},
      {GATUN_DTYPE_Q4_1, "q4_1", 32, 20, {0, 2}},      {GATUN_DTYPE_Q5_0, "q5_0", 32, 22, {0, -1}},
      {GATUN_DTYPE_Q5_1, "q5_1", 32, 24, {0, 2}},      {GATUN_DTYPE_Q8_0, "q8_0", 32, 34, {0, -1}},
      {GATUN_DTYPE_Q4_K, "q4_k", 256, 144, {0, 2}},    {GATUN_DTYPE_Q5_K, "q5_k", 256, 176, {0, 2}},
      {GATUN_DTYPE_Q6_K, "q6_k", 256, 210, {208, -1}},
  };
  return formats;
}

// Half of a positive normal number, without rounding care.
inline uint16_t half_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<uint16_t>(((bits >> 16) & 0x8000U) | ((((bits >> 23) & 0xffU) - 112U) << 10) |
                               ((bits >> 13) & 0x3ffU));
}

// A matrix [rows, columns] in a storage format with values of the order of 1.
inline std::vector<std::byte> random_weight(const WeightFormat& format,
                                            int64_t rows,
                                            int64_t columns,
                                            uint32_t seed) {
  std::mt19937 random(seed);
  const int64_t blocks = rows * (columns / format.block_values);
  std::vector<std::byte> bytes(static_cast<size_t>(blocks * format.block_bytes));
  std::uniform_real_distribution<float> uniform(-1, 1);
  if (format.block_values == 1) {
    for (int64_t i = 0; i < blocks; ++i) {
      float value = uniform(random);
      if (std::fabs(value) < 0.001f) value = 0.001f;
      uint32_t bits;
      std::memcpy(&bits, &value, 4);
      const uint16_t brief =
          format.dtype == GATUN_DTYPE_F16 ? half_bits(value) : static_cast<uint16_t>(bits >> 16);
      const bool full = format.dtype == GATUN_DTYPE_F32;
      std::memcpy(bytes.data() + i * format.block_bytes,
                  full ? static_cast<const void*>(&value) : &brief,
                  static_cast<size_t>(format.block_bytes));
    }
    return bytes;
  }
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  for (int64_t b = 0; b < blocks; ++b) {
    for (const int offset : format.scale_offsets) {
      if (offset < 0) continue;
      const uint16_t scale = half_bits(0.001f * (1.5f + uniform(random)));
      std::memcpy(bytes.data() + b * format.block_bytes + offset, &scale, 2);
    }
  }
  return bytes;
}

inline std::vector<float> random_floats(int64_t count, uint32_t seed, float range = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-range, range);
  std::vector<float> values(static_cast<size_t>(count));
  for (auto& value : values) value = uniform(random);
  return values;
}

inline gatun_tensor matrix_view(float* data, int64_t rows, int64_t columns, int64_t stride) {
  gatun_tensor t{};
  t.data = data;
  t.byte_length = rows == 0 ? 0 : ((rows - 1) * stride + columns) * 4;
  t.dtype = GATUN_DTYPE_F32;
  t.rank = 2;
  t.shape[0] = rows;
  t.shape[1] = columns;
  t.stride[0] = stride;
  t.stride[1] = 1;
  return t;
}
inline gatun_tensor matrix_view(std::vector<float>& data, int64_t rows, int64_t columns) {
  return matrix_view(data.data(), rows, columns, columns);
}
inline gatun_tensor vector_view(void* data, int64_t length, gatun_dtype dtype = GATUN_DTYPE_F32) {
  gatun_tensor t{};
  t.data = data;
  t.byte_length = length * 4;
  t.dtype = dtype;
  t.rank = 1;
  t.shape[0] = length;
  t.stride[0] = 1;
  return t;
}

// An owned weight and its values as its packed form defines them.
class TestWeight {
 public:
  TestWeight(Device& device,
             const WeightFormat& format,
             int64_t rows,
             int64_t columns,
             int32_t arithmetic,
             uint32_t seed,
             int32_t flags = 0)
      : TestWeight(device,
                   format.dtype,
                   random_weight(format, rows, columns, seed),
                   rows,
                   columns,
                   arithmetic,
                   flags) {}

  TestWeight(Device& device,
             gatun_dtype dtype,
             const std::vector<std::byte>& source,
             int64_t rows,
             int64_t columns,
             int32_t arithmetic,
             int32_t flags = 0) {
    gatun_weight_params params{};
    params.struct_size = sizeof(params);
    params.data = source.data();
    params.byte_length = static_cast<int64_t>(source.size());
    params.dtype = dtype;
    params.arithmetic = arithmetic;
    params.rows = rows;
    params.columns = columns;
    params.flags = flags;
    weight_.reset(weight_create(device, params));
    values_.resize(static_cast<size_t>(rows * columns));
    gatun_weight_rows all{};
    all.struct_size = sizeof(all);
    all.row_count = rows;
    all.values = values_.data();
    all.byte_length = rows * columns * 4;
    weight_read(*weight_, all);
  }

  const gatun_weight* get() const { return weight_.get(); }
  const std::vector<float>& values() const { return values_; }  // [rows, columns]
  const cpu::MatmulFormat& format() const { return *packed_weight(*weight_).format; }

 private:
  struct Destroy {
    void operator()(gatun_weight* w) const { weight_destroy(w); }
  };
  std::unique_ptr<gatun_weight, Destroy> weight_;
  std::vector<float> values_;
};

// sum_k x[k] w[k] in double, and how far a product of these activations may be from it.
struct Expected {
  double sum = 0;
  double tolerance = 0;
};

inline Expected expected_dot(const float* x,
                             const float* w,
                             int64_t columns,
                             cpu::ActivationKind activation) {
  constexpr double kUnit = 1.0 / (1 << 24);
  Expected e;
  double magnitude = 0;
  for (int64_t begin = 0; begin < columns; begin += 32) {
    double largest = 0;
    double weights = 0;
    for (int64_t k = begin; k < std::min(begin + 32, columns); ++k) {
      e.sum += double{x[k]} * double{w[k]};
      magnitude += std::fabs(double{x[k]} * double{w[k]});
      largest = std::max(largest, std::fabs(double{x[k]}));
      weights += std::fabs(double{w[k]});
    }
    // Codes are off by at most half a step; 1.01: the scale itself is rounded.
    if (activation == cpu::ActivationKind::kInt8)
      e.tolerance += 1.01 * 0.5 * largest / 127 * weights;
  }
  if (activation == cpu::ActivationKind::kBf16)
    e.tolerance += magnitude / 256;  // half a unit of 8 bits, both halves
  // The classic bound of a chain of `columns` roundings.
  e.tolerance += static_cast<double>(columns + 4) * kUnit * magnitude + 1e-30;
  // Block formats combine codes, scales and minima of the same block: their terms may be larger
  // than the products.
  if (activation == cpu::ActivationKind::kInt8) e.tolerance *= 1.05;
  return e;
}

}  // namespace gatun::test

// SPDX-License-Identifier: Apache-2.0
// What the tests of row operations share: the tiers of the machine, matrices that end at a guard
// page, and the cases.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gatun/ops.h"
#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"
#include "support/guard_page.h"
#include "support/row_widths.h"

namespace gatun::test {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
inline constexpr double kEpsilon = 5.97e-8;  // half a unit in the last place of f32, relative

// [rows, columns] f32 or i32 whose last element ends at a guard page. Rows are `stride` elements
// apart, so most of them start misaligned by a multiple of 4 bytes.
template <typename T>
class Matrix {
 public:
  Matrix(int64_t rows, int64_t columns, int64_t stride)
      : rows_(rows), columns_(columns), stride_(stride), memory_(elements(rows, columns, stride)) {}
  Matrix(int64_t rows, int64_t columns) : Matrix(rows, columns, columns) {}

  T& at(int64_t row, int64_t column) {
    return memory_[static_cast<size_t>(row * stride_ + column)];
  }
  int64_t rows() const { return rows_; }
  int64_t columns() const { return columns_; }

  void fill(uint32_t seed, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, scale);
    for (int64_t r = 0; r < rows_; ++r) {
      for (int64_t c = 0; c < columns_; ++c) at(r, c) = static_cast<T>(normal(random));
    }
  }
  void set_all(T value) {
    for (size_t i = 0; i < memory_.size(); ++i) memory_[i] = value;
  }

  gatun_tensor view() {
    gatun_tensor tensor = vector_view();
    tensor.rank = 2;
    tensor.shape[0] = rows_;
    tensor.shape[1] = columns_;
    tensor.stride[0] = stride_;
    tensor.stride[1] = 1;
    return tensor;
  }
  // A single row as [columns], or a single column as [rows].
  gatun_tensor vector_view() {
    gatun_tensor tensor{};
    tensor.data = memory_.data();
    tensor.byte_length = static_cast<int64_t>(memory_.size() * sizeof(T));
    tensor.dtype = std::is_same_v<T, float> ? GATUN_DTYPE_F32 : GATUN_DTYPE_I32;
    tensor.rank = 1;
    tensor.shape[0] = rows_ == 1 ? columns_ : rows_;
    tensor.stride[0] = 1;
    return tensor;
  }
  std::vector<T> values() {
    std::vector<T> all;
    for (int64_t r = 0; r < rows_; ++r) {
      for (int64_t c = 0; c < columns_; ++c) all.push_back(at(r, c));
    }
    return all;
  }

 private:
  static size_t elements(int64_t rows, int64_t columns, int64_t stride) {
    return rows == 0 || columns == 0 ? 0 : static_cast<size_t>((rows - 1) * stride + columns);
  }

  int64_t rows_, columns_, stride_;
  GuardedArray<T> memory_;
};

inline bool same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

// Both NaN, both the same infinity, or within `tolerance`.
inline void expect_close(float got, double expected, double tolerance, const std::string& where) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(got)) << where << ": got " << got << ", expected NaN";
  } else if (std::isinf(static_cast<float>(expected))) {
    EXPECT_EQ(got, static_cast<float>(expected)) << where;
  } else {
    EXPECT_LE(std::fabs(got - expected), tolerance)
        << where << ": got " << got << ", expected " << expected;
  }
}

class RowDevice {
 public:
  RowDevice(IsaTier tier, int threads) : device_(options(tier, threads)), stream_(device_) {}
  Device& device() { return device_; }
  Stream& stream() { return stream_; }

 private:
  static gatun_device_options options(IsaTier tier, int threads) {
    gatun_device_options o{};
    o.struct_size = sizeof(o);
    o.isa = static_cast<int32_t>(tier);
    o.threads = threads;
    return o;
  }
  Device device_;
  Stream stream_;
};

// Runs over every tier; one that the machine lacks is skipped by name.
class RowOperationTest : public ::testing::TestWithParam<IsaTier> {
 protected:
  void SetUp() override {
    if (GetParam() > machine_isa_tier()) {
      GTEST_SKIP() << "tier " << isa_tier_name(GetParam())
                   << ": not on this machine, whose best is " << isa_tier_name(machine_isa_tier());
    }
  }

  // run(stream, result) with 1 to 4 threads must give the same bytes; returns them.
  template <typename Run>
  std::vector<float> same_for_all_threads(Run run) {
    std::vector<float> first;
    for (const int threads : {1, 2, 3, 4}) {
      RowDevice device(GetParam(), threads);
      const std::vector<float> result = run(device.stream());
      if (threads == 1) first = result;
      EXPECT_TRUE(same_bytes(first, result)) << threads << " threads";
    }
    return first;
  }
};

inline std::string tier_name(const ::testing::TestParamInfo<IsaTier>& info) {
  return isa_tier_name(info.param);
}

#define GATUN_FOR_EVERY_TIER(Suite)                                                               \
  INSTANTIATE_TEST_SUITE_P(Tiers, Suite,                                                          \
                           ::testing::Values(IsaTier::kGeneric, IsaTier::kAvx2, IsaTier::kAvx512, \
                                             IsaTier::kAvx512Bf16, IsaTier::kAmx),                \
                           ::gatun::test::tier_name)

// The message of the Error that `body` throws.
template <typename Body>
std::string failure_of(Body body, gatun_status expected = GATUN_STATUS_INVALID_ARGUMENT) {
  try {
    body();
  } catch (const Error& e) {
    EXPECT_EQ(e.status(), expected) << e.what();
    return e.what();
  }
  return "no error";
}

}  // namespace gatun::test

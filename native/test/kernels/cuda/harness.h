// SPDX-License-Identifier: Apache-2.0
// What the tests of CUDA kernels share: arrays of the device, and runs that must agree to the bit.
// On the emulated device these are runs under several orders of blocks and threads that leave no
// findings; where nvcc compiles the tests, they are repetitions on a GPU.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#if defined(__CUDACC__)
#include <cuda_runtime.h>
#else
#include "simt/machine.h"
#endif

namespace gatun::cuda::test {

#if defined(__CUDACC__)

template <typename T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    EXPECT_EQ(cudaMalloc(&data_, count > 0 ? count * sizeof(T) : 1), cudaSuccess);
    EXPECT_EQ(cudaMemset(data_, 0xff, count * sizeof(T)), cudaSuccess);  // NaN, -1
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) { write(values); }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() const { return data_; }
  void write(const std::vector<T>& values) {
    EXPECT_EQ(cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice),
              cudaSuccess);
  }
  std::vector<T> read() const {
    std::vector<T> values(count_);
    EXPECT_EQ(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost),
              cudaSuccess);
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

// Of the GPU that the tests run on, 90: 9.0.
inline bool has_capability(int capability) {
  int device = 0;
  cudaDeviceProp properties{};
  return cudaGetDevice(&device) == cudaSuccess &&
         cudaGetDeviceProperties(&properties, device) == cudaSuccess &&
         10 * properties.major + properties.minor == capability;
}

inline void expect_no_findings() {
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess) << cudaGetErrorString(cudaGetLastError());
}

// run() launches and returns what the kernel wrote; the same bytes each time.
template <typename Run>
auto same_for_all_orders(Run run, int = 0) -> decltype(run()) {
  const auto first = run();
  expect_no_findings();
  const auto second = run();
  EXPECT_TRUE(first.size() == second.size() &&
              (first.empty() ||
               std::memcmp(first.data(), second.data(), first.size() * sizeof(first[0])) == 0))
      << "two runs differ";
  return first;
}

template <typename Call>
void expect_refusals_reported(Call) {}  // a GPU takes them all

#else

// An array of the device, exactly as long as its elements, initialised from the host or not at all.
template <typename T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t count) : count_(count) {
    data_ = static_cast<T*>(machine().allocate(count * sizeof(T)));
    EXPECT_NE(data_, nullptr) << "the emulated device is full";
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) { write(values); }
  ~DeviceArray() { machine().release(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() const { return data_; }
  void write(const std::vector<T>& values) {
    if (!values.empty()) std::memcpy(data_, values.data(), values.size() * sizeof(T));
    machine().host_wrote(data_, count_ * sizeof(T));
  }
  std::vector<T> read() const { return std::vector<T>(data_, data_ + count_); }

 private:
  static simt::Machine& machine() { return simt::Machine::instance(); }
  T* data_ = nullptr;
  std::size_t count_;
};

// For tests of what the emulation makes of plain accesses.
#define GATUN_NEEDS_WATCHED_ACCESSES() \
  if (!simt::kPlainAccessesSeen)       \
  GTEST_SKIP() << "the address sanitizer watches plain accesses here, not the emulation"

inline bool has_capability(int) {  // the emulation runs them all
  return true;
}

inline void expect_no_findings() {
  for (const simt::Finding& finding : simt::Machine::instance().take_findings())
    ADD_FAILURE() << finding.message();
}

inline std::vector<simt::Schedule> schedules(int shuffled) {
  std::vector<simt::Schedule> all{{simt::Schedule::Order::kForward, 0},
                                  {simt::Schedule::Order::kReverse, 0}};
  for (int s = 1; s <= shuffled; ++s)
    all.push_back({simt::Schedule::Order::kShuffled, static_cast<uint32_t>(s)});
  return all;
}

// run() launches and returns what the kernel wrote; the same bytes for every order.
template <typename Run>
auto same_for_all_orders(Run run, int shuffled = 2) -> decltype(run()) {
  decltype(run()) first;
  bool have = false;
  for (const simt::Schedule& schedule : schedules(shuffled)) {
    simt::Machine::instance().schedule = schedule;
    const auto result = run();
    expect_no_findings();
    if (!have) {
      first = result;
      have = true;
    } else {
      EXPECT_TRUE(first.size() == result.size() &&
                  (first.empty() ||
                   std::memcmp(first.data(), result.data(), first.size() * sizeof(first[0])) == 0))
          << "the result depends on the order of blocks and threads";
    }
  }
  simt::Machine::instance().schedule = {};
  return first;
}

// call() says so whichever of its launches the device refuses, and starts none behind it. Tried for
// the first call of a test.
template <typename Call>
void expect_refusals_reported(Call call) {
  static const ::testing::TestInfo* tried = nullptr;
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (std::exchange(tried, test) == test) return;
  simt::Machine& machine = simt::Machine::instance();
  const int64_t before = machine.launches();
  EXPECT_EQ(call(), 0);
  const int64_t count = machine.launches() - before;
  EXPECT_GT(count, 0);
  for (int64_t refused = 0; refused < count; ++refused) {
    const int64_t started = machine.launches();
    machine.launches_before_refusal = refused;
    EXPECT_NE(call(), 0) << "launch " << refused;
    EXPECT_EQ(machine.launches() - started, refused);
  }
  expect_no_findings();
}

#endif

inline std::vector<float> normal_values(int64_t count, uint32_t seed, float scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = normal(random);
  return values;
}

inline std::size_t matrix_elements(int64_t rows, int64_t columns, int64_t stride) {
  return rows == 0 || columns == 0 ? 0 : static_cast<std::size_t>((rows - 1) * stride + columns);
}

// Both NaN, both the same infinity, or within `tolerance`.
inline void expect_close(double got, double expected, double tolerance, const std::string& where) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(got)) << where << ": got " << got << ", expected NaN";
  } else if (std::isinf(expected)) {
    EXPECT_EQ(got, expected) << where;
  } else {
    EXPECT_LE(std::fabs(got - expected), tolerance)
        << where << ": got " << got << ", expected " << expected;
  }
}

}  // namespace gatun::cuda::test

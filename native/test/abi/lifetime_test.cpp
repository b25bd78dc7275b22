// SPDX-License-Identifier: Apache-2.0
// Whatever is opened through the C ABI is given back: memory stays flat over many lives.
#include <gtest/gtest.h>
#include <unistd.h>
#include <xmmintrin.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "gatun/device.h"
#include "gatun/ops.h"
#include "gatun/stream.h"
#include "gatun/weight.h"

namespace gatun {
namespace {

// Sanitizers keep freed memory and count leaks themselves, at the end of the program.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasured = false;
constexpr int kCycles = 50;
#else
constexpr bool kMeasured = true;
constexpr int kCycles = 1000;
#endif

int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

constexpr int64_t kRows = 300, kColumns = 1024;  // 1.2 MB of weights: mapped, not from the heap

gatun_tensor matrix(std::vector<float>& data, int64_t rows, int64_t columns) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = static_cast<int64_t>(data.size() * sizeof(float));
  t.dtype = GATUN_DTYPE_F32;
  t.rank = 2;
  t.shape[0] = rows;
  t.shape[1] = columns;
  t.stride[0] = columns;
  t.stride[1] = 1;
  return t;
}

// Opens a device, packs a weight, runs it directly and recorded, fails once, and closes everything.
void live_once(const std::vector<float>& values) {
  const unsigned mode = _mm_getcsr() & ~0x3fu;  // without the flags that stick
  gatun_error error{};
  gatun_device_options options{};
  options.struct_size = sizeof(options);
  options.threads = 2;
  options.memory_budget_bytes = 8 << 20;
  gatun_device* device = nullptr;
  ASSERT_EQ(gatun_device_open(&options, &device, &error), GATUN_STATUS_OK) << error.message;
  gatun_weight_params params{};
  params.struct_size = sizeof(params);
  params.data = values.data();
  params.byte_length = static_cast<int64_t>(values.size() * sizeof(float));
  params.dtype = GATUN_DTYPE_F32;
  params.arithmetic = GATUN_ARITHMETIC_FAST;
  params.rows = kRows;
  params.columns = kColumns;
  ASSERT_EQ(gatun_weight_create(device, &params, &error), GATUN_STATUS_OK) << error.message;
  gatun_stream* stream = nullptr;
  ASSERT_EQ(gatun_stream_create(device, &stream, &error), GATUN_STATUS_OK) << error.message;
  gatun_buffer buffer{};
  buffer.struct_size = sizeof(buffer);
  buffer.byte_length = 2 << 20;
  ASSERT_EQ(gatun_buffer_allocate(device, &buffer, &error), GATUN_STATUS_OK) << error.message;

  std::vector<float> x(static_cast<size_t>(3 * kColumns), 0.5f), y(static_cast<size_t>(3 * kRows));
  gatun_linear_params linear{};
  linear.struct_size = sizeof(linear);
  linear.x = matrix(x, 3, kColumns);
  linear.weight[0] = params.weight;
  linear.y[0] = matrix(y, 3, kRows);
  ASSERT_EQ(gatun_linear_forward(stream, &linear, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_graph_begin(stream, nullptr, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_linear_forward(stream, &linear, &error), GATUN_STATUS_OK) << error.message;
  gatun_graph* graph = nullptr;
  ASSERT_EQ(gatun_graph_end(stream, &graph, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_graph_replay(stream, graph, &error), GATUN_STATUS_OK) << error.message;
  linear.x.rank = 1;
  ASSERT_EQ(gatun_linear_forward(stream, &linear, &error), GATUN_STATUS_INVALID_ARGUMENT);

  // Beyond the budget: nothing is taken, and the numbers and the knob are named.
  gatun_buffer large{};
  large.struct_size = sizeof(large);
  large.byte_length = 7 << 20;
  ASSERT_EQ(gatun_buffer_allocate(device, &large, &error), GATUN_STATUS_OUT_OF_MEMORY);
  const std::string message(error.message);
  EXPECT_NE(message.find("needs 7340032 bytes (7 MiB)"), std::string::npos) << message;
  EXPECT_NE(message.find("are free of the device's budget of 8388608 bytes"), std::string::npos)
      << message;
  EXPECT_NE(message.find("raise memory_budget_bytes"), std::string::npos) << message;

  ASSERT_EQ(gatun_buffer_free(device, &buffer, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_graph_destroy(graph, nullptr, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_stream_destroy(stream, nullptr, &error), GATUN_STATUS_OK) << error.message;
  ASSERT_EQ(gatun_weight_destroy(params.weight, nullptr, &error), GATUN_STATUS_OK) << error.message;
  gatun_device_info info{};
  info.struct_size = sizeof(info);
  ASSERT_EQ(gatun_device_query(device, &info, &error), GATUN_STATUS_OK) << error.message;
  EXPECT_EQ(info.allocated_bytes, 0);
  EXPECT_EQ(_mm_getcsr() & ~0x3fu, mode) << "the caller's denormals and rounding are its own";
  ASSERT_EQ(gatun_device_close(device, nullptr, &error), GATUN_STATUS_OK) << error.message;
}

TEST(LifetimeTest, ResidentMemoryStaysFlatOverManyDevices) {
  const std::vector<float> values(static_cast<size_t>(kRows * kColumns), 0.25f);
  const int warm = kCycles / 10;
  int64_t before = 0;
  for (int cycle = 0; cycle < kCycles + warm; ++cycle) {
    if (cycle == warm) before = resident_bytes();
    live_once(values);
    if (HasFatalFailure()) return;
  }
  // A lost weight, buffer or thread stack a cycle would be hundreds of MB; a lost 1 kB, one MB.
  if (kMeasured) {
    EXPECT_LT(resident_bytes() - before, int64_t{1} << 20);
  }
}

}  // namespace
}  // namespace gatun

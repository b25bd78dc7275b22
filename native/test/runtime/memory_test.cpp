// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "runtime/error.h"

namespace gatun {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

std::string failure(MemoryBudget& memory, int64_t bytes, gatun_status expected) {
  try {
    memory.release(memory.allocate(bytes, "test: block"), bytes);
  } catch (const Error& e) {
    EXPECT_EQ(e.status(), expected);
    return e.what();
  }
  ADD_FAILURE() << bytes << " bytes were allocated";
  return "";
}

TEST(MemoryBudgetTest, BlocksAreAlignedZeroedAndCounted) {
  MemoryBudget memory(0);
  int64_t peak = 0;
  for (const int64_t bytes :
       {int64_t{1}, int64_t{63}, int64_t{64}, int64_t{4097}, kMiB - 1, kMiB, 3 * kMiB + 5}) {
    auto* data = static_cast<unsigned char*>(memory.allocate(bytes, "test: block"));
    const int64_t alignment = bytes >= kMiB ? 2 * kMiB : 64;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % static_cast<uintptr_t>(alignment), 0u) << bytes;
    int64_t sum = 0;
    for (int64_t i = 0; i < bytes; ++i) sum += data[i];
    EXPECT_EQ(sum, 0);
    data[0] = data[bytes - 1] =
        1;  // the block is ours to the end; the next one must come zeroed all the same
    EXPECT_EQ(memory.allocated_bytes(), bytes);
    peak = std::max(peak, bytes);
    EXPECT_EQ(memory.peak_bytes(), peak);
    memory.release(data, bytes);
    EXPECT_EQ(memory.allocated_bytes(), 0);
  }
  memory.release(nullptr, 5);
  EXPECT_EQ(memory.allocated_bytes(), 0);
}

TEST(MemoryBudgetTest, BeyondTheBudgetNothingIsAllocatedAndTheMessageHasTheNumbers) {
  MemoryBudget memory(3 * kMiB);
  void* half = memory.allocate(2 * kMiB, "test: half");
  EXPECT_EQ(failure(memory, kMiB + 1, GATUN_STATUS_OUT_OF_MEMORY),
            "test: block: needs 1048577 bytes (1 MiB), but only 1048576 bytes (1 MiB) are free of "
            "the device's budget "
            "of 3145728 bytes (3 MiB); raise memory_budget_bytes or free what is no longer used");
  EXPECT_EQ(memory.allocated_bytes(), 2 * kMiB);
  void* rest = memory.allocate(kMiB, "test: rest");
  memory.release(rest, kMiB);
  memory.release(half, 2 * kMiB);
  EXPECT_EQ(memory.peak_bytes(), 3 * kMiB);
}

// The kernel would promise this much and end the process when it is written.
TEST(MemoryBudgetTest, MoreThanTheMachineHasIsRefused) {
  MemoryBudget memory(0);
  const std::string message = failure(memory, int64_t{1} << 45, GATUN_STATUS_OUT_OF_MEMORY);
  EXPECT_NE(message.find("test: block: needs 35184372088832 bytes"), std::string::npos) << message;
  EXPECT_NE(message.find("free"), std::string::npos) << message;
  EXPECT_NE(message.find("memory_budget_bytes"), std::string::npos) << message;
  EXPECT_EQ(memory.allocated_bytes(), 0);
}

TEST(MemoryBudgetTest, SizesThatAreNoSizesAreInvalid) {
  MemoryBudget memory(0);
  for (const int64_t bytes : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_NE(failure(memory, bytes, GATUN_STATUS_INVALID_ARGUMENT).find("byte_length"),
              std::string::npos);
  }
}

TEST(MemoryBudgetTest, ConcurrentCallersNeverExceedTheBudget) {
  constexpr int64_t kLimit = 10000;
  MemoryBudget memory(kLimit);
  std::atomic<int64_t> refused{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        try {
          memory.release(memory.allocate(4000, "test: block"), 4000);
        } catch (const Error&) {
          refused.fetch_add(1);
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(memory.allocated_bytes(), 0);
  EXPECT_LE(memory.peak_bytes(), kLimit);
}

TEST(AvailableMemoryTest, IsPositive) {
  EXPECT_GT(available_memory_bytes(), 0);
}

}  // namespace
}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Zeroed, aligned memory from the system, counted against a budget.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gatun {

// Where a device's memory lies; on a CPU there is no difference.
enum class Placement : int32_t {
  kDevice,
  kHostVisible,  // host and device read and write it at the same address
};

// Memory that the system can give without starting to swap or to end processes: what the machine
// has available, cut by what is left in the memory limit of the process's control group. INT64_MAX
// where neither can be read.
int64_t available_memory_bytes();

// Thread-safe. Blocks are 64-byte aligned; from 1 MiB on 2 MiB aligned, and the kernel is asked for
// huge pages.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Throws OUT_OF_MEMORY with what is needed, what is free and what to change. `purpose` names
  // operation and argument, for instance "weight_create: packed panels". bytes > 0.
  void* allocate(int64_t bytes, const char* purpose);
  // `bytes` as given to allocate(). Null is harmless.
  void release(void* data, int64_t bytes) noexcept;

  // The same size of zeroed addresses: pages take memory once they are touched; not counted.
  static void* map_addresses(int64_t bytes, const char* purpose);
  static void unmap_addresses(void* data, int64_t bytes) noexcept;
  // Counts memory that someone else gives: throws where the budget does not hold it.
  void reserve(int64_t bytes, const char* purpose);
  void give_back(int64_t bytes) noexcept { allocated_.fetch_sub(bytes, std::memory_order_relaxed); }

  int64_t limit_bytes() const { return limit_bytes_; }  // 0: none
  int64_t allocated_bytes() const { return allocated_.load(std::memory_order_relaxed); }
  int64_t peak_bytes() const { return peak_.load(std::memory_order_relaxed); }

 private:
  const int64_t limit_bytes_;
  std::atomic<int64_t> allocated_{0};
  std::atomic<int64_t> peak_{0};
};

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "runtime/error.h"
#include "runtime/text_file.h"

namespace gatun {
namespace {

constexpr int64_t kAlignment = 64;
constexpr int64_t kHugePage = int64_t{2} << 20;
constexpr int64_t kMappedFrom = int64_t{1} << 20;  // blocks from here on are mappings of their own
constexpr int64_t kCheckedFrom =
    int64_t{64} << 20;  // blocks from here on are compared with what the machine has
constexpr int64_t kPage = 4096;

int64_t round_up(int64_t bytes, int64_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

// The number behind `key` in a text of "key number" lines; `missing` where there is none ("max"
// included).
int64_t number_after(const std::string& text, const char* key, int64_t missing) {
  const size_t at = text.find(key);
  if (at == std::string::npos) return missing;
  const char* begin = text.c_str() + at + std::strlen(key);
  char* end = nullptr;
  const long long value = std::strtoll(begin, &end, 10);
  return end == begin ? missing : static_cast<int64_t>(value);
}

// Over-maps by one huge page and gives the ends back. Null where the system refuses.
void* map_aligned(int64_t bytes) {
  const auto length = static_cast<size_t>(round_up(bytes, kPage));
  const size_t mapped = length + static_cast<size_t>(kHugePage);
  void* start = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  auto* first = static_cast<std::byte*>(start);
  const auto misaligned = reinterpret_cast<uintptr_t>(start) % static_cast<uintptr_t>(kHugePage);
  const size_t head = misaligned == 0 ? 0 : static_cast<size_t>(kHugePage) - misaligned;
  const size_t tail = mapped - head - length;
  if (head > 0) munmap(first, head);
  if (tail > 0) munmap(first + head + length, tail);
  madvise(first + head, length, MADV_HUGEPAGE);  // advice: small pages do as well, only slower
  return first + head;
}

std::string describe(int64_t bytes) {
  return std::to_string(bytes) + " bytes (" + std::to_string(bytes >> 20) + " MiB)";
}

void check_length(int64_t bytes, const char* purpose) {
  constexpr int64_t kLargest =
      int64_t{1} << 46;  // beyond any address space; keeps sums of sizes from overflowing
  if (bytes <= 0 || bytes > kLargest) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT, std::string(purpose) + ": byte_length is " +
                                                   std::to_string(bytes) + ", expected 1 to " +
                                                   std::to_string(kLargest));
  }
}

}  // namespace

int64_t available_memory_bytes() {
  constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();
  int64_t available = number_after(read_text_file("/proc/meminfo"), "MemAvailable:", -1);
  available = available < 0 ? kUnknown : available * 1024;
  const int64_t limit = number_after(read_text_file("/sys/fs/cgroup/memory.max"), "", -1);
  if (limit >= 0) {
    const int64_t used = number_after(read_text_file("/sys/fs/cgroup/memory.current"), "", 0);
    // Pages of files that nobody reads are dropped before the limit bites.
    const int64_t droppable =
        number_after(read_text_file("/sys/fs/cgroup/memory.stat"), "inactive_file ", 0);
    available = std::min(available, std::max<int64_t>(0, limit - used + droppable));
  }
  return available;
}

void MemoryBudget::reserve(int64_t bytes, const char* purpose) {
  constexpr int64_t kLargest =
      int64_t{1} << 46;  // beyond any address space; keeps the sums below from overflowing
  if (bytes <= 0 || bytes > kLargest) {
    throw Error(GATUN_STATUS_INVALID_ARGUMENT, std::string(purpose) + ": byte_length is " +
                                                   std::to_string(bytes) + ", expected 1 to " +
                                                   std::to_string(kLargest));
  }
  int64_t before = allocated_.load(std::memory_order_relaxed);
  do {
    if (limit_bytes_ > 0 && bytes > limit_bytes_ - before) {
      throw Error(GATUN_STATUS_OUT_OF_MEMORY,
                  std::string(purpose) + ": needs " + describe(bytes) + ", but only " +
                      describe(limit_bytes_ - before) + " are free of the device's budget of " +
                      describe(limit_bytes_) +
                      "; raise memory_budget_bytes or free what is no longer used");
    }
  } while (!allocated_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (peak < before + bytes &&
         !peak_.compare_exchange_weak(peak, before + bytes, std::memory_order_relaxed)) {
  }
}

void* MemoryBudget::allocate(int64_t bytes, const char* purpose) {
  reserve(bytes, purpose);
  void* data = nullptr;
  int64_t available = -1;
  if (bytes < kMappedFrom) {
    const auto length = static_cast<size_t>(round_up(bytes, kAlignment));
    data = std::aligned_alloc(static_cast<size_t>(kAlignment), length);
    if (data != nullptr) std::memset(data, 0, length);
  } else {
    // The system promises more than it has: without this look the process would die when it writes
    // the pages.
    if (bytes >= kCheckedFrom) available = available_memory_bytes();
    if (available < 0 || bytes <= available) data = map_aligned(bytes);
  }
  if (data == nullptr) {
    give_back(bytes);
    if (available < 0) available = available_memory_bytes();
    throw Error(GATUN_STATUS_OUT_OF_MEMORY,
                std::string(purpose) + ": needs " + describe(bytes) + ", but the system has only " +
                    describe(available) +
                    " free (memory_budget_bytes = " + std::to_string(limit_bytes_) +
                    "); use a smaller model, context or batch, or free memory on the machine");
  }
  return data;
}

void MemoryBudget::release(void* data, int64_t bytes) noexcept {
  if (data == nullptr) return;
  if (bytes < kMappedFrom) {
    std::free(data);
  } else {
    munmap(data, static_cast<size_t>(round_up(bytes, kPage)));
  }
  give_back(bytes);
}

void* MemoryBudget::map_addresses(int64_t bytes, const char* purpose) {
  check_length(bytes, purpose);
  void* data = mmap(nullptr, static_cast<size_t>(round_up(bytes, kPage)), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    throw Error(GATUN_STATUS_OUT_OF_MEMORY, std::string(purpose) + ": the system has no " +
                                                describe(bytes) +
                                                " of addresses; raise the limit of the process's "
                                                "address space (ulimit -v)");
  }
  return data;
}

void MemoryBudget::unmap_addresses(void* data, int64_t bytes) noexcept {
  munmap(data, static_cast<size_t>(round_up(bytes, kPage)));
}

}  // namespace gatun

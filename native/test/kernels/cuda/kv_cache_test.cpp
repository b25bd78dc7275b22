// SPDX-License-Identifier: Apache-2.0
// Page copies of the key/value cache on the emulated device.
#include "kernels/cuda/kv_cache.h"

#include "kv_memory.h"

namespace gatun::cuda::test {
namespace {

// What the cache holds after copying, from bytes that name their page.
std::vector<std::byte> copied(KvPages pages,
                              const std::vector<int32_t>& source,
                              const std::vector<int32_t>& destination,
                              DeviceFault* got = nullptr) {
  const auto page = static_cast<std::size_t>(kv_page_bytes(pages));
  std::vector<std::byte> bytes(page * static_cast<std::size_t>(pages.page_count));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i / page * 16 + i % 13);
  const DeviceArray<int32_t> from(source), to(destination);
  const DeviceArray<DeviceFault> fault(std::vector<DeviceFault>(1));
  const auto result = same_for_all_orders([&] {
    const DeviceArray<std::byte> cache(bytes);
    pages.data = cache.data();
    EXPECT_EQ(
        kv_copy({pages, from.data(), to.data(), static_cast<int32_t>(source.size()), fault.data()},
                nullptr),
        0);
    return cache.read();
  });
  if (got != nullptr) *got = fault.read()[0];
  return result;
}

TEST(CudaKvCache, CopiesWholePages) {
  for (const int dtype : {GATUN_DTYPE_F32, GATUN_DTYPE_BF16, GATUN_DTYPE_Q8_0}) {
    for (const int head_size : {1, 64, 80}) {
      const KvPages pages{nullptr, 5, 16, 3, head_size, dtype};
      const auto page = static_cast<std::ptrdiff_t>(kv_page_bytes(pages));
      const auto got = copied(pages, {3, 1, 4}, {0, 2, 4}), kept = copied(pages, {}, {});
      const int now[] = {3, 1, 1, 3, 4};
      for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(std::equal(got.begin() + i * page, got.begin() + (i + 1) * page,
                               kept.begin() + now[i] * page))
            << "page " << i;
    }
  }
}

TEST(CudaKvCache, ReportsPagesThatAreNotThere) {
  const KvPages pages{nullptr, 5, 16, 1, 8, GATUN_DTYPE_BF16};
  DeviceFault fault{};
  const auto kept = copied(pages, {}, {});
  EXPECT_EQ(copied(pages, {5}, {0}, &fault), kept);
  EXPECT_EQ(fault.source, static_cast<int32_t>(FaultSource::kKvCopySource));
  EXPECT_EQ(copied(pages, {0}, {-1}, &fault), kept);
  EXPECT_EQ(fault.source, static_cast<int32_t>(FaultSource::kKvCopyDestination));
  EXPECT_EQ(fault.value, -1);
  EXPECT_EQ(fault.limit, 5);
}

}  // namespace
}  // namespace gatun::cuda::test

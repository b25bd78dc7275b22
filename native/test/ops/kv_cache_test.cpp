// SPDX-License-Identifier: Apache-2.0
#include "kernels/kv_cache.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "ops/ops.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun {
namespace {

gatun_device_options options(int threads) {
  gatun_device_options o{};
  o.struct_size = sizeof o;
  o.threads = threads;
  return o;
}

gatun_tensor list(std::vector<int32_t>& data) {
  gatun_tensor t{};
  t.data = data.data();
  t.byte_length = static_cast<int64_t>(data.size() * 4);
  t.dtype = GATUN_DTYPE_I32;
  t.rank = 1;
  t.shape[0] = static_cast<int64_t>(data.size());
  t.stride[0] = 1;
  return t;
}

TEST(KvCacheLayout, ChoosesPagesAndCountsTheirBytes) {
  Device device(options(1));
  gatun_kv_cache_layout_params p{sizeof(p), 3, 64, GATUN_DTYPE_BF16, 0, 0};
  kv_cache_layout(device, p);
  EXPECT_EQ(p.page_tokens, kDefaultPageTokens);
  EXPECT_EQ(p.page_bytes, 3 * 64 * p.page_tokens * 2 * 2);
  p = {sizeof(p), 2, 7, GATUN_DTYPE_F32, 16, 0};
  kv_cache_layout(device, p);
  EXPECT_EQ(p.page_tokens, 16);
  EXPECT_EQ(p.page_bytes, 2 * 16 * (7 + 16) * 4);  // values are padded to 16
}

TEST(KvCacheLayout, NamesWhatIsWrong) {
  Device device(options(1));
  const auto failure = [&](gatun_kv_cache_layout_params p) {
    try {
      kv_cache_layout(device, p);
      return std::string("no failure");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_NE(failure({0, 0, 64, GATUN_DTYPE_F32, 0, 0}).find("kv_heads is 0"), std::string::npos);
  EXPECT_NE(failure({0, 1, 257, GATUN_DTYPE_F32, 0, 0}).find("head_size is 257"),
            std::string::npos);
  EXPECT_NE(failure({0, 1, 64, GATUN_DTYPE_Q8_0, 0, 0}).find("expected F32 or BF16"),
            std::string::npos);
  EXPECT_NE(failure({0, 1, 64, GATUN_DTYPE_F32, 24, 0}).find("page_tokens is 24"),
            std::string::npos);
}

class KvCopyTest : public testing::Test {
 protected:
  KvCopyTest() : layout_(kv_pages(nullptr, 6, 16, 2, 20, GATUN_DTYPE_F32)) {
    bytes_ = 6 * layout_.page_bytes;
    data_ = static_cast<unsigned char*>(std::aligned_alloc(64, static_cast<size_t>(bytes_)));
    for (int64_t i = 0; i < bytes_; ++i)
      data_[i] = static_cast<unsigned char>(i * 31 + i / layout_.page_bytes);
  }
  ~KvCopyTest() override { std::free(data_); }

  void copy(std::vector<int32_t> from, std::vector<int32_t> to, int threads) {
    Device device(options(threads));
    Stream stream(device);
    gatun_kv_copy_params p{};
    p.struct_size = sizeof p;
    p.cache = {data_, bytes_, 6, 16, 2, 20, GATUN_DTYPE_F32, 0};
    p.source = list(from);
    p.destination = list(to);
    kv_copy_forward(stream, p);
  }

  KvPages layout_;
  int64_t bytes_;
  unsigned char* data_;
};

TEST_F(KvCopyTest, CopiesWholePagesAndNothingElse) {
  for (const int threads : {1, 2, 3}) {
    std::vector<unsigned char> expected(data_, data_ + bytes_);
    const auto page = static_cast<size_t>(layout_.page_bytes);
    std::memcpy(&expected[5 * page], &expected[1 * page], page);
    std::memcpy(&expected[0], &expected[3 * page], page);
    copy({1, 3}, {5, 0}, threads);
    EXPECT_EQ(std::memcmp(expected.data(), data_, expected.size()), 0);
  }
  copy({}, {}, 2);
}

TEST_F(KvCopyTest, NamesAPageOutOfRange) {
  const std::vector<unsigned char> before(data_, data_ + bytes_);
  const auto failure = [&](std::vector<int32_t> from, std::vector<int32_t> to) {
    try {
      copy(std::move(from), std::move(to), 2);
      return std::string("no failure");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  EXPECT_NE(failure({0, 6}, {1, 2}).find("kv_copy: source[1] = 6"), std::string::npos);
  EXPECT_NE(failure({0, 1}, {-1, 2}).find("kv_copy: destination[0] = -1"), std::string::npos);
  EXPECT_NE(failure({0, 1}, {2}).find("destination has shape [1]"), std::string::npos);
  EXPECT_EQ(std::memcmp(before.data(), data_, before.size()), 0);
}

}  // namespace
}  // namespace gatun

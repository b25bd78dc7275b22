// SPDX-License-Identifier: Apache-2.0
// The buckets of relative distances against those of the reference framework.
#include "kernels/relative_bias.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/safetensors_fixture.h"

namespace gatun {
namespace {

// Reads the number behind `"key":` from `at` on.
long number_after(const std::string& text, const std::string& key, size_t at) {
  at = text.find("\"" + key + "\":", at) + key.size() + 3;
  return std::stol(text.substr(at, 32));
}

TEST(RelativeBias, GoldenBuckets) {
  if (test::golden_folder().empty()) GTEST_SKIP() << "GATUN_GOLDEN names no fixtures";
  std::ifstream file(test::golden_folder() + "/objectives/t5_buckets.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  int tables = 0;
  for (size_t at = 0; (at = text.find("{\"num_buckets\"", at)) != std::string::npos; ++tables) {
    const auto buckets = static_cast<int32_t>(number_after(text, "num_buckets", at));
    const auto max_distance = static_cast<int32_t>(number_after(text, "max_distance", at));
    long distance = number_after(text, "first_relative_position", at);
    const size_t flag = text.find("\"bidirectional\":", at) + 16;
    const bool bidirectional = text.substr(flag, 5).find("true") != std::string::npos;
    at = text.find("\"buckets\":", at);
    at = text.find('[', at);
    int count = 0;
    while (text[at] != ']') {
      size_t used = 0;
      const long expected = std::stol(text.substr(at + 1, 32), &used);
      ASSERT_EQ(relative_bucket(distance, buckets, bidirectional, max_distance), expected)
          << "distance " << distance << " of " << buckets << " buckets up to " << max_distance;
      at += 1 + used;
      ++distance;
      ++count;
    }
    EXPECT_EQ(count, 601);
  }
  EXPECT_GE(tables, 5);
}

TEST(RelativeBias, ByHand) {
  EXPECT_EQ(relative_bucket(-64, 32, true, 128), 14);
  EXPECT_EQ(relative_bucket(20, 32, true, 128), 26);
  EXPECT_EQ(relative_bucket(-113, 32, false, 128), 31);
  EXPECT_EQ(relative_bucket(5, 32, false, 128), 0);
  EXPECT_EQ(relative_bucket(int64_t{1} << 40, 32, true, 2000000000), 31);
}

}  // namespace
}  // namespace gatun

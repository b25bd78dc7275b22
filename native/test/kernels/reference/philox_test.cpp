// SPDX-License-Identifier: Apache-2.0
#include "kernels/philox.h"

#include <gtest/gtest.h>

#include <array>

#include "kernels/attention_dropout.h"

namespace gatun {
namespace {

using Words = std::array<uint32_t, 4>;

// The known answers of the authors' library, Random123.
TEST(Philox, KnownAnswers) {
  const uint32_t ones = 0xffffffffu;
  EXPECT_EQ(philox(0, 0, 0, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(ones, ones, ones, ones, ~uint64_t{0}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0x299f31d0a4093822),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  EXPECT_EQ(philox(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, AttentionDropout) {
  EXPECT_EQ(attention_dropout(0.0f, 1, 2).threshold, 0u);
  EXPECT_EQ(attention_dropout(0.75f, 1, 2).scale, 4.0f);
  const AttentionDropout d = attention_dropout(0.5f, 0x299f31d0a4093822, 0x0370734413198a2e);
  EXPECT_EQ(d.threshold, 0x80000000u);
  const bool kept[4] = {true, true, false, false};  // of the known words above
  for (int64_t word = 0; word < 4; ++word) {
    EXPECT_EQ(dropout_keeps(d, 0x85a308d3, int64_t{4} * 0x243f6a88 + word), kept[word]);
  }
}

}  // namespace
}  // namespace gatun

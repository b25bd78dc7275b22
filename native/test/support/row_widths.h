// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace gatun::test {

// Widths around every vector and block width.
inline constexpr int64_t kWidths[] = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 257};

}  // namespace gatun::test

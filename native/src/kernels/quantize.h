// SPDX-License-Identifier: Apache-2.0
// y = blocks of a storage format that hold x, rounded as the format's reference does it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/tensor.h"
#include "runtime/team.h"

namespace gatun {

struct QuantizeArgs {
  const float* x;     // [C]
  int64_t count;      // C, a multiple of the block
  gatun_dtype dtype;  // F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1 or Q8_0
  std::byte* y;       // blocks, any alignment
};

namespace reference {
void quantize(const QuantizeArgs& args, const Team& team);
}

}  // namespace gatun

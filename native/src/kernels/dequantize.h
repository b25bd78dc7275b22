// SPDX-License-Identifier: Apache-2.0
// y = the values of blocks of a storage format.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gatun/tensor.h"
#include "runtime/team.h"

namespace gatun {

struct DequantizeArgs {
  const std::byte* x;  // blocks, any alignment
  gatun_dtype dtype;   // F32, F16, BF16 or one of the eight block formats
  int64_t count;       // C, a multiple of the block
  float* y;            // [C]
};

namespace reference {
void dequantize(const DequantizeArgs& args, const Team& team);
}

}  // namespace gatun

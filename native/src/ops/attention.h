// SPDX-License-Identifier: Apache-2.0
// Attention with the choice of arithmetic for bf16 operands left to the caller: for tests of each.
#pragma once

#include "gatun/ops.h"
#include "runtime/stream.h"

namespace gatun {

enum class Bf16Products {
  kAutomatic,  // what is faster on this machine
  kWidened,    // bf16 keys and values widened, products in f32
  kPairs,      // everything in bf16 pairs, where the tier has the instruction
};

void attention_forward_with(Stream& stream,
                            const gatun_attention_params& params,
                            Bf16Products products);

}  // namespace gatun

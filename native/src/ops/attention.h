// SPDX-License-Identifier: Apache-2.0
// Attention with the choice of arithmetic for bf16 operands left to the caller: for tests of each.
#pragma once

#include "gatun/ops.h"
#include "kernels/relative_bias.h"
#include "ops/check.h"
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

// The checked bias of a table [buckets, H], which is given.
RelativeBias check_relative_bias(ArgumentCheck& check,
                                 const gatun_tensor& table,
                                 int64_t heads,
                                 int32_t bidirectional,
                                 int32_t max_distance);

// A probability of dropout lies in [0, 1).
void check_dropout(const ArgumentCheck& check, float probability);

}  // namespace gatun

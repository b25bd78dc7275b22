// SPDX-License-Identifier: Apache-2.0
// Rows of activations as 8-bit codes with one scale per 32 values: the operand of quantised
// products.
//
// Per block of 32 values, max = the largest |x|:
//   scale = max / 127, q = round_half_even(x * (127 / max)), |q| <= 127, sum = scale * (sum of q).
//   max < 2^-118 (where 127 / max could overflow): scale = 0, q = 0.
//   a NaN or an infinity in the block: scale = NaN, q = 0, so that every output that the block
//   feeds is NaN.
// All tiers write identical bytes.
#pragma once

#include <cstdint>

#include "runtime/isa_tier.h"

namespace gatun::cpu {

// One row x [columns] -> codes [blocks * 32] (padded with zeros), scales [blocks], sums [blocks],
// blocks = (columns + 31) / 32. Reads nothing beyond x[columns - 1].
using PrepareInt8Function =
    void (*)(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums);

PrepareInt8Function prepare_int8(IsaTier tier);

namespace generic {
void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums);
}
namespace avx2 {
void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums);
}
namespace avx512 {
void prepare_int8(const float* x, int64_t columns, int8_t* codes, float* scales, float* sums);
}

}  // namespace gatun::cpu

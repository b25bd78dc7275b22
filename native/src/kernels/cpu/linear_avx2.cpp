// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "kernels/cpu/linear_driver.h"
#include "kernels/cpu/linear_epilogue.h"
#include "kernels/cpu/simd_avx2.h"

namespace gatun::cpu::avx2 {
namespace {

// Left to the compiler's vectoriser: no weight of this tier takes bf16 activations today except by
// tests.
void round_to_bf16(const float* x, int64_t columns, uint16_t* out) {
  for (int64_t k = 0; k < columns; ++k) {
    const uint32_t bits = std::bit_cast<uint32_t>(x[k]);
    const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
    const uint32_t rounded = nan ? bits | 0x400000U : bits + 0x7fffU + ((bits >> 16) & 1U);
    out[k] = static_cast<uint16_t>(rounded >> 16);
  }
  for (int64_t k = columns; k < (columns + 31) / 32 * 32; ++k) out[k] = 0;
}

constexpr LinearSteps kSteps{round_to_bf16, prepare_int8, finish_tile<Simd>};

}  // namespace

void linear(const LinearArgs& args, const Team& team) {
  run_linear(args, team, kSteps);
}

}  // namespace gatun::cpu::avx2

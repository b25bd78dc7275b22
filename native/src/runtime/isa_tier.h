// SPDX-License-Identifier: Apache-2.0
// Instruction set tiers of the CPU backend and the choice of an implementation among them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gatun/device.h"

namespace gatun {

enum class IsaTier : int32_t {
  kGeneric = GATUN_ISA_GENERIC,  // the reference kernels: scalar, double accumulation
  kAvx2 = GATUN_ISA_AVX2,        // AVX2, FMA, F16C
  kAvx512 = GATUN_ISA_AVX512,    // F, BW, DQ, VL, VBMI, VNNI
  kAvx512Bf16 = GATUN_ISA_AVX512_BF16,
  kAmx = GATUN_ISA_AMX,  // tiles for bf16 and int8, with the kernel's permission
};

// Best tier of this machine; asks the operating system for tile permission once.
IsaTier machine_isa_tier();
const char* isa_tier_name(IsaTier tier);

// One entry of an operation's ordered list of implementations, best first.
template <typename Function>
struct Implementation {
  IsaTier tier;
  Function function;
};

// The first implementation that `tier` can run. Lists end with kGeneric, so there always is one.
template <typename Function, std::size_t kCount>
constexpr Function select_implementation(const std::array<Implementation<Function>, kCount>& list,
                                         IsaTier tier) {
  for (const auto& entry : list) {
    if (entry.tier <= tier) return entry.function;
  }
  return list[kCount - 1].function;
}

}  // namespace gatun

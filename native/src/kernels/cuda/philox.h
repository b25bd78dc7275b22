// SPDX-License-Identifier: Apache-2.0
// kernels/philox.h on the device: the same words.
#pragma once

#include "kernels/cuda/device.h"
#include "kernels/philox.h"

namespace gatun::cuda {

struct PhiloxWords {
  uint32_t w[4];
};

__device__ __forceinline__ PhiloxWords
philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint64_t seed) {
  constexpr uint32_t kFirst = kPhiloxMultiplier[0], kSecond = kPhiloxMultiplier[1];
  constexpr uint32_t kFirstStep = kPhiloxStep[0], kSecondStep = kPhiloxStep[1];
  auto k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
#pragma unroll
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const uint64_t a = uint64_t{kFirst} * c0, b = uint64_t{kSecond} * c2;
    c0 = static_cast<uint32_t>(b >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(b);
    c2 = static_cast<uint32_t>(a >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(a);
    k0 += kFirstStep;
    k1 += kSecondStep;
  }
  return {{c0, c1, c2, c3}};
}

}  // namespace gatun::cuda

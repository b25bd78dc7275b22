// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al. 2011): four random words that are a function of a counter and a key.
// Masks drawn from it need no state and no order.
#pragma once

#include <array>
#include <cstdint>

namespace gatun {

inline constexpr uint32_t kPhiloxMultiplier[2] = {0xD2511F53U, 0xCD9E8D57U};
inline constexpr uint32_t kPhiloxStep[2] = {0x9E3779B9U, 0xBB67AE85U};
inline constexpr int kPhiloxRounds = 10;

constexpr std::array<uint32_t, 4> philox(
    uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint64_t seed) {
  auto k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const uint64_t a = uint64_t{kPhiloxMultiplier[0]} * c0;
    const uint64_t b = uint64_t{kPhiloxMultiplier[1]} * c2;
    const uint32_t n0 = static_cast<uint32_t>(b >> 32) ^ c1 ^ k0;
    const uint32_t n2 = static_cast<uint32_t>(a >> 32) ^ c3 ^ k1;
    c0 = n0;
    c1 = static_cast<uint32_t>(b);
    c2 = n2;
    c3 = static_cast<uint32_t>(a);
    k0 += kPhiloxStep[0];
    k1 += kPhiloxStep[1];
  }
  return {c0, c1, c2, c3};
}

// The four words of counter (index, sequence), both split into low and high half.
constexpr std::array<uint32_t, 4> philox(uint64_t index, uint64_t sequence, uint64_t seed) {
  return philox(static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
                static_cast<uint32_t>(sequence), static_cast<uint32_t>(sequence >> 32), seed);
}

}  // namespace gatun

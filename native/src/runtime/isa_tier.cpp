// SPDX-License-Identifier: Apache-2.0
#include "runtime/isa_tier.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatun {
namespace {

struct Registers {
  unsigned a = 0, b = 0, c = 0, d = 0;
};

Registers cpuid(unsigned leaf, unsigned subleaf) {
  Registers r;
  if (!__get_cpuid_count(leaf, subleaf, &r.a, &r.b, &r.c, &r.d)) return {};
  return r;
}

bool bit(unsigned value, int position) {
  return ((value >> position) & 1u) != 0;
}

// Register files that the operating system saves and restores.
uint64_t enabled_state() {
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t{high} << 32) | low;
}

// Linux hands tile registers to a process on request only; without it the first tile instruction is
// SIGILL.
bool request_tiles() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

IsaTier detect() {
  constexpr uint64_t kYmm = 0x6, kZmm = 0xe6, kTiles = 0x60000;
  const Registers leaf1 = cpuid(1, 0);
  if (!bit(leaf1.c, 27)) return IsaTier::kGeneric;  // OSXSAVE
  const uint64_t state = enabled_state();
  const Registers leaf7 = cpuid(7, 0);
  const bool avx2 = (state & kYmm) == kYmm && bit(leaf1.c, 28) && bit(leaf7.b, 5) &&
                    bit(leaf1.c, 12) && bit(leaf1.c, 29);
  if (!avx2) return IsaTier::kGeneric;
  const bool avx512 = (state & kZmm) == kZmm && bit(leaf7.b, 16) && bit(leaf7.b, 17) &&
                      bit(leaf7.b, 30) && bit(leaf7.b, 31) && bit(leaf7.c, 1) &&
                      bit(leaf7.c, 11);  // F, DQ, BW, VL, VBMI, VNNI
  if (!avx512) return IsaTier::kAvx2;
  if (!bit(cpuid(7, 1).a, 5)) return IsaTier::kAvx512;
  const bool amx =
      (state & kTiles) == kTiles && bit(leaf7.d, 22) && bit(leaf7.d, 24) && bit(leaf7.d, 25);
  return amx && request_tiles() ? IsaTier::kAmx : IsaTier::kAvx512Bf16;
}

}  // namespace

IsaTier machine_isa_tier() {
  static const IsaTier tier = detect();
  return tier;
}

const char* isa_tier_name(IsaTier tier) {
  switch (tier) {
    case IsaTier::kGeneric:
      return "generic";
    case IsaTier::kAvx2:
      return "avx2";
    case IsaTier::kAvx512:
      return "avx512";
    case IsaTier::kAvx512Bf16:
      return "avx512_bf16";
    case IsaTier::kAmx:
      return "amx";
  }
  return "unknown";
}

}  // namespace gatun

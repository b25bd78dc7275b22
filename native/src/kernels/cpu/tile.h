// SPDX-License-Identifier: Apache-2.0
// Tile (AMX) instructions, one function each, and a software twin with the same bits. Kernels are
// templates over the backend, so that the same code runs on the hardware and, in tests, on machines
// without it.
//
// A tile is up to 16 rows of 64 bytes. Products, for rows m, columns n and k in units of 4 bytes:
//   dot_bf16    acc[m][n] += e + o, e and o fused chains over the even and the odd values of 32 k,
//               from 0; denormal inputs and results are flushed whatever the control word says
//   dot_i8      acc[m][n] += sum of 4 products of bytes, in 32-bit integers that wrap
// with b[k][n] holding 2 (bf16) or 4 (int8) consecutive values of k.
//
// A thread configures its tiles, works, and releases them before it leaves the kernel; the first
// use in a process needs the operating system's permission (runtime/isa_tier.h asks).
//
// Included only by sources compiled for a tier, hence the anonymous namespace.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runtime/floating_point_mode.h"

namespace gatun::cpu {
namespace {

inline constexpr int kTiles = 8;
inline constexpr int kTileRows = 16;
inline constexpr int kTileRowBytes = 64;

// The operand of ldtilecfg.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};

  void shape(int tile, int tile_rows, int tile_row_bytes = kTileRowBytes) {
    rows[tile] = static_cast<uint8_t>(tile_rows);
    row_bytes[tile] = static_cast<uint16_t>(tile_row_bytes);
  }
};
static_assert(sizeof(TileConfiguration) == 64);

// Whether the two bytes operands of dot_i8 are signed.
enum class Signs { kSignedSigned, kSignedUnsigned, kUnsignedSigned, kUnsignedUnsigned };

class HardwareTiles {
 public:
  static constexpr const char* kName = "hardware";

  // Zeroes all tiles. The whole structure is an input: GCC 12's intrinsic declares 8 of its bytes,
  // and stores to the rest may then sink below the instruction.
  void configure(const TileConfiguration& configuration) {
    asm volatile("" ::: "memory");
    asm volatile("ldtilecfg %0" : : "m"(configuration) : "memory");
  }
  void release() { asm volatile("tilerelease" : : : "memory"); }

  template <int kTile>
  void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
  }
  template <int kTile>
  void load(const void* from, int64_t stride_bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2"
                 :
                 : "r"(from), "r"(stride_bytes), "i"(kTile)
                 : "memory");
  }
  template <int kTile>
  void store(void* to, int64_t stride_bytes) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
                 :
                 : "r"(to), "r"(stride_bytes), "i"(kTile)
                 : "memory");
  }
  template <int kAcc, int kA, int kB>
  void dot_bf16() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kAcc), "i"(kA), "i"(kB));
  }
  template <int kAcc, int kA, int kB, Signs kSigns>
  void dot_i8() {
    if constexpr (kSigns == Signs::kSignedSigned) {
      asm volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kAcc), "i"(kA), "i"(kB));
    } else if constexpr (kSigns == Signs::kSignedUnsigned) {
      asm volatile("tdpbsud %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kAcc), "i"(kA), "i"(kB));
    } else if constexpr (kSigns == Signs::kUnsignedSigned) {
      asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kAcc), "i"(kA), "i"(kB));
    } else {
      asm volatile("tdpbuud %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kAcc), "i"(kA), "i"(kB));
    }
  }
};

class SoftwareTiles {
 public:
  static constexpr const char* kName = "software twin";

  void configure(const TileConfiguration& configuration) {
    configuration_ = configuration;
    std::memset(tile_, 0, sizeof(tile_));
  }
  void release() { configuration_ = TileConfiguration{}; }

  template <int kTile>
  void zero() {
    std::memset(tile_[kTile], 0, sizeof(tile_[kTile]));
  }
  template <int kTile>
  void load(const void* from, int64_t stride_bytes) {
    zero<kTile>();
    for (int r = 0; r < configuration_.rows[kTile]; ++r) {
      std::memcpy(tile_[kTile][r], static_cast<const std::byte*>(from) + r * stride_bytes,
                  configuration_.row_bytes[kTile]);
    }
  }
  template <int kTile>
  void store(void* to, int64_t stride_bytes) {
    for (int r = 0; r < configuration_.rows[kTile]; ++r) {
      std::memcpy(static_cast<std::byte*>(to) + r * stride_bytes, tile_[kTile][r],
                  configuration_.row_bytes[kTile]);
    }
  }

  template <int kAcc, int kA, int kB>
  void dot_bf16() {
    const FloatingPointMode flush(Denormals::kFlush);
    for (int m = 0; m < configuration_.rows[kAcc]; ++m) {
      float even[kTileRows] = {}, odd[kTileRows] = {};  // of each column n
      for (int k = 0; k < configuration_.row_bytes[kA] / 4; ++k) {
        const uint32_t a = word(kA, m, k);
        for (int n = 0; n < kTileRows; ++n) {
          const uint32_t b = word(kB, k, n);
          even[n] = std::fma(std::bit_cast<float>(a << 16), std::bit_cast<float>(b << 16), even[n]);
          odd[n] = std::fma(std::bit_cast<float>(a & 0xffff0000U),
                            std::bit_cast<float>(b & 0xffff0000U), odd[n]);
        }
      }
      for (int n = 0; n < configuration_.row_bytes[kAcc] / 4; ++n) {
        const float sum = std::bit_cast<float>(word(kAcc, m, n)) + (even[n] + odd[n]);
        set_word(kAcc, m, n, std::bit_cast<uint32_t>(sum));
      }
    }
  }

  template <int kAcc, int kA, int kB, Signs kSigns>
  void dot_i8() {
    constexpr bool kSignedA = kSigns == Signs::kSignedSigned || kSigns == Signs::kSignedUnsigned;
    constexpr bool kSignedB = kSigns == Signs::kSignedSigned || kSigns == Signs::kUnsignedSigned;
    for (int m = 0; m < configuration_.rows[kAcc]; ++m) {
      for (int n = 0; n < configuration_.row_bytes[kAcc] / 4; ++n) {
        uint32_t sum = word(kAcc, m, n);
        for (int k = 0; k < configuration_.row_bytes[kA] / 4; ++k) {
          for (int i = 0; i < 4; ++i) {
            const int32_t product =
                value<kSignedA>(word(kA, m, k), i) * value<kSignedB>(word(kB, k, n), i);
            sum += static_cast<uint32_t>(product);
          }
        }
        set_word(kAcc, m, n, sum);
      }
    }
  }

 private:
  uint32_t word(int tile, int row, int column) const {
    uint32_t bits;
    std::memcpy(&bits, tile_[tile][row] + 4 * column, 4);
    return bits;
  }
  void set_word(int tile, int row, int column, uint32_t bits) {
    std::memcpy(tile_[tile][row] + 4 * column, &bits, 4);
  }
  template <bool kSigned>
  static int32_t value(uint32_t bits, int byte) {
    const auto v = static_cast<uint8_t>(bits >> (8 * byte));
    return kSigned ? static_cast<int8_t>(v) : v;
  }

  TileConfiguration configuration_;
  alignas(64) std::byte tile_[kTiles][kTileRows][kTileRowBytes];
};

}  // namespace
}  // namespace gatun::cpu

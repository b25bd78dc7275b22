// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "kernels/cpu/tile.h"
#include "kernels/cpu/tile_check.h"

namespace gatun::cpu {
namespace {

struct Operands {
  uint32_t a[kTileRows][16];
  uint32_t b[kTileRows][16];
  uint32_t c[kTileRows][16];
};

// acc = c + a b by every instruction, on tiles with `rows` rows of a.
template <class Tiles>
void multiply_all(Tiles& tiles, int rows, const Operands& in, uint32_t (&out)[5][kTileRows][16]) {
  TileConfiguration configuration;
  for (const int tile : {0, 1, 2, 3, 4, 5}) configuration.shape(tile, rows);
  configuration.shape(6, kTileRows);
  tiles.configure(configuration);
  tiles.template load<0>(in.c, kTileRowBytes);
  tiles.template load<1>(in.c, kTileRowBytes);
  tiles.template load<2>(in.c, kTileRowBytes);
  tiles.template load<3>(in.c, kTileRowBytes);
  tiles.template load<4>(in.c, kTileRowBytes);
  tiles.template load<5>(in.a, kTileRowBytes);
  tiles.template load<6>(in.b, kTileRowBytes);
  tiles.template dot_bf16<0, 5, 6>();
  tiles.template dot_i8<1, 5, 6, Signs::kSignedSigned>();
  tiles.template dot_i8<2, 5, 6, Signs::kSignedUnsigned>();
  tiles.template dot_i8<3, 5, 6, Signs::kUnsignedSigned>();
  tiles.template dot_i8<4, 5, 6, Signs::kUnsignedUnsigned>();
  std::memset(out, 0, sizeof(out));
  tiles.template store<0>(out[0], kTileRowBytes);
  tiles.template store<1>(out[1], kTileRowBytes);
  tiles.template store<2>(out[2], kTileRowBytes);
  tiles.template store<3>(out[3], kTileRowBytes);
  tiles.template store<4>(out[4], kTileRowBytes);
  tiles.release();
}

bool compare() {
  uint32_t state = 0x9e3779b9U;
  const auto next = [&state] {  // xorshift
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  };
  // Finite bf16 pairs, zeros and denormals among them: NaN payloads are not part of the promise.
  const auto pair = [&next] { return next() & 0xbfffbfffU; };
  HardwareTiles hardware;
  SoftwareTiles twin;
  Operands in;
  alignas(64) uint32_t by_hardware[5][kTileRows][16];
  alignas(64) uint32_t by_twin[5][kTileRows][16];
  for (int round = 0; round < 32; ++round) {
    for (int i = 0; i < kTileRows; ++i) {
      for (int j = 0; j < 16; ++j) {
        in.a[i][j] = pair();
        in.b[i][j] = pair();
        in.c[i][j] = pair();
      }
    }
    const int rows = round % kTileRows + 1;
    multiply_all(hardware, rows, in, by_hardware);
    multiply_all(twin, rows, in, by_twin);
    if (std::memcmp(by_hardware, by_twin, sizeof(by_twin)) != 0) return false;
  }
  return true;
}

}  // namespace

bool tiles_agree_with_twin() {
  static const bool agree = compare();
  return agree;
}

}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// Four warps that multiply matrices together, asynchronously: wgmma.
//
// An operand in shared memory is named by a descriptor: bits 0-13 the address / 16, 16-29 the
// leading and 32-45 the stride byte offset / 16, 62-63 the swizzle (0 none, 1 128, 2 64, 3 32
// bytes). With W = 1, 2, 4, 8 pieces of 16 bytes to a row of the swizzle, 8 elements of 16 bits or
// 16 of 8 bits to a piece, piece c of row r of a matrix that is contiguous along k lies at
//   r % 8 * 16 W + r / 8 * stride + c * (W == 1 ? leading : 16)
// and piece j of column k of one that is contiguous along its rows at
//   W == 1: j * stride + k % 8 * 16 + k / 8 * leading
//   else    j % W * 16 + j / W * leading + k % 8 * 16 W + k / 8 * stride,
// swizzled as by TMA (simt/tensor_map.h). Operand A may be in registers: those of m16n8k16, or of
// m16n8k32 for 8 bits, warp w having rows 16 w on. Accumulators: thread t of warp w, element i: row
// 16 w + t / 4 + 8 (i / 2 % 2), column 8 (i / 4) + t % 4 * 2 + i % 2.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "simt/handover.h"

namespace gatun::simt {

struct Thread;

inline constexpr int kWarpgroupSize = 128;

enum class WgmmaKind { kBf16, kF16, kS8 };

// One thread's part of m64nNk16, of m64nNk32 for 8 bits.
struct WgmmaCall {
  WgmmaKind kind;
  int columns;        // N
  void* d;            // [N / 2] of f32, or s32 for 8 bits
  const uint32_t* a;  // [4]; null: descriptor_a
  uint64_t descriptor_a, descriptor_b;
  bool a_transposed, b_transposed;  // contiguous along rows, not k
  bool accumulate;
  uint32_t site;
};

struct MatrixOperand {
  uint64_t descriptor;
  int rows;
  bool transposed;
  WgmmaKind kind;
};

// Registers of a thread, as memory of its stack, with the products that will still write them.
struct RegisterRange {
  uintptr_t begin, end;
  int products;
};

struct WgmmaProduct {
  WgmmaCall call;
  std::array<void*, kWarpgroupSize> d;
  std::array<std::array<uint32_t, 4>, kWarpgroupSize> a;
  std::vector<uint32_t> before;  // [128, N / 2] if the first to write these accumulators
};

struct Warpgroup {
  // The instruction that its threads are coming to.
  const char* instruction = "";
  uint32_t site = 0;
  std::vector<Thread*> threads;
  std::vector<void*> operands;

  std::size_t unit = 0;  // 0: it has multiplied nothing
  std::vector<WgmmaProduct> open;
  std::vector<std::vector<WgmmaProduct>> groups;  // committed, oldest first
  uint32_t finished = 0;                          // groups
  int registers = 0;                              // of a thread, 0: as launched
};

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
// Each matrix instruction, every lane and register: which element of which operand it holds. Each
// element in turn is the only one that is not zero, and must turn up where the product puts it.
#include <gtest/gtest.h>

#include "harness.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda::test {
namespace {

enum class Kind { kBf16K16, kF16K16, kF16Halves, kF16K8, kS8K32, kS8K16 };

// out [32 lanes, 4] += the product of registers a [32, 4] and b [32, 2].
__global__ void product(Kind kind, const uint32_t* a, const uint32_t* b, float* out) {
  const unsigned lane = threadIdx.x;
  const uint32_t ra[4] = {a[4 * lane], a[4 * lane + 1], a[4 * lane + 2], a[4 * lane + 3]};
  const uint32_t rb[2] = {b[2 * lane], b[2 * lane + 1]};
  float d[4] = {};
  if (kind == Kind::kBf16K16) mma_m16n8k16_bf16(d, ra, rb);
  if (kind == Kind::kF16K16) mma_m16n8k16_f16(d, ra, rb);
  if (kind == Kind::kF16Halves) mma_m16n8k16_f16_in_halves(d, ra, rb);
  if (kind == Kind::kF16K8) mma_m16n8k8_f16(d, {ra[0], ra[1]}, {rb[0]});
  if (kind == Kind::kS8K32 || kind == Kind::kS8K16) {
    int32_t sums[4] = {};
    if (kind == Kind::kS8K32) {
      mma_m16n8k32_s8(sums, ra, rb);
    } else {
      mma_m16n8k16_s8(sums, {ra[0], ra[1]}, {rb[0]});
    }
    for (int i = 0; i < 4; ++i) d[i] = static_cast<float>(sums[i]);
  }
  for (unsigned i = 0; i < 4; ++i) out[4 * lane + i] = d[i];
}

struct Shape {
  Kind kind;
  int k;                     // columns of A
  int packed;                // elements to a register
  uint32_t one, two, three;  // bits of these numbers
};
constexpr Shape kShapes[] = {{Kind::kBf16K16, 16, 2, 0x3f80, 0x4000, 0x4040},
                             {Kind::kF16K16, 16, 2, 0x3c00, 0x4000, 0x4200},
                             {Kind::kF16Halves, 16, 2, 0x3c00, 0x4000, 0x4200},
                             {Kind::kF16K8, 8, 2, 0x3c00, 0x4000, 0x4200},
                             {Kind::kS8K32, 32, 4, 1, 2, 3},
                             {Kind::kS8K16, 16, 4, 1, 2, 3}};

struct Place {
  int lane, element;
};

// Where PTX puts element (row, k) of A and (k, column) of B, from its own formulas.
Place place_a(const Shape& s, int row, int k) {
  const int half = k / (4 * s.packed), g = row % 8, t = k % (4 * s.packed) / s.packed;
  return {4 * g + t, (2 * half + row / 8) * s.packed + k % s.packed};
}
Place place_b(const Shape& s, int k, int column) {
  const int half = k / (4 * s.packed), t = k % (4 * s.packed) / s.packed;
  return {4 * column + t, half * s.packed + k % s.packed};
}
Place place_d(int row, int column) {
  return {4 * (row % 8) + column / 2, 2 * (row / 8) + column % 2};
}

void put(std::vector<uint32_t>& registers, int per_lane, const Shape& s, Place p, uint32_t bits) {
  const int width = 32 / s.packed;
  registers[static_cast<std::size_t>(p.lane * per_lane + p.element / s.packed)] |=
      bits << (width * (p.element % s.packed));
}

TEST(SimtFragments, EveryLaneHoldsTheElementsThatPtxGivesIt) {
  for (const Shape& s : kShapes) {
    for (int k = 0; k < s.k; ++k) {
      for (int row = 0; row < 16; ++row) {
        // A has 2 at (row, k), B has 3 at (k, column) and 1 elsewhere in row k.
        const int column = (row + k) % 8;
        std::vector<uint32_t> a(128), b(64);
        put(a, 4, s, place_a(s, row, k), s.two);
        for (int n = 0; n < 8; ++n) put(b, 2, s, place_b(s, k, n), n == column ? s.three : s.one);
        const DeviceArray<uint32_t> da(a), db(b);
        const DeviceArray<float> out(std::size_t{128});
        ASSERT_EQ(launch("product", product, {1}, 32, 0, nullptr, s.kind, da.data(), db.data(),
                         out.data()),
                  0);
        const auto d = out.read();
        for (int r = 0; r < 16; ++r) {
          for (int n = 0; n < 8; ++n) {
            const Place p = place_d(r, n);
            ASSERT_EQ(d[static_cast<std::size_t>(4 * p.lane + p.element)], r != row      ? 0
                                                                           : n == column ? 6
                                                                                         : 2)
                << "k " << s.k << ", element " << row << " " << k << ", result " << r << " " << n;
          }
        }
      }
    }
  }
  expect_no_findings();
}

__global__ void load_matrices(const uint16_t* in, uint32_t* out, bool transposed) {
  __shared__ __align__(16) uint16_t tile[32 * 8];  // four matrices, row after row
  const unsigned lane = threadIdx.x;
  for (unsigned c = 0; c < 8; ++c) tile[8 * lane + c] = in[8 * lane + c];
  __syncwarp();
  uint32_t r[4];
  if (transposed) {
    ldmatrix_x4_transposed(r, tile + 8 * lane);
  } else {
    ldmatrix_x4(r, tile + 8 * lane);
  }
  for (unsigned m = 0; m < 4; ++m) out[4 * lane + m] = r[m];
}

TEST(SimtFragments, LdmatrixGivesEachLaneItsElements) {
  std::vector<uint16_t> in(256);
  for (int i = 0; i < 256; ++i) in[static_cast<std::size_t>(i)] = static_cast<uint16_t>(i);
  const DeviceArray<uint16_t> din(in);
  const DeviceArray<uint32_t> out(std::size_t{128});
  for (const bool transposed : {false, true}) {
    ASSERT_EQ(
        launch("ldmatrix", load_matrices, {1}, 32, 0, nullptr, din.data(), out.data(), transposed),
        0);
    expect_no_findings();
    const auto r = out.read();
    for (int lane = 0; lane < 32; ++lane) {
      for (int m = 0; m < 4; ++m) {
        for (int h = 0; h < 2; ++h) {
          const int g = lane / 4, t = lane % 4;
          const int row = transposed ? 2 * t + h : g, column = transposed ? g : 2 * t + h;
          EXPECT_EQ(r[static_cast<std::size_t>(4 * lane + m)] >> (16 * h) & 0xffffu,
                    static_cast<uint32_t>(64 * m + 8 * row + column));
        }
      }
    }
  }
}

__global__ void part_of_a_warp(uint32_t* out) {
  const uint32_t a[4] = {}, b[2] = {};
  float d[4] = {};
  if (threadIdx.x < 31) mma_m16n8k16_bf16(d, a, b);
  out[threadIdx.x] = static_cast<uint32_t>(d[0]);
}
__global__ void rows_off_by_eight(uint32_t* out) {
  __shared__ __align__(16) uint16_t tile[32 * 8 + 8];
  for (unsigned c = 0; c < 8; ++c) tile[8 * threadIdx.x + c] = 0;
  if (threadIdx.x < 8) tile[256 + threadIdx.x] = 0;
  __syncwarp();
  uint32_t r[4];
  ldmatrix_x4(r, tile + 8 * threadIdx.x + 4);
  out[threadIdx.x] = r[0];
}

TEST(SimtFragments, WholeWarpInstructionsNeedAWholeWarpAndAlignedRows) {
  const DeviceArray<uint32_t> out(std::size_t{32});
  launch("part_of_a_warp", part_of_a_warp, {1}, 32, 0, nullptr, out.data());
  const auto part = simt::Machine::instance().take_findings();
  ASSERT_FALSE(part.empty());
  EXPECT_EQ(part[0].kind, simt::FindingKind::kIllegalMask);
  launch("rows_off_by_eight", rows_off_by_eight, {1}, 32, 0, nullptr, out.data());
  const auto rows = simt::Machine::instance().take_findings();
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].kind, simt::FindingKind::kMisaligned);
}

}  // namespace
}  // namespace gatun::cuda::test

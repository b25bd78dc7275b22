// SPDX-License-Identifier: Apache-2.0
// wgmma: every accumulator of every thread, every element of both operands, every way that a
// descriptor lays them out. Row m of A selects row (m + s) % 16 of B, so that sixteen s go through
// all elements of A; B has the number of its column, then of its row.
#include <gtest/gtest.h>

#include "harness.h"
#include "kernels/cuda/instructions_sm90.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda::test {
namespace {

using simt::FindingKind;

struct Layout {
  Swizzle swizzle;
  bool transposed;
  uint32_t leading, stride;
};

// Where an element of an operand [rows, 16] lies: what CUTLASS calls the canonical layouts.
std::size_t byte_of(const Layout& layout, int row, int k) {
  const int pieces = layout.swizzle == Swizzle::kNone ? 1 : static_cast<int>(layout.swizzle) / 16;
  const auto leading = static_cast<int>(layout.leading), stride = static_cast<int>(layout.stride);
  int byte;
  if (!layout.transposed) {
    byte = row % 8 * 16 * pieces + row / 8 * stride +
           k / 8 * (layout.swizzle == Swizzle::kNone ? leading : 16) + k % 8 * 2;
  } else if (layout.swizzle == Swizzle::kNone) {
    byte = row / 8 * stride + row % 8 * 2 + k % 8 * 16 + k / 8 * leading;
  } else {
    const int unit = 8 * pieces;  // elements of a row of the swizzle
    byte = row % unit * 2 + row / unit * leading + k % 8 * 16 * pieces + k / 8 * stride;
  }
  const int bits = pieces == 8 ? 3 : pieces == 4 ? 2 : pieces == 2 ? 1 : 0;
  return static_cast<std::size_t>(byte ^ ((byte >> 7 & ((1 << bits) - 1)) << 4));
}

std::vector<Layout> layouts(int rows) {
  std::vector<Layout> all;
  const auto count = static_cast<uint32_t>(rows);
  for (const Swizzle swizzle : {Swizzle::kNone, Swizzle::k32, Swizzle::k64, Swizzle::k128}) {
    const auto width = swizzle == Swizzle::kNone ? 16u : static_cast<uint32_t>(swizzle);
    // Along k: 8 rows of the swizzle, then the next 8 rows of the operand.
    all.push_back({swizzle, false, 8 * width * count / 8, 8 * width});
    // Along rows: 8 columns of k under each other, blocks of `width` bytes behind each other.
    all.push_back(swizzle == Swizzle::kNone ? Layout{swizzle, true, 128, 256}
                                            : Layout{swizzle, true, 16 * width, 8 * width});
  }
  return all;
}

uint16_t bits_of(float value, bool half) {
  if (half) return simt::float_to_half(value);
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<uint16_t>(bits >> 16);
}

constexpr int kOperandBytes = 64 << 10;  // room for every layout of 256 rows

std::vector<uint16_t> image(const Layout& layout, int rows, bool half, auto value) {
  std::vector<uint16_t> bytes(kOperandBytes / 2);
  for (int row = 0; row < rows; ++row) {
    for (int k = 0; k < 16; ++k) bytes[byte_of(layout, row, k) / 2] = bits_of(value(row, k), half);
  }
  return bytes;
}

struct Call {
  const uint16_t* a;  // images of shared memory
  const uint16_t* b;
  Layout a_layout, b_layout;
  bool a_in_registers, half, accumulate;
  float* out;  // [128, N / 2]
};

template <int kN, bool kTransposed>
__global__ void multiply(Call call) {
  GATUN_DYNAMIC_SHARED(memory);
  unsigned char* shared = memory + (1024 - shared_address(memory) % 1024) % 1024;
  auto* words = reinterpret_cast<uint16_t*>(shared);
  const int thread = static_cast<int>(threadIdx.x);
  constexpr int kWords = kOperandBytes / 2;
  for (int i = thread; i < kWords; i += 128) {
    words[i] = call.a[i];
    words[kWords + i] = call.b[i];
  }
  fence_async_proxy();
  __syncthreads();
  float d[kN / 2];
  for (int i = 0; i < kN / 2; ++i) d[i] = static_cast<float>(1000 * thread + i);
  const uint64_t b = wgmma_descriptor(shared + kOperandBytes, call.b_layout.leading,
                                      call.b_layout.stride, call.b_layout.swizzle);
  const uint64_t a =
      wgmma_descriptor(shared, call.a_layout.leading, call.a_layout.stride, call.a_layout.swizzle);
  wgmma_fence();
  const auto multiply_by = [&](const auto& operand) {
    if constexpr (kN == 64) {
      call.half ? wgmma_m64n64k16_f16<kTransposed>(d, operand, b, call.accumulate)
                : wgmma_m64n64k16_bf16<kTransposed>(d, operand, b, call.accumulate);
    } else if constexpr (kN == 128) {
      call.half ? wgmma_m64n128k16_f16<kTransposed>(d, operand, b, call.accumulate)
                : wgmma_m64n128k16_bf16<kTransposed>(d, operand, b, call.accumulate);
    } else {
      call.half ? wgmma_m64n256k16_f16<kTransposed>(d, operand, b, call.accumulate)
                : wgmma_m64n256k16_bf16<kTransposed>(d, operand, b, call.accumulate);
    }
  };
  uint32_t registers[4];
  if (call.a_in_registers) {  // those of A of mma.m16n8k16, plain row after row in memory
    const int row = thread / 32 * 16 + thread % 32 / 4, k = thread % 4 * 2;
    const auto pair = [&](int r, int c) {
      return words[r * 16 + c] | static_cast<uint32_t>(words[r * 16 + c + 1]) << 16;
    };
    registers[0] = pair(row, k);
    registers[1] = pair(row + 8, k);
    registers[2] = pair(row, k + 8);
    registers[3] = pair(row + 8, k + 8);
    multiply_by(registers);
  } else {
    multiply_by(a);
  }
  wgmma_commit();
  wgmma_wait<0>();
  hold_registers(d);
  for (int i = 0; i < kN / 2; ++i) call.out[thread * (kN / 2) + i] = d[i];
}

template <int kN>
void expect_products(bool half, bool a_in_registers, const Layout& a, const Layout& b) {
  for (int s = 0; s < 16; ++s) {
    const bool by_column = s % 2 == 0;
    auto a_image =
        image(a, 64, half, [&](int m, int k) { return k == (m + s) % 16 ? 1.0f : 0.0f; });
    if (a_in_registers) {
      for (int m = 0; m < 64; ++m) {
        for (int k = 0; k < 16; ++k)
          a_image[static_cast<std::size_t>(16 * m + k)] =
              bits_of(k == (m + s) % 16 ? 1.0f : 0.0f, half);
      }
    }
    const auto b_image =
        image(b, kN, half, [&](int n, int k) { return static_cast<float>(by_column ? n : k + 1); });
    const DeviceArray<uint16_t> da(a_image), db(b_image);
    const DeviceArray<float> out(std::size_t{128 * kN / 2});
    const bool accumulate = s % 4 >= 2;
    const Call call{da.data(), db.data(), a, b, a_in_registers, half, accumulate, out.data()};
    ASSERT_EQ(launch("wgmma", b.transposed ? multiply<kN, true> : multiply<kN, false>, {1}, 128,
                     2 * kOperandBytes + 1024, nullptr, call),
              0);
    const auto d = out.read();
    for (int t = 0; t < 128; ++t) {
      for (int i = 0; i < kN / 2; ++i) {
        const int warp = t / 32, g = t % 32 / 4, q = t % 4;
        const int row = 16 * warp + g + (i % 4 >= 2 ? 8 : 0), column = i / 4 * 8 + 2 * q + i % 2;
        const float product = static_cast<float>(by_column ? column : (row + s) % 16 + 1);
        ASSERT_EQ(d[static_cast<std::size_t>(t * kN / 2 + i)],
                  product + (accumulate ? static_cast<float>(1000 * t + i) : 0))
            << "s " << s << ", thread " << t << ", register " << i;
      }
    }
  }
  expect_no_findings();
}

TEST(SimtWgmma, EveryThreadHoldsTheElementsThatPtxGivesIt) {
  const Layout plain{Swizzle::k128, false, 16, 1024};
  for (const bool in_registers : {false, true}) {
    expect_products<64>(false, in_registers, plain, plain);
    expect_products<128>(false, in_registers, plain, plain);
    expect_products<256>(false, in_registers, plain, plain);
    expect_products<64>(true, in_registers, plain, plain);
  }
}

// 8 bits: rows of B of 32 bytes in rows of the swizzle of 128.
__global__ void multiply_int8(const int8_t* a, const int8_t* b, bool accumulate, int32_t* out) {
  GATUN_DYNAMIC_SHARED(memory);
  unsigned char* shared = memory + (1024 - shared_address(memory) % 1024) % 1024;
  const int thread = static_cast<int>(threadIdx.x);
  for (int i = thread; i < 64 * 128; i += 128)
    shared[i ^ (i / 128 % 8 * 16)] = static_cast<unsigned char>(b[i]);
  fence_async_proxy();
  __syncthreads();
  int32_t d[32];
  for (int i = 0; i < 32; ++i) d[i] = 1000 * thread + i;
  uint32_t registers[4];  // those of A of mma.m16n8k32, plain row after row in memory
  for (int i = 0; i < 4; ++i) {
    const int8_t* from =
        a + (thread / 32 * 16 + thread % 32 / 4 + i % 2 * 8) * 32 + thread % 4 * 4 + i / 2 * 16;
    registers[i] = 0;
    for (int e = 0; e < 4; ++e)
      registers[i] |= static_cast<uint32_t>(static_cast<uint8_t>(from[e])) << (8 * e);
  }
  wgmma_fence();
  wgmma_m64n64k32_s8(d, registers, wgmma_descriptor(shared + 32, 16, 1024, Swizzle::k128),
                     accumulate);
  wgmma_commit();
  wgmma_wait<0>();
  hold_registers(d);
  for (int i = 0; i < 32; ++i) out[thread * 32 + i] = d[i];
}

// Row m of A selects row (m + s) % 32 of B, with a sign of its own.
TEST(SimtWgmma, EveryThreadHoldsTheElementsOfEightBits) {
  for (int s = 0; s < 32; ++s) {
    std::vector<int8_t> a(64 * 32), b(64 * 128, 99);  // its columns 32 to 63 are multiplied
    for (int m = 0; m < 64; ++m)
      a[static_cast<std::size_t>(32 * m + (m + s) % 32)] = m % 3 == 0 ? -1 : 1;
    const auto value = [&](int n, int k) { return s % 2 == 0 ? n - 32 : 4 * k - 64; };
    for (int n = 0; n < 64; ++n) {
      for (int k = 0; k < 32; ++k)
        b[static_cast<std::size_t>(128 * n + 32 + k)] = static_cast<int8_t>(value(n, k));
    }
    const DeviceArray<int8_t> da(a), db(b);
    const DeviceArray<int32_t> out(std::size_t{128 * 32});
    const bool accumulate = s % 4 >= 2;
    ASSERT_EQ(launch("wgmma_int8", multiply_int8, {1}, 128, 9 * 1024 + 128, nullptr, da.data(),
                     db.data(), accumulate, out.data()),
              0);
    const auto d = out.read();
    for (int t = 0; t < 128; ++t) {
      for (int i = 0; i < 32; ++i) {
        const int row = t / 32 * 16 + t % 32 / 4 + (i % 4 >= 2 ? 8 : 0);
        const int product = value(i / 4 * 8 + t % 4 * 2 + i % 2, (row + s) % 32);
        ASSERT_EQ(d[static_cast<std::size_t>(t * 32 + i)],
                  (row % 3 == 0 ? -product : product) + (accumulate ? 1000 * t + i : 0))
            << "s " << s << ", thread " << t << ", register " << i;
      }
    }
  }
  expect_no_findings();
}

TEST(SimtWgmma, EveryLayoutOfADescriptor) {
  const Layout plain{Swizzle::k128, false, 16, 1024};
  for (const Layout& layout : layouts(64)) {
    SCOPED_TRACE(static_cast<int>(layout.swizzle) + (layout.transposed ? 1 : 0));
    expect_products<64>(false, true, plain, layout);
    if (!layout.transposed) expect_products<64>(false, false, layout, plain);
  }
  for (const Layout& layout : layouts(128)) {
    SCOPED_TRACE(static_cast<int>(layout.swizzle) + (layout.transposed ? 1 : 0));
    if (layout.transposed) expect_products<128>(false, true, plain, layout);
  }
}

enum class Fault {
  kNone,
  kNoWait,
  kNoFence,       // of registers
  kNoProxyFence,  // of shared memory
  kNoBarrier,
  kHalfTheWarps,
  kOverwritten,  // shared memory, before the wait
  kSkewed,       // a start inside the swizzle's pattern
  kNeverWaited,
};

__global__ void faulty(Fault fault, float* out) {
  GATUN_DYNAMIC_SHARED(memory);
  unsigned char* shared = memory + (1024 - shared_address(memory) % 1024) % 1024;
  auto* words = reinterpret_cast<uint32_t*>(shared);
  const int thread = static_cast<int>(threadIdx.x);
  for (int i = thread; i < 4096; i += 128) words[i] = 0;
  if (fault != Fault::kNoProxyFence) fence_async_proxy();
  if (fault != Fault::kNoBarrier) __syncthreads();
  float d[32] = {};
  const uint64_t a = wgmma_descriptor(shared, 16, 1024, Swizzle::k128);
  const uint64_t b = wgmma_descriptor(shared + (fault == Fault::kSkewed ? 8192 + 128 : 8192), 16,
                                      1024, Swizzle::k128);
  if (fault != Fault::kNoFence) wgmma_fence();
  if (fault == Fault::kHalfTheWarps && thread >= 64) return;
  wgmma_m64n64k16_bf16(d, a, b, true);
  wgmma_m64n64k16_bf16(d, a + 2, b + 2, true);
  wgmma_commit();
  if (fault == Fault::kOverwritten) words[thread] = 1;
  if (fault == Fault::kNeverWaited) return;
  float early = 0;
  if (fault == Fault::kNoWait) early = d[3];
  wgmma_wait<0>();
  hold_registers(d);
  out[thread] = d[0] + early;
}

TEST(SimtWgmma, FindsMisuse) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> out(std::size_t{128});
  const auto first = [&](Fault fault) {
    EXPECT_EQ(launch("faulty", faulty, {1}, 128, 17 * 1024 + 256, nullptr, fault, out.data()), 0);
    const auto found = simt::Machine::instance().take_findings();
    return found.empty() ? std::string() : std::string(finding_name(found[0].kind));
  };
  for (const simt::Schedule& schedule : schedules(1)) {
    simt::Machine::instance().schedule = schedule;
    EXPECT_EQ(first(Fault::kNone), "");
    // clang does not report accesses to every register: then it is their value that tells.
    const std::string early = first(Fault::kNoWait);
    EXPECT_TRUE(early == "missing wait" || std::isnan(out.read()[0])) << early;
    EXPECT_EQ(first(Fault::kNoFence), "missing fence");
    EXPECT_EQ(first(Fault::kNoProxyFence), "missing fence");
    EXPECT_EQ(first(Fault::kNoBarrier), "race");
    EXPECT_NE(first(Fault::kHalfTheWarps), "");
    EXPECT_EQ(first(Fault::kOverwritten), "race");
    EXPECT_EQ(first(Fault::kSkewed), "misaligned access");
    EXPECT_EQ(first(Fault::kNeverWaited), "missing wait");
  }
  simt::Machine::instance().schedule = {};
}

}  // namespace
}  // namespace gatun::cuda::test

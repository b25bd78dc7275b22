// SPDX-License-Identifier: Apache-2.0
// mbarriers, TMA, named barriers and the rest that producers and consumers of a block share: what
// they do, and each misuse of them in a kernel of its own.
#include <gtest/gtest.h>

#include "harness.h"
#include "kernels/cuda/instructions_sm90.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda::test {
namespace {

// The first finding of the last launch, "" if there is none.
std::string first_finding() {
  const auto found = simt::Machine::instance().take_findings();
  return found.empty() ? std::string() : std::string(finding_name(found[0].kind));
}

template <typename Check>
void in_every_order(Check check) {
  for (const simt::Schedule& schedule : schedules(2)) {
    simt::Machine::instance().schedule = schedule;
    check();
  }
  simt::Machine::instance().schedule = {};
}

__device__ void await(uint64_t* barrier, uint32_t parity) {
  while (!mbarrier_try_wait(barrier, parity)) {
  }
}

// ---- mbarriers between threads ------------------------------------------------------------------

enum class Hand {
  kSound,
  kNoWait,
  kAskedOnce,
  kTooFew,
  kTooMany,
  kWrongParity,
  kNoInit,
  kNoReturn
};

// Warp 0 hands five values over to warp 1 through one slot of shared memory.
__global__ void hand_over(Hand how, int* out) {
  __shared__ uint64_t full, empty;
  __shared__ int slot[32];
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32;
  if (thread == 0 && how != Hand::kNoInit) {
    mbarrier_init(&full, how == Hand::kTooFew ? 33 : how == Hand::kTooMany ? 31 : 32);
    mbarrier_init(&empty, 32);
  }
  __syncthreads();
  for (uint32_t round = 0; round < 5; ++round) {
    const uint32_t parity = round & 1;
    if (thread < 32) {
      if (how != Hand::kNoReturn) await(&empty, parity ^ 1);
      slot[lane] = static_cast<int>(round) + lane;
      mbarrier_arrive(&full);
    } else {
      if (how == Hand::kAskedOnce) {
        mbarrier_try_wait(&full, parity);
      } else if (how != Hand::kNoWait) {
        await(&full, how == Hand::kWrongParity ? parity ^ 1 : parity);
      }
      out[static_cast<int>(round) * 32 + lane] = slot[31 - lane];
      mbarrier_arrive(&empty);
    }
  }
}

TEST(SimtMbarrier, OrdersThoseWhoWaitBehindThoseWhoArrived) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  in_every_order([] {
    const DeviceArray<int> out(std::size_t{160});
    const auto run = [&](Hand how) {
      EXPECT_EQ(launch("hand_over", hand_over, {1}, 64, 0, nullptr, how, out.data()), 0);
      return first_finding();
    };
    EXPECT_EQ(run(Hand::kSound), "");
    for (int round = 0; round < 5; ++round)
      EXPECT_EQ(out.read()[static_cast<std::size_t>(round * 32 + 3)], round + 28);
    EXPECT_NE(run(Hand::kNoWait), "");
    EXPECT_NE(run(Hand::kAskedOnce), "");
    EXPECT_EQ(run(Hand::kTooFew), "divergent barrier");
    EXPECT_NE(run(Hand::kTooMany), "");
    EXPECT_NE(run(Hand::kWrongParity), "");
    EXPECT_EQ(run(Hand::kNoInit), "uninitialised read");
    EXPECT_NE(run(Hand::kNoReturn), "");
  });
}

// ---- TMA loads ----------------------------------------------------------------------------------

struct Box {
  int at[4];
  int rank;
  int elements;
};

__global__ void load_box(const __grid_constant__ TensorMap map, Box box, uint16_t* out) {
  __shared__ uint64_t barrier;
  GATUN_DYNAMIC_SHARED(memory);
  auto* shared =
      reinterpret_cast<uint16_t*>(memory + (1024 - shared_address(memory) % 1024) % 1024);
  const int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) {
    mbarrier_init(&barrier, 1);
    fence_async_proxy();
  }
  __syncthreads();
  if (thread == 0) {
    mbarrier_arrive_expect(&barrier, static_cast<uint32_t>(2 * box.elements));
    const int* at = box.at;
    if (box.rank == 1) tma_load_1d(shared, &map, &barrier, at[0]);
    if (box.rank == 2) tma_load_2d(shared, &map, &barrier, at[0], at[1]);
    if (box.rank == 3) tma_load_3d(shared, &map, &barrier, at[0], at[1], at[2]);
    if (box.rank == 4) tma_load_4d(shared, &map, &barrier, at[0], at[1], at[2], at[3]);
  }
  await(&barrier, 0);
  for (int i = thread; i < box.elements; i += 32) out[i] = shared[i];
}

TEST(SimtTma, LoadsBoxesWithZerosOutside) {
  // A tensor of 24 x 10 x 5 x 3, rows 32 elements apart.
  constexpr int kSizes[] = {24, 10, 5, 3}, kPitch = 32;
  std::vector<uint16_t> values(kPitch * 10 * 5 * 3);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(i + 1);
  const DeviceArray<uint16_t> data(values);
  const int corners[][4] = {
      {0, 0, 0, 0}, {8, 3, 2, 1}, {-3, -2, -1, -1}, {17, 8, 4, 2}, {24, 0, 0, 0}};
  for (int rank = 1; rank <= 4; ++rank) {
    for (const int swizzle_bytes : {0, 32, 64, 128}) {
      const int width = swizzle_bytes == 0 ? 16 : swizzle_bytes / 2;
      const int box[] = {width, rank > 1 ? 9 : 1, rank > 2 ? 3 : 1, rank > 3 ? 2 : 1};
      TensorBox shape{data.data(), rank, {}, {}, {}, static_cast<Swizzle>(swizzle_bytes)};
      uint64_t stride = 2 * kPitch;
      for (int i = 0; i < rank; ++i) {
        shape.sizes[i] = static_cast<uint64_t>(kSizes[i]);
        shape.box[i] = static_cast<uint32_t>(box[i]);
        if (i == 0) continue;
        shape.strides[i - 1] = stride;
        stride *= static_cast<uint64_t>(kSizes[i]);
      }
      TensorMap map;
      ASSERT_EQ(make_tensor_map(shape, &map), 0);
      for (const auto& corner : corners) {
        Box where{
            {corner[0], corner[1], corner[2], corner[3]}, rank, box[0] * box[1] * box[2] * box[3]};
        const DeviceArray<uint16_t> out(static_cast<std::size_t>(where.elements));
        ASSERT_EQ(launch("load_box", load_box, {1}, 32, 64 << 10, nullptr, map, where, out.data()),
                  0);
        ASSERT_EQ(first_finding(), "");
        const auto got = out.read();
        for (int i = 0; i < where.elements; ++i) {
          int rest = i, at[4], pitch = 1, from = 0;
          bool inside = true;
          for (int j = 0; j < 4; ++j) {
            at[j] = (j < rank ? corner[j] : 0) + rest % box[j];
            rest /= box[j];
            inside = inside && at[j] >= 0 && at[j] < kSizes[j];
            from += at[j] * pitch;
            pitch *= j == 0 ? kPitch : kSizes[j];
          }
          // Pieces of 8 elements: the number of the 128-byte line is xored into that of the piece.
          const int piece = i / 8, line = i / 64, mask = swizzle_bytes == 0 ? 0 : width / 8 - 1;
          const int place = (piece ^ (line & mask)) * 8 + i % 8;
          ASSERT_EQ(got[static_cast<std::size_t>(place)],
                    inside ? values[static_cast<std::size_t>(from)] : 0)
              << "rank " << rank << ", swizzle " << swizzle_bytes << ", element " << i;
        }
      }
    }
  }
}

TEST(SimtTma, RefusesWhatTheDriverRefuses) {
  const DeviceArray<uint16_t> data(std::vector<uint16_t>(4096));
  const TensorBox good{data.data(), 2, {64, 32}, {128}, {64, 8}, Swizzle::k128};
  TensorMap map;
  EXPECT_EQ(make_tensor_map(good, &map), 0);
  const auto refused = [&](auto change) {
    TensorBox bad = good;
    change(bad);
    return make_tensor_map(bad, &map) == kInvalidConfiguration;
  };
  EXPECT_TRUE(refused([](TensorBox& b) { b.data += 1; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.rank = 0; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.sizes[1] = 0; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.strides[0] = 120; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.strides[0] = uint64_t{1} << 40; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.box[1] = 257; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.box[0] = 4; }));
  EXPECT_TRUE(refused([](TensorBox& b) { b.box[0] = 72; }));  // wider than the swizzle
}

enum class Load {
  kSound,
  kNoWait,
  kNoInitFence,
  kNoDataFence,
  kTooFewBytes,
  kTooManyBytes,
  kLateWait,
  kOddTarget,
  kNotAwaited,
  kReused
};

// Two boxes into the halves of a buffer; the other warp reads them back.
__global__ void load_two(const __grid_constant__ TensorMap map, Load how, uint16_t* out) {
  __shared__ uint64_t barriers[2];
  GATUN_DYNAMIC_SHARED(memory);
  auto* shared =
      reinterpret_cast<uint16_t*>(memory + (1024 - shared_address(memory) % 1024) % 1024);
  const int thread = static_cast<int>(threadIdx.x), lane = thread % 32;
  for (int i = thread; i < 1024; i += 64) shared[i] = 7;  // a box is 8 rows of 64
  if (how != Load::kNoDataFence) fence_async_proxy();
  if (thread == 0) {
    mbarrier_init(&barriers[0], 1);
    mbarrier_init(&barriers[1], 1);
    if (how != Load::kNoInitFence) fence_async_proxy();
  }
  __syncthreads();
  constexpr uint32_t kBytes = 1024;
  if (thread == 0) {
    for (int i = 0; i < 2; ++i) {
      mbarrier_arrive_expect(&barriers[i], how == Load::kTooFewBytes    ? kBytes - 16
                                           : how == Load::kTooManyBytes ? kBytes + 16
                                                                        : kBytes);
      tma_load_2d(shared + 512 * i + (how == Load::kOddTarget ? 8 : 0), &map, &barriers[i], 0,
                  8 * i);
    }
  }
  if (thread < 32 || how == Load::kNotAwaited) return;
  for (int i = 0; i < 2; ++i) {
    if (how == Load::kNoWait || (how == Load::kLateWait && i == 1)) {
      await(&barriers[0], 0);
    } else {
      await(&barriers[i], 0);
    }
    if (how == Load::kNoWait) continue;
    for (int j = lane; j < 512; j += 32) out[512 * i + j] = shared[512 * i + j];
  }
  if (how == Load::kNoWait) out[lane] = shared[512 + lane];
  if (how == Load::kReused && lane == 0) {  // while the other lanes may still read
    mbarrier_arrive_expect(&barriers[0], kBytes);
    tma_load_2d(shared, &map, &barriers[0], 0, 0);
    await(&barriers[0], 1);
  }
}

TEST(SimtTma, FindsMisuseOfLoads) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<uint16_t> data(std::vector<uint16_t>(16 * 64, 3));
  TensorMap map;
  ASSERT_EQ(make_tensor_map({data.data(), 2, {64, 16}, {128}, {64, 8}, Swizzle::k128}, &map), 0);
  in_every_order([&] {
    const DeviceArray<uint16_t> out(std::size_t{1024});
    const auto run = [&](Load how) {
      EXPECT_EQ(launch("load_two", load_two, {1}, 64, 4096, nullptr, map, how, out.data()), 0);
      return first_finding();
    };
    EXPECT_EQ(run(Load::kSound), "");
    EXPECT_EQ(out.read()[1000], 3);
    EXPECT_EQ(run(Load::kNoWait), "missing wait");
    EXPECT_EQ(run(Load::kNoInitFence), "missing fence");
    EXPECT_EQ(run(Load::kNoDataFence), "missing fence");
    EXPECT_EQ(run(Load::kTooFewBytes), "illegal argument");
    EXPECT_EQ(run(Load::kTooManyBytes), "divergent barrier");
    EXPECT_EQ(run(Load::kLateWait), "missing wait");
    EXPECT_EQ(run(Load::kOddTarget), "misaligned access");
    EXPECT_EQ(run(Load::kNotAwaited), "missing wait");
    EXPECT_NE(run(Load::kReused), "");
  });
}

// ---- bulk copies back ---------------------------------------------------------------------------

enum class Store { kSound, kNoFence, kNoBarrier, kNoWait, kOverwritten, kOdd };

__global__ void store_box(const __grid_constant__ TensorMap map,
                          Store how,
                          const uint16_t* in,
                          uint16_t* plain) {
  __shared__ uint64_t barrier;
  GATUN_DYNAMIC_SHARED(memory);
  auto* shared =
      reinterpret_cast<uint16_t*>(memory + (1024 - shared_address(memory) % 1024) % 1024);
  const int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) {
    mbarrier_init(&barrier, 1);
    fence_async_proxy();
    mbarrier_arrive_expect(&barrier, 1024);
    bulk_load(shared, in, 1024, &barrier);
  }
  __syncthreads();
  await(&barrier, 0);
  for (int i = thread; i < 512; i += 64) shared[i] = static_cast<uint16_t>(shared[i] + 1);
  if (how != Store::kNoFence) fence_async_proxy();
  if (how != Store::kNoBarrier) __syncthreads();
  if (thread != 0) {
    if (how == Store::kOverwritten && thread == 40) shared[7] = 0;
    return;
  }
  tma_store_2d(&map, shared, 0, 4);
  bulk_commit();
  bulk_store(plain, shared, how == Store::kOdd ? 1000 : 1024);
  bulk_commit();
  if (how == Store::kNoWait) return;
  bulk_wait_read<1>();
  bulk_wait<0>();
}

TEST(SimtTma, StoresBoxesAndRunsOfBytes) {
  std::vector<uint16_t> values(512);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(i);
  const DeviceArray<uint16_t> in(values);
  in_every_order([&] {
    const DeviceArray<uint16_t> out(std::vector<uint16_t>(8 * 56, 9)), plain(std::size_t{512});
    TensorMap map;
    // 8 rows of 50 elements: the box leaves it on two sides.
    ASSERT_EQ(make_tensor_map({out.data(), 2, {50, 8}, {112}, {64, 8}, Swizzle::k128}, &map), 0);
    const auto run = [&](Store how) {
      EXPECT_EQ(
          launch("store_box", store_box, {1}, 64, 4096, nullptr, map, how, in.data(), plain.data()),
          0);
      return first_finding();
    };
    EXPECT_EQ(run(Store::kSound), "");
    const auto got = out.read();
    for (int row = 0; row < 8; ++row) {
      for (int c = 0; c < 56; ++c) {
        const int from = ((row - 4) * 8 + (c / 8 ^ (row - 4))) * 8 + c % 8;  // swizzled
        EXPECT_EQ(got[static_cast<std::size_t>(row * 56 + c)], row < 4 || c >= 50 ? 9 : from + 1);
      }
    }
    EXPECT_EQ(plain.read()[300], 301);
    EXPECT_EQ(run(Store::kNoWait), "missing wait");
    EXPECT_EQ(run(Store::kOdd), "misaligned access");
    if (!simt::kPlainAccessesSeen) return;
    EXPECT_EQ(run(Store::kNoFence), "missing fence");
    EXPECT_EQ(run(Store::kNoBarrier), "race");
    EXPECT_EQ(run(Store::kOverwritten), "race");
  });
}

// ---- named barriers, elected lanes, registers
// -----------------------------------------------------

enum class Part { kSound, kNoArrival, kTwice, kCounts, kNoSync };

// Warps 1 and 2 write; warp 0 waits for both, which do not wait for it; warp 3 is elsewhere.
__global__ void part_of_a_block(Part how, int* out) {
  __shared__ int held[64];
  const int thread = static_cast<int>(threadIdx.x);
  if (thread >= 96) return;
  if (thread >= 32) {
    held[thread - 32] = thread;
    if (how != Part::kNoArrival || thread < 64)
      barrier_arrive(3, how == Part::kCounts && thread >= 64 ? 64 : 96);
    if (how == Part::kTwice && thread < 64) barrier_arrive(3, 96);
    return;
  }
  if (how != Part::kNoSync) barrier_sync(3, 96);
  out[thread] = held[63 - thread] + held[thread];
  if (how == Part::kNoSync) barrier_sync(3, 96);
}

TEST(SimtBarriers, PartsOfABlockWaitForOthersThatGoOn) {
  in_every_order([] {
    const DeviceArray<int> out(std::size_t{32});
    const auto run = [&](Part how) {
      EXPECT_EQ(launch("part", part_of_a_block, {1}, 128, 0, nullptr, how, out.data()), 0);
      return first_finding();
    };
    EXPECT_EQ(run(Part::kSound), "");
    EXPECT_EQ(out.read()[5], 95 - 5 + 32 + 5);
    EXPECT_EQ(run(Part::kNoArrival), "divergent barrier");
    EXPECT_EQ(run(Part::kTwice), "divergent barrier");
    EXPECT_EQ(run(Part::kCounts), "divergent barrier");
    if (simt::kPlainAccessesSeen) {
      EXPECT_NE(run(Part::kNoSync), "");
    }
  });
}

__global__ void one_of_a_warp(int* out) {
  if (elect_one()) out[threadIdx.x / 32] = 1;
}
__global__ void registers(int* out, bool too_many) {
  if (threadIdx.x < 128) {
    lower_registers<24>();
  } else {
    too_many ? raise_registers<256>() : raise_registers<240>();
  }
  out[threadIdx.x] = 1;
}

// Two warps come to the instruction in one place of the program, two in another.
__global__ void registers_apart(int* out) {
  int* mine = out + threadIdx.x;
  if (threadIdx.x < 64) {
    *mine = 1;
    lower_registers<24>();
    *mine += 1;
  } else {
    *mine = 2;
    lower_registers<24>();
    *mine *= 2;
  }
}

TEST(SimtBarriers, ElectedLanesAndRegisters) {
  in_every_order([] {
    const DeviceArray<int> out(std::size_t{384});
    launch("one_of_a_warp", one_of_a_warp, {1}, 64, 0, nullptr, out.data());
    EXPECT_EQ(first_finding(), "");
    EXPECT_EQ(out.read()[1], 1);
    launch("registers", registers, {1}, 384, 0, nullptr, out.data(), false);
    EXPECT_EQ(first_finding(), "");
    launch("registers", registers, {1}, 384, 0, nullptr, out.data(), true);
    EXPECT_EQ(first_finding(), "illegal argument");
    launch("registers_apart", registers_apart, {1}, 128, 0, nullptr, out.data());
    EXPECT_EQ(first_finding(), "illegal mask");
  });
}

__global__ void count_with_atomics(int* ints, unsigned* bits, unsigned long long* wide) {
  atomicMin(ints, static_cast<int>(100 - threadIdx.x));
  atomicOr(bits, 1u << (threadIdx.x % 32));
  atomicAnd(bits + 1, ~(1u << (threadIdx.x % 32)));
  atomicAdd(wide, uint64_t{1} << 32);
}

TEST(SimtAtomics, AreOrderedInNoOrderAndNoRace) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  in_every_order([] {
    const DeviceArray<int> ints(std::vector<int>{1000});
    const DeviceArray<unsigned> bits(std::vector<unsigned>{0, ~0u});
    const DeviceArray<unsigned long long> wide(std::vector<unsigned long long>{0});
    launch("atomics", count_with_atomics, {2}, 64, 0, nullptr, ints.data(), bits.data(),
           wide.data());
    EXPECT_EQ(first_finding(), "");
    EXPECT_EQ(ints.read()[0], 37);
    EXPECT_EQ(bits.read(), (std::vector<unsigned>{~0u, 0}));
    EXPECT_EQ(wide.read()[0], uint64_t{128} << 32);
  });
}

}  // namespace
}  // namespace gatun::cuda::test

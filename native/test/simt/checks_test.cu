// SPDX-License-Identifier: Apache-2.0
// Each kind of fault in a kernel of its own, and the sound twin that must stay silent.
#include <gtest/gtest.h>

#include "harness.h"
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/launch.h"

namespace gatun::cuda::test {
namespace {

using simt::Finding;
using simt::FindingKind;

// The kinds that a launch leaves, each once.
template <typename... Parameters, typename... Arguments>
std::vector<FindingKind> findings(void (*kernel)(Parameters...),
                                  Grid grid,
                                  int threads,
                                  std::size_t shared,
                                  const Arguments&... arguments) {
  EXPECT_EQ(launch("kernel", kernel, grid, threads, shared, nullptr, arguments...), 0);
  std::vector<FindingKind> kinds;
  for (const Finding& f : simt::Machine::instance().take_findings()) {
    if (kinds.empty() || kinds.back() != f.kind) kinds.push_back(f.kind);
  }
  return kinds;
}
using Kinds = std::vector<FindingKind>;

__global__ void reverse(int* data, bool synchronise) {
  __shared__ int held[1024];
  const unsigned t = threadIdx.x, last = blockDim.x - 1;
  held[t] = data[t];
  if (synchronise) __syncthreads();
  data[t] = held[last - t];
}

TEST(SimtChecks, FindsAMissingBarrierInEveryOrder) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  for (const int threads : {32, 64, 256, 1024}) {
    for (const simt::Schedule& schedule : schedules(3)) {
      simt::Machine::instance().schedule = schedule;
      std::vector<int> values(static_cast<std::size_t>(threads));
      for (int i = 0; i < threads; ++i) values[static_cast<std::size_t>(i)] = i;
      const DeviceArray<int> data(values);
      EXPECT_EQ(findings(reverse, {1}, threads, 0, data.data(), true), Kinds{});
      for (int i = 0; i < threads; ++i)
        EXPECT_EQ(data.read()[static_cast<std::size_t>(i)], threads - 1 - i);
      const Kinds kinds = findings(reverse, {1}, threads, 0, data.data(), false);
      EXPECT_NE(std::find(kinds.begin(), kinds.end(), FindingKind::kRace), kinds.end())
          << threads << " threads";
    }
  }
  simt::Machine::instance().schedule = {};
}

__global__ void warp_exchange(int* data, bool synchronise) {
  __shared__ int held[64];
  const unsigned t = threadIdx.x;
  held[t] = data[t];
  if (synchronise) __syncwarp();
  data[t] = held[t ^ 1];
}

TEST(SimtChecks, AWarpBarrierOrdersItsWarpOnly) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> data(std::vector<int>(64, 1));
  EXPECT_EQ(findings(warp_exchange, {1}, 64, 0, data.data(), true), Kinds{});
  EXPECT_FALSE(findings(warp_exchange, {1}, 64, 0, data.data(), false).empty());
}

__global__ void across_warps(int* data) {
  __shared__ int held[64];
  held[threadIdx.x] = 1;
  __syncwarp();
  data[threadIdx.x] = held[threadIdx.x ^ 32];
}

TEST(SimtChecks, AWarpBarrierDoesNotOrderTwoWarps) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> data(std::size_t{64});
  const Kinds kinds = findings(across_warps, {1}, 64, 0, data.data());
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), FindingKind::kRace), kinds.end());
}

__global__ void add_up(int* total, bool atomic) {
  if (threadIdx.x != 0) return;
  if (atomic) {
    atomicAdd(total, 1);
  } else {
    *total = *total + 1;
  }
}

TEST(SimtChecks, FindsARaceBetweenBlocks) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> total(std::vector<int>{0});
  EXPECT_EQ(findings(add_up, {8}, 32, 0, total.data(), true), Kinds{});
  EXPECT_EQ(total.read()[0], 8);
  EXPECT_EQ(findings(add_up, {8}, 32, 0, total.data(), false), Kinds{FindingKind::kRace});
  EXPECT_EQ(findings(add_up, {1}, 32, 0, total.data(), false), Kinds{});  // launches are ordered
}

__global__ void scale(float* data, int count) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < count) data[i] = 2 * data[i];
}

TEST(SimtChecks, FindsAccessesOutsideABuffer) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> data(std::vector<float>(33, 1.0f));
  EXPECT_EQ(findings(scale, {2}, 32, 0, data.data(), 33), Kinds{});
  EXPECT_EQ(findings(scale, {2}, 32, 0, data.data(), 34), Kinds{FindingKind::kOutOfBounds});
  EXPECT_EQ(findings(scale, {1}, 32, 0, data.data() - 1, 1), Kinds{FindingKind::kOutOfBounds});
  std::vector<float> host(32, 1.0f);
  EXPECT_EQ(findings(scale, {1}, 32, 0, host.data(), 32), Kinds{FindingKind::kOutOfBounds});
}

__global__ void sum_own(float* out, int from, int count) {
  float held[8];
  for (int i = 0; i < 8; ++i) held[i] = 1;
  float sum = 0;
  for (int i = from; i < from + count; ++i) sum += held[i];
  out[threadIdx.x] = sum;
}

TEST(SimtChecks, FindsAccessesOutsideAThreadsOwnArray) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> out(std::size_t{32});
  EXPECT_EQ(findings(sum_own, {1}, 32, 0, out.data(), 0, 8), Kinds{});
  EXPECT_EQ(findings(sum_own, {1}, 32, 0, out.data(), 1, 8), Kinds{FindingKind::kOutOfBounds});
  EXPECT_EQ(findings(sum_own, {1}, 32, 0, out.data(), -1, 8), Kinds{FindingKind::kOutOfBounds});
}

__global__ void shift_and_divide(int* out, int bits, int divisor) {
  out[threadIdx.x] = (1 << bits) / divisor;
}

TEST(SimtChecks, FindsOperationsWithoutAResult) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> out(std::size_t{32});
  EXPECT_EQ(findings(shift_and_divide, {1}, 32, 0, out.data(), 4, 2), Kinds{});
  EXPECT_EQ(out.read()[31], 8);
  const Kinds undefined{FindingKind::kUndefined};
  EXPECT_EQ(findings(shift_and_divide, {1}, 32, 0, out.data(), 32, 2), undefined);
  EXPECT_EQ(findings(shift_and_divide, {1}, 32, 0, out.data(), 4, 0), undefined);
}

__global__ void sum_shared(float* out, int from, int count) {
  GATUN_DYNAMIC_SHARED(memory);
  auto* held = reinterpret_cast<float*>(memory);
  if (threadIdx.x < 32) held[threadIdx.x] = 1;
  __syncthreads();
  float sum = 0;
  for (int i = from; i < from + count; ++i) sum += held[i];
  if (threadIdx.x == 0) out[0] = sum;
}

TEST(SimtChecks, FindsUnwrittenAndForeignSharedMemory) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> out(std::size_t{1});
  EXPECT_EQ(findings(sum_shared, {2}, 64, 256, out.data(), 0, 32), Kinds{FindingKind::kRace});
  EXPECT_EQ(findings(sum_shared, {1}, 64, 256, out.data(), 0, 32), Kinds{});
  EXPECT_EQ(findings(sum_shared, {1}, 64, 256, out.data(), 1, 32),
            Kinds{FindingKind::kUninitialised});
  EXPECT_EQ(findings(sum_shared, {1}, 64, 256, out.data(), 64, 1),
            Kinds{FindingKind::kOutOfBounds});
}

TEST(SimtChecks, FindsUnwrittenGlobalMemory) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> data(std::size_t{32});
  EXPECT_EQ(findings(scale, {1}, 32, 0, data.data(), 32), Kinds{FindingKind::kUninitialised});
}

__global__ void load_four(const float* data, float* out, int offset) {
  const Float4 f = load_vector(reinterpret_cast<const Float4*>(data + offset));
  out[threadIdx.x] = f.v[0] + f.v[3];
}

TEST(SimtChecks, FindsMisalignedVectors) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> data(std::vector<float>(64, 1.0f)), out(std::size_t{32});
  EXPECT_EQ(findings(load_four, {1}, 32, 0, data.data(), out.data(), 4), Kinds{});
  EXPECT_EQ(findings(load_four, {1}, 32, 0, data.data(), out.data(), 2),
            Kinds{FindingKind::kMisaligned});
}

__global__ void half_synchronise(int* data) {
  if (threadIdx.x < 16) {
    __syncthreads();
    data[threadIdx.x] = 1;
  } else {
    data[threadIdx.x] = 2;
    __syncthreads();
  }
}
__global__ void some_never_arrive(int* data) {
  if (threadIdx.x >= 32) {
    __syncthreads();
  } else {
    __syncwarp();
    data[threadIdx.x] = __shfl_sync(kAllLanes, 1, 0);
    if (threadIdx.x == 0) __syncwarp(1);
  }
  if (threadIdx.x % 2 == 0) __syncthreads();
}
__global__ void early_return(int* data) {
  if (threadIdx.x >= 32) return;
  __syncthreads();
  data[threadIdx.x] = 1;
}

TEST(SimtChecks, FindsDivergentBarriers) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> data(std::size_t{64});
  EXPECT_EQ(findings(half_synchronise, {1}, 32, 0, data.data()),
            Kinds{FindingKind::kDivergentBarrier});
  EXPECT_EQ(findings(some_never_arrive, {1}, 64, 0, data.data()),
            Kinds{FindingKind::kDivergentBarrier});
  EXPECT_EQ(findings(early_return, {1}, 64, 0, data.data()), Kinds{});
}

__global__ void shuffle_with(uint32_t mask, int from, int* out) {
  const unsigned lane = threadIdx.x;
  if (lane < 16) out[lane] = __shfl_sync(mask, static_cast<int>(lane), from);
}

TEST(SimtChecks, FindsIllegalMasks) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<int> out(std::size_t{32});
  EXPECT_EQ(findings(shuffle_with, {1}, 32, 0, 0xffffu, 3, out.data()), Kinds{});
  EXPECT_EQ(out.read()[7], 3);
  EXPECT_EQ(findings(shuffle_with, {1}, 32, 0, 0xffffu, 20, out.data()),
            Kinds{FindingKind::kIllegalMask});  // a lane that is not in the mask
  EXPECT_EQ(findings(shuffle_with, {1}, 32, 0, 0xfffeu, 3, out.data()),
            Kinds{FindingKind::kIllegalMask});  // the caller is not
  const Kinds returned = findings(shuffle_with, {1}, 32, 0, 0xffffffffu, 3, out.data());
  ASSERT_FALSE(returned.empty());
  EXPECT_EQ(returned[0], FindingKind::kIllegalMask);  // lanes that have returned
}

enum class Copy { kSound, kNoWait, kNoBarrier, kOddTarget, kReusedBuffer };

__global__ void copy_tile(const float* source, float* out, Copy how) {
  __shared__ __align__(16) float tile[129];
  const unsigned t = threadIdx.x;
  float* target = tile + 4 * t + (how == Copy::kOddTarget ? 1 : 0);
  cp_async_16(target, source + 4 * t, 16);
  cp_async_commit();
  if (how != Copy::kNoWait) cp_async_wait<0>();
  if (how != Copy::kNoBarrier) __syncthreads();
  float sum = tile[4 * (31 - t)];
  if (how == Copy::kReusedBuffer) {
    cp_async_16(target, source + 4 * t, 16);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();
    sum += tile[4 * (31 - t)];
  }
  out[t] = sum;
  if (how == Copy::kNoWait) cp_async_wait<0>();
}

TEST(SimtChecks, FindsUsesOfUnfinishedCopies) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  const DeviceArray<float> source(normal_values(128, 1)), out(std::size_t{32});
  const auto run = [&](Copy how) {
    return findings(copy_tile, {1}, 32, 0, source.data(), out.data(), how);
  };
  EXPECT_EQ(run(Copy::kSound), Kinds{});
  EXPECT_EQ(out.read()[0], source.read()[124]);
  const Kinds unwaited = run(Copy::kNoWait);
  ASSERT_FALSE(unwaited.empty());
  EXPECT_EQ(unwaited[0], FindingKind::kMissingWait);
  EXPECT_FALSE(run(Copy::kNoBarrier).empty());
  EXPECT_FALSE(run(Copy::kOddTarget).empty());
  // A second copy into memory that other threads may still be reading.
  EXPECT_EQ(run(Copy::kReusedBuffer), Kinds{FindingKind::kRace});
}

__global__ void tail_copy(const float* source, float* out, int bytes) {
  __shared__ __align__(16) float tile[4];
  if (threadIdx.x == 0) {
    cp_async_16(tile, source, bytes);
    cp_async_commit();
    cp_async_wait<0>();
  }
  __syncthreads();
  if (threadIdx.x < 4) out[threadIdx.x] = tile[threadIdx.x];
}

TEST(SimtChecks, AShortCopyIsFilledWithZeros) {
  const DeviceArray<float> source(std::vector<float>{1, 2, 3}), out(std::size_t{4});
  EXPECT_EQ(findings(tail_copy, {1}, 32, 0, source.data(), out.data(), 12), Kinds{});
  EXPECT_EQ(out.read(), (std::vector<float>{1, 2, 3, 0}));
  EXPECT_EQ(findings(tail_copy, {1}, 32, 0, source.data(), out.data(), 16),
            Kinds{FindingKind::kOutOfBounds});
}

__global__ void transpose(const float* in, float* out, int pitch) {
  GATUN_DYNAMIC_SHARED(memory);
  auto* tile = reinterpret_cast<float*>(memory);
  const int lane = static_cast<int>(threadIdx.x);
  for (int row = 0; row < 32; ++row) tile[row * pitch + lane] = in[row * 32 + lane];
  __syncwarp();
  for (int row = 0; row < 32; ++row) out[row * 32 + lane] = tile[lane * pitch + row];
}

TEST(SimtCounters, CountsBankConflictsAndSectors) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  simt::Machine& machine = simt::Machine::instance();
  const DeviceArray<float> in(normal_values(1024, 1)), out(std::size_t{1024});
  const auto counted = [&](int pitch) {
    machine.counting = true;
    EXPECT_EQ(findings(transpose, {1}, 32, 33 * 32 * 4, in.data(), out.data(), pitch), Kinds{});
    machine.counting = false;
    return machine.take_counters();
  };
  const simt::Counters padded = counted(33), plain = counted(32);
  EXPECT_EQ(padded.shared_requests, 64);
  EXPECT_EQ(padded.shared_passes, 64);
  EXPECT_EQ(plain.shared_passes, 32 + 32 * 32);  // a column is one bank
  EXPECT_EQ(padded.global_requests, 64);
  EXPECT_EQ(padded.global_sectors, 64 * 4);
  EXPECT_EQ(padded.ideal_sectors, 64 * 4);
  EXPECT_EQ(out.read()[1], in.read()[32]);
}

__global__ void strided(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x * 8];
}

TEST(SimtCounters, CountsSectorsOfStridedReads) {
  GATUN_NEEDS_WATCHED_ACCESSES();
  simt::Machine& machine = simt::Machine::instance();
  const DeviceArray<float> in(normal_values(256, 1)), out(std::size_t{32});
  machine.counting = true;
  EXPECT_EQ(findings(strided, {1}, 32, 0, in.data(), out.data()), Kinds{});
  machine.counting = false;
  const simt::Counters counters = machine.take_counters();
  EXPECT_EQ(counters.global_sectors, 32 + 4);
  EXPECT_EQ(counters.ideal_sectors, 4 + 4);
}

TEST(SimtLaunch, RefusesWhatNoDeviceRuns) {
  const DeviceArray<float> data(std::vector<float>(1, 1.0f));
  EXPECT_NE(launch("scale", scale, {1}, 1025, 0, nullptr, data.data(), 1), 0);
  EXPECT_NE(launch("scale", scale, {1}, 32, 228 << 10, nullptr, data.data(), 1), 0);
  EXPECT_NE(launch("scale", scale, {1, 65536}, 32, 0, nullptr, data.data(), 1), 0);
  EXPECT_EQ(launch("scale", scale, {0}, 32, 0, nullptr, data.data(), 1), 0);
}

}  // namespace
}  // namespace gatun::cuda::test

// SPDX-License-Identifier: Apache-2.0
#include "runtime/thread_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <xmmintrin.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "runtime/error.h"

namespace gatun {
namespace {

template <typename Body>
void run(ThreadPool& pool, Body body, Denormals denormals = Denormals::kFlush) {
  pool.run([](const void* b, const Team& team) { (*static_cast<const Body*>(b))(team); }, &body,
           denormals);
}

class ThreadPoolTest : public ::testing::TestWithParam<int> {};

TEST_P(ThreadPoolTest, EveryMemberRunsOncePerRegion) {
  const int threads = GetParam();
  ThreadPool pool(threads, 100);
  std::vector<int> runs(static_cast<size_t>(threads));
  for (int region = 0; region < 200; ++region) {
    run(pool, [&](const Team& team) {
      EXPECT_EQ(team.size(), threads);
      ++runs[static_cast<size_t>(
          team.index())];  // each member its own; the end of the region publishes it
    });
  }
  for (const int count : runs) EXPECT_EQ(count, 200);
  EXPECT_EQ(pool.regions(), 200);
}

TEST_P(ThreadPoolTest, CallerIsMemberZero) {
  ThreadPool pool(GetParam(), 100);
  const auto caller = std::this_thread::get_id();
  run(pool, [&](const Team& team) {
    EXPECT_EQ(std::this_thread::get_id() == caller, team.index() == 0);
  });
}

// Each round, every member reads what all wrote in the round before.
TEST_P(ThreadPoolTest, BarrierPublishesWrites) {
  const int threads = GetParam();
  ThreadPool pool(threads, 100);
  std::vector<int> cells(static_cast<size_t>(2 * threads));
  std::atomic<int> wrong{0};
  run(pool, [&](const Team& team) {
    for (int round = 0; round < 300; ++round) {
      const int half = round % 2 * threads;
      cells[static_cast<size_t>(half + team.index())] = round;
      team.barrier();
      for (int i = 0; i < threads; ++i) {
        if (cells[static_cast<size_t>(half + i)] != round) wrong.fetch_add(1);
      }
      team.barrier();
    }
  });
  EXPECT_EQ(wrong.load(), 0);
}

TEST_P(ThreadPoolTest, ParkedWorkersWakeUp) {
  ThreadPool pool(GetParam(), 1);
  std::atomic<int> runs{0};
  for (int region = 0; region < 20; ++region) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(2));  // far beyond the time that they spin
    run(pool, [&](const Team&) { runs.fetch_add(1); });
  }
  EXPECT_EQ(runs.load(), 20 * GetParam());
}

TEST_P(ThreadPoolTest, CallersQueueForTheOneRegion) {
  ThreadPool pool(GetParam(), 50);
  std::atomic<int> inside{0}, overlaps{0}, runs{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c) {
    callers.emplace_back([&] {
      for (int region = 0; region < 50; ++region) {
        run(pool, [&](const Team& team) {
          if (inside.fetch_add(1) >= team.size()) overlaps.fetch_add(1);
          runs.fetch_add(1);
          team.barrier();
          inside.fetch_sub(1);
          team.barrier();
        });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(overlaps.load(), 0);
  EXPECT_EQ(runs.load(), 3 * 50 * GetParam());
}

TEST_P(ThreadPoolTest, SetsFloatingPointModeAndRestoresTheCallers) {
  ThreadPool pool(GetParam(), 100);
  const unsigned before = _mm_getcsr();
  const unsigned unusual = (before & ~0x6000u) | 0x2000u;  // rounds down
  _mm_setcsr(unusual);
  std::atomic<int> wrong{0};
  const auto expect = [&](unsigned bits) {
    return [&wrong, bits](const Team&) {
      if ((_mm_getcsr() & 0xe040u) != bits) wrong.fetch_add(1);  // FTZ, rounding, DAZ
    };
  };
  run(pool, expect(0x8040u), Denormals::kFlush);
  run(pool, expect(0), Denormals::kKeep);
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(after & 0xffc0u, unusual & 0xffc0u);
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, ::testing::Values(1, 2, 3, 4, 9));

TEST(ThreadPoolNamesTest, WorkersAreNamed) {
  ThreadPool pool(2, 100);
  char name[16] = {};
  run(pool, [&](const Team& team) {
    if (team.index() == 1) pthread_getname_np(pthread_self(), name, sizeof(name));
  });
  EXPECT_STREQ(name, "gatun-1");
}

TEST(TeamTest, SharesCoverTheRangeOnceInOrder) {
  for (const int size : {1, 2, 3, 4, 7}) {
    for (const int64_t count : {0, 1, 5, 16, 17, 100}) {
      for (const int64_t grain : {1, 3, 16}) {
        int64_t next = 0;
        for (int index = 0; index < size; ++index) {
          const auto [begin, end] = Team(index, size, nullptr).share(count, grain);
          EXPECT_EQ(begin, next);
          EXPECT_LE(begin, end);
          EXPECT_TRUE(end % grain == 0 || end == count);
          next = end;
        }
        EXPECT_EQ(next, count);
      }
    }
  }
}

}  // namespace
}  // namespace gatun

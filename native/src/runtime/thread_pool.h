// SPDX-License-Identifier: Apache-2.0
// The threads of a device. One parallel region runs at a time; further callers queue. The caller is
// member 0 of the team, workers are the others. Starting a region is one increment of a counter
// that idle workers watch: they spin for a bounded time after a region, then park in the kernel.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/floating_point_mode.h"
#include "runtime/team.h"

namespace gatun {

// A counting barrier that all members of a team pass together; reusable at once.
class TeamBarrier {
 public:
  explicit TeamBarrier(int size) : size_(size) {}
  void wait();

 private:
  const int32_t size_;
  alignas(64) std::atomic<int32_t> arrived_{0};
  alignas(64) std::atomic<uint32_t> passed_{0};  // times that the whole team has arrived
};

class ThreadPool {
 public:
  using Region = void (*)(const void* argument, const Team& team);

  // `threads` >= 1, the caller's included. Throws DEVICE where the system gives no more threads.
  ThreadPool(int threads, int spin_microseconds);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }
  int64_t regions() const { return regions_.load(std::memory_order_relaxed); }

  // Runs region(argument, team) on every member and returns when all have returned. Regions do not
  // throw and do not start regions. Any thread may call.
  void run(Region region, const void* argument, Denormals denormals);

 private:
  void work(int index);
  bool await_region(uint32_t seen);
  void stop() noexcept;

  const int threads_;
  const int64_t spin_nanoseconds_;
  std::mutex region_mutex_;
  std::atomic<int64_t> regions_{0};
  // The region in progress, written before `started_` is raised.
  Region region_ = nullptr;
  const void* argument_ = nullptr;
  Denormals denormals_ = Denormals::kFlush;
  bool stopping_ = false;

  alignas(64) std::atomic<uint32_t> started_{0};  // regions started; what workers spin and park on
  std::atomic<int32_t> parked_{0};
  alignas(64) std::atomic<int32_t> finished_{0};  // workers that have left the region in progress
  TeamBarrier barrier_;
  std::vector<std::thread> workers_;
};

}  // namespace gatun

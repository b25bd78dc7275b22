// SPDX-License-Identifier: Apache-2.0
#include "runtime/thread_pool.h"

#include <pthread.h>

#include <chrono>
#include <string>
#include <system_error>

#include "runtime/error.h"
#include "runtime/spin_wait.h"

namespace gatun {

void Team::wait() const {
  barrier_->wait();
}

void TeamBarrier::wait() {
  const uint32_t before = passed_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    arrived_.store(
        0,
        std::memory_order_relaxed);  // before the release below, so the next round counts from zero
    passed_.store(before + 1, std::memory_order_release);
    return;
  }
  SpinWait spin;
  while (passed_.load(std::memory_order_acquire) == before) spin.step();
}

ThreadPool::ThreadPool(int threads, int spin_microseconds)
    : threads_(threads), spin_nanoseconds_(int64_t{1000} * spin_microseconds), barrier_(threads) {
  workers_.reserve(static_cast<size_t>(threads - 1));
  try {
    for (int index = 1; index < threads; ++index) {
      workers_.emplace_back([this, index] { work(index); });
      const std::string name = "gatun-" + std::to_string(index);  // the system keeps 15 characters
      pthread_setname_np(workers_.back().native_handle(), name.c_str());
    }
  } catch (const std::system_error& failure) {
    const std::string started = std::to_string(workers_.size() + 1);
    stop();
    throw Error(GATUN_STATUS_DEVICE, "device_open: the system started only " + started +
                                         " of threads = " + std::to_string(threads) + " (" +
                                         failure.what() + "); ask for fewer threads");
  }
}

ThreadPool::~ThreadPool() {
  stop();
}

void ThreadPool::stop() noexcept {
  stopping_ = true;
  started_.fetch_add(1, std::memory_order_seq_cst);
  started_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

void ThreadPool::run(Region region, const void* argument, Denormals denormals) {
  const std::lock_guard<std::mutex> one_region(region_mutex_);
  regions_.fetch_add(1, std::memory_order_relaxed);
  if (threads_ > 1) {
    region_ = region;
    argument_ = argument;
    denormals_ = denormals;
    finished_.store(0, std::memory_order_relaxed);
    // Sequentially consistent against parked_: either this sees a worker that parks, or that worker
    // sees the region.
    started_.fetch_add(1, std::memory_order_seq_cst);
    if (parked_.load(std::memory_order_seq_cst) > 0) started_.notify_all();
  }
  {
    const FloatingPointMode mode(denormals);
    region(argument, Team(0, threads_, &barrier_));
  }
  SpinWait spin;
  while (threads_ > 1 && finished_.load(std::memory_order_acquire) < threads_ - 1) spin.step();
}

void ThreadPool::work(int index) {
  const Team team(index, threads_, &barrier_);
  uint32_t seen =
      0;  // started_ when the pool was built: no region can start before the constructor returns
  while (await_region(seen)) {
    ++seen;
    {
      const FloatingPointMode mode(denormals_);
      region_(argument_, team);
    }
    finished_.fetch_add(1, std::memory_order_release);
  }
}

// Returns when `started_` has moved on from `seen`; false when the pool is closing.
bool ThreadPool::await_region(uint32_t seen) {
  constexpr uint32_t kStepsPerClock = 32;  // reading the clock costs about as much as a pause
  SpinWait spin;
  const auto begin = std::chrono::steady_clock::now();
  while (started_.load(std::memory_order_acquire) == seen) {
    spin.step();
    if (spin.steps() % kStepsPerClock != 0) continue;
    const auto waited = std::chrono::steady_clock::now() - begin;
    if (std::chrono::duration_cast<std::chrono::nanoseconds>(waited).count() < spin_nanoseconds_)
      continue;
    parked_.fetch_add(1, std::memory_order_seq_cst);
    started_.wait(seen, std::memory_order_seq_cst);
    parked_.fetch_sub(1, std::memory_order_relaxed);
  }
  return !stopping_;
}

}  // namespace gatun

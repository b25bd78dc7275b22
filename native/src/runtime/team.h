// SPDX-License-Identifier: Apache-2.0
// The threads that run one parallel region. Kernels are SPMD: every member calls the same function
// with the same arguments and takes its share by index. Work is split over outputs only, so results
// do not depend on `size`.
#pragma once

#include <algorithm>
#include <cstdint>

namespace gatun {

class TeamBarrier;  // runtime/thread_pool.h

class Team {
 public:
  Team(int index, int size, TeamBarrier* barrier) : index_(index), size_(size), barrier_(barrier) {}

  int index() const { return index_; }
  int size() const { return size_; }

  // Waits for every member; what members wrote before is visible to all after. Free for a team of
  // one.
  void barrier() const {
    if (size_ > 1) wait();
  }

  struct Range {
    int64_t begin;
    int64_t end;
  };
  // This member's contiguous share of [0, count), cut at multiples of `grain`.
  Range share(int64_t count, int64_t grain = 1) const {
    const int64_t units = (count + grain - 1) / grain;
    const int64_t begin = units * index_ / size_;
    const int64_t end = units * (index_ + 1) / size_;
    return {std::min(begin * grain, count), std::min(end * grain, count)};
  }

 private:
  void wait() const;

  int index_;
  int size_;
  TeamBarrier* barrier_;
};

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// One step of a bounded busy wait: pauses at first, then gives the core away between looks, so that
// a wait for a thread whose core was taken by another process does not burn the core that this
// thread needs to come back.
#pragma once

#include <immintrin.h>
#include <sched.h>

#include <cstdint>

namespace gatun {

class SpinWait {
 public:
  void step() {
    if (++steps_ < kPauses) {
      _mm_pause();
    } else {
      sched_yield();
    }
  }
  uint32_t steps() const { return steps_; }

 private:
  static constexpr uint32_t kPauses = 1000;  // 15 to 50 us: a pause takes 40 to 140 cycles
  uint32_t steps_ = 0;
};

}  // namespace gatun

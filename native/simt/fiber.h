// SPDX-License-Identifier: Apache-2.0
// Stacks that one operating-system thread runs in turns. A switch saves the callee-saved registers
// and nothing else: signal masks and floating-point modes are common to all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simt/address_sanitizer.h"

namespace gatun::simt {

// A pool of equal stacks in one mapping, each above a guard page.
class FiberPool {
 public:
#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t kStackBytes = 512 << 10;  // room between the variables
#else
  static constexpr std::size_t kStackBytes = 128 << 10;
#endif

  explicit FiberPool(int count);
  ~FiberPool();
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  int count() const { return static_cast<int>(stacks_.size()); }
  // Makes fiber `index` start at entry() when it is next resumed; what it did before is forgotten.
  void prepare(int index, void (*entry)());
  // The first thing that entry() calls.
  void entered();
  // From the scheduler: runs the fiber until it calls suspend().
  void resume(int index);
  // From inside a fiber: returns to the scheduler.
  void suspend();
  // Of fibers that are never resumed: what the address sanitizer keeps of their frames.
  void forget_frames();
  bool holds(uintptr_t address) const {
    return address - base_ < static_cast<uintptr_t>(mapped_bytes_);
  }

 private:
  uintptr_t base_ = 0;
  std::size_t mapped_bytes_ = 0;
  std::vector<void*> stacks_;  // saved stack pointers
  void* scheduler_ = nullptr;
  const void* scheduler_bottom_ = nullptr;  // of its stack, for the address sanitizer
  std::size_t scheduler_bytes_ = 0;
  int running_ = -1;
};

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
// Barriers in shared memory that count arrivals of threads and bytes of bulk copies.
//
// A phase is complete when all arrivals of the count that the barrier was made with have come, and
// as many bytes as they announced. Copies are done as late as the rules allow: when every arrival
// is there and somebody asks.
#pragma once

#include <cstdint>
#include <vector>

#include "simt/handover.h"
#include "simt/tensor_map.h"

namespace gatun::simt {

struct Thread;

struct PendingLoad {
  BulkLoad load;
  Knowledge known;  // of the thread that started it
  uint32_t step;
};

struct MBarrier {
  std::size_t unit = 0;  // that does its copies: step n in phase n - 1
  uint32_t count = 0;    // arrivals of a phase
  uint32_t pending = 0;  // to come in this one
  int64_t expected_bytes = 0;
  uint32_t phase = 0;
  uint16_t maker = 0;  // thread that initialised it, in this stretch
  uint32_t made_in = 0;
  Handover arriving, completed;
  std::vector<PendingLoad> loads;
  std::vector<Thread*> waiters;
};

}  // namespace gatun::simt

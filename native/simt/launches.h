// SPDX-License-Identifier: Apache-2.0
// What each launch counted by itself.
#pragma once

#include <cstddef>
#include <vector>

#include "simt/counters.h"

namespace gatun::simt {

struct LaunchCount {
  const void* kernel;  // its code: the symbol says which instance of a template it is
  int threads;
  std::size_t dynamic_shared_bytes;
  Counters counters;
};

// Counts from here on, launch by launch; Machine::take_counters() then has nothing.
void begin_launch_counts();
// Ends it: the launches, oldest first.
std::vector<LaunchCount> end_launch_counts();

}  // namespace gatun::simt

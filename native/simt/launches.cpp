// SPDX-License-Identifier: Apache-2.0
#include "simt/launches.h"

#include <utility>

#include "simt/machine.h"
#include "simt/simt.h"

namespace gatun::simt {
namespace {

struct Recording {
  bool on = false;
  std::vector<LaunchCount> launches;
};
Recording& recording() {
  static Recording of_program;
  return of_program;
}

}  // namespace

bool run(const void* kernel,
         const char* name,
         Index grid,
         int threads,
         std::size_t dynamic_shared_bytes,
         void (*body)(const void*),
         const void* context) {
  Machine& machine = Machine::instance();
  const bool fits =
      machine.launch(name, {grid.x, grid.y, grid.z}, threads, dynamic_shared_bytes, body, context);
  if (fits && recording().on)
    recording().launches.push_back(
        {kernel, threads, dynamic_shared_bytes, machine.take_counters()});
  return fits;
}

void begin_launch_counts() {
  Machine::instance().take_counters();
  Machine::instance().counting = true;
  recording() = {true, {}};
}

std::vector<LaunchCount> end_launch_counts() {
  Machine::instance().counting = false;
  return std::exchange(recording(), {}).launches;
}

}  // namespace gatun::simt

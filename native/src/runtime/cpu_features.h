// SPDX-License-Identifier: Apache-2.0
// What this machine offers: its name, and how many threads make sense. Its instruction tier is in
// isa_tier.h.
#pragma once

#include <string>

namespace gatun {

std::string cpu_name();

// Physical cores that the process may run on: its affinity mask with siblings counted once, cut by
// the CPU quota of its control group. At least 1.
int visible_physical_cores();

}  // namespace gatun

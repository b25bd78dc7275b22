// SPDX-License-Identifier: Apache-2.0
#include "runtime/cpu_features.h"

#include <cpuid.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <vector>

#include "runtime/text_file.h"

namespace gatun {
namespace {

// Logical CPUs of the affinity mask. The mask is as long as the kernel was configured for, so it
// grows until it fits.
std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
  for (int capacity = 1024; capacity <= 1 << 16; capacity *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<size_t>(capacity));
    if (set == nullptr) break;
    const size_t bytes = CPU_ALLOC_SIZE(static_cast<size_t>(capacity));
    const bool known = sched_getaffinity(0, bytes, set) == 0;
    for (int cpu = 0; known && cpu < capacity; ++cpu) {
      if (CPU_ISSET_S(static_cast<size_t>(cpu), bytes, set)) cpus.push_back(cpu);
    }
    CPU_FREE(set);
    if (known) break;
  }
  return cpus;
}

// "200000 100000" is two CPUs, "max 100000" no limit.
int quota_cpus() {
  const std::string text = read_text_file("/sys/fs/cgroup/cpu.max");
  char* rest = nullptr;
  const double quota = std::strtod(text.c_str(), &rest);
  if (text.empty() || rest == text.c_str()) return INT32_MAX;
  const double period = std::strtod(rest, nullptr);
  if (quota <= 0 || period <= 0) return INT32_MAX;
  return static_cast<int>(std::max(1L, std::lround(quota / period)));
}

}  // namespace

std::string cpu_name() {
  unsigned words[12] = {};
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* w = words + 4 * leaf;
    if (!__get_cpuid(0x80000002u + leaf, &w[0], &w[1], &w[2], &w[3])) return "x86-64";
  }
  char text[sizeof(words) + 1] = {};
  std::memcpy(text, words, sizeof(words));
  std::string name(text);
  const size_t begin = name.find_first_not_of(' ');
  if (begin == std::string::npos) return "x86-64";
  return name.substr(begin, name.find_last_not_of(' ') - begin + 1);
}

int visible_physical_cores() {
  const std::vector<int> cpus = allowed_cpus();
  std::set<std::string> cores;  // a core by the list of its siblings
  for (const int cpu : cpus) {
    const std::string path =
        "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list";
    std::string siblings = read_text_file(path.c_str());
    if (siblings.empty()) siblings = std::to_string(cpu);
    cores.insert(std::move(siblings));
  }
  return std::max(1, std::min(static_cast<int>(cores.size()), quota_cpus()));
}

}  // namespace gatun

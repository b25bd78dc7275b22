// SPDX-License-Identifier: Apache-2.0
#include "kernels/relative_bias.h"

#include <algorithm>
#include <cmath>

namespace gatun {

int32_t relative_bucket(int64_t distance,
                        int32_t buckets,
                        bool bidirectional,
                        int32_t max_distance) {
  const int32_t count = bidirectional ? buckets / 2 : buckets;  // of one direction
  const int32_t exact = exact_buckets(buckets, bidirectional);
  const int32_t first = bidirectional && distance > 0 ? count : 0;
  const int64_t r = bidirectional ? std::abs(distance) : std::max<int64_t>(-distance, 0);
  if (r < exact) return first + static_cast<int32_t>(r);
  if (r >= max_distance) return first + count - 1;
  const float ratio = std::log(static_cast<float>(r) / static_cast<float>(exact));
  const auto whole = static_cast<float>(std::log(static_cast<double>(max_distance) / exact));
  const auto further = static_cast<int32_t>(ratio / whole * static_cast<float>(count - exact));
  return first + std::min(count - 1, exact + further);
}

}  // namespace gatun

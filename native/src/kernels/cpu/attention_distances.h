// SPDX-License-Identifier: Apache-2.0
// The relative position bias spread by distance, [H, attention_bias_span(limit)], so that the bias
// of a block of keys is one contiguous vector for a row. The whole table fits the first-level
// cache: distances beyond the limit share the bias of the limit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/attention.h"
#include "kernels/cpu/attention_softmax.h"

namespace gatun::cpu {
namespace {

// Writes the distances in [begin, end) that the table holds, times log2(e); the members share them.
inline void spread_distances(const RelativeBias& bias,
                             int64_t heads,
                             int64_t limit,
                             int64_t begin,
                             int64_t end,
                             float* distances,
                             const Team& team) {
  const int64_t span = attention_bias_span(limit), reach = span / 2;
  begin = std::max(begin, -reach);
  end = std::min(end, reach);
  const auto share = team.share(std::max<int64_t>(end - begin, 0), 16);
  for (int64_t distance = begin + share.begin; distance < begin + share.end; ++distance) {
    const float* row =
        bias.table + bias.stride * relative_bucket(distance, bias.buckets, bias.bidirectional != 0,
                                                   bias.max_distance);
    for (int64_t h = 0; h < heads; ++h) distances[h * span + reach + distance] = row[h] * kLog2E;
  }
}

// The bias of kKeyBlock keys, the first of them at `distance` from the query.
inline const float* distances_from(const float* distances,
                                   int64_t head,
                                   int64_t limit,
                                   int64_t distance) {
  const int64_t span = attention_bias_span(limit), reach = span / 2;
  return distances + head * span + reach + std::clamp(distance, -reach, limit);
}

}  // namespace
}  // namespace gatun::cpu

// SPDX-License-Identifier: Apache-2.0
// The relative position bias of T5: a score gets table[bucket(key position - query position), h].
//
// With n buckets for a direction and e = n / 2, a distance r < e is bucket r; longer ones share
// buckets that widen with the logarithm up to max_distance:
//   min(n - 1, e + trunc(ln(r / e) / ln(max_distance / e) (n - e)))
// Both directions: half of the buckets each, the upper half for keys behind the query. One
// direction: keys behind the query are at distance 0.
#pragma once

#include <cstdint>

namespace gatun {

struct RelativeBias {
  const float* table;  // [buckets, H], null: no bias
  int64_t stride;      // of rows
  int32_t buckets;
  int32_t bidirectional;
  int32_t max_distance;
};

// Buckets of one direction that hold one distance each, e; max_distance lies above it.
inline int32_t exact_buckets(int32_t buckets, bool bidirectional) {
  return buckets / (bidirectional ? 4 : 2);
}

// Bucket of `distance` = key position - query position. In f32, as the models were trained.
int32_t relative_bucket(int64_t distance,
                        int32_t buckets,
                        bool bidirectional,
                        int32_t max_distance);

}  // namespace gatun

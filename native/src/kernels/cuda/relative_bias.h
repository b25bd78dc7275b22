// SPDX-License-Identifier: Apache-2.0
// The relative position bias of T5 by distance, of a table by bucket: kernels/relative_bias.h has
// the buckets. Attention reads it as distance_bias.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/relative_bias.h"

namespace gatun::cuda {

struct RelativeBiasArgs {
  RelativeBias bias;
  int32_t heads;
  int32_t limit;  // L; the bucket of distance max_distance is that of all longer ones
  float* y;       // [H, 2 L + 1]: of distance + L
};

// ln(max_distance / e), rounded as relative_bucket rounds it.
inline float bucket_logarithm(const RelativeBias& bias) {
  return static_cast<float>(std::log(static_cast<double>(bias.max_distance) /
                                     exact_buckets(bias.buckets, bias.bidirectional != 0)));
}

#if GATUN_DEVICE_CODE
// relative_bucket(). A logarithm in double, rounded, is the host's correctly rounded one in f32.
__device__ __forceinline__ int bucket_of(const RelativeBias& bias, float logarithm, int distance) {
  const bool both = bias.bidirectional != 0;
  const int count = both ? bias.buckets / 2 : bias.buckets;  // of one direction
  const int exact = bias.buckets / (both ? 4 : 2), first = both && distance > 0 ? count : 0;
  const int r = both ? max(distance, -distance) : max(-distance, 0);
  if (r < exact) return first + r;
  if (r >= bias.max_distance) return first + count - 1;
  const float quotient = static_cast<float>(r) / static_cast<float>(exact);
  const auto ratio = static_cast<float>(log(static_cast<double>(quotient)));
  return first + min(count - 1, exact + static_cast<int>(ratio / logarithm *
                                                         static_cast<float>(count - exact)));
}
#endif

Status relative_bias(const RelativeBiasArgs& args, Stream stream);

}  // namespace gatun::cuda

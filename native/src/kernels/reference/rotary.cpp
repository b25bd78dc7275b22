// SPDX-License-Identifier: Apache-2.0
#include "kernels/rotary.h"

#include <cmath>

namespace gatun {

bool rotary_check(const RotaryArgs& args, const Team& team) {
  const auto report = [&](const char* what, int64_t i, int64_t value, int64_t limit,
                          Fault::Range range = Fault::Range::kIndex) {
    if (team.index() == 0) args.fault->report(what, i, value, limit, range);
    return false;
  };
  if (args.inv_freq != nullptr && args.frequency_rows != nullptr) {
    for (int64_t i = 0; i < args.tokens; ++i) {
      const int64_t row = args.frequency_rows[i];
      if (row < 0 || row >= args.frequency_count) {
        return report("rotary: frequency_rows", i, row, args.frequency_count);
      }
    }
  }
  if (args.cache.data != nullptr) {
    const int64_t slots = int64_t{args.cache.page_count} * args.cache.page_tokens;
    for (int64_t i = 0; i < args.tokens; ++i) {
      if (args.slots[i] < -1 || args.slots[i] >= slots)
        return report("rotary: slots", i, args.slots[i], slots, Fault::Range::kIndexOrNone);
    }
  }
  return true;
}

namespace reference {
namespace {

void normalise(const RotaryArgs& args, const float* weight, float* x) {  // x [D]
  double squares = 0.0;
  for (int64_t d = 0; d < args.head_size; ++d) squares += static_cast<double>(x[d]) * x[d];
  const double inverse =
      1.0 / std::sqrt(squares / static_cast<double>(args.head_size) + args.norm_eps);
  for (int64_t d = 0; d < args.head_size; ++d) {
    x[d] = static_cast<float>(x[d] * inverse *
                              (static_cast<double>(args.norm_weight_offset) + weight[d]));
  }
}

void rotate(const RotaryArgs& args, int64_t token, float* x) {  // x [D]
  const int64_t row = args.frequency_rows != nullptr ? args.frequency_rows[token] : 0;
  const float* inv_freq = args.inv_freq + row * args.inv_freq_stride;
  for (int64_t i = 0; i < args.half_rotated; ++i) {
    const double angle = static_cast<double>(args.positions[token]) * inv_freq[i];
    const auto c = static_cast<float>(std::cos(angle) * args.attention_factor);
    const auto s =
        static_cast<float>(std::sin(args.inverse ? -angle : angle) * args.attention_factor);
    float& first = args.interleaved != 0 ? x[2 * i] : x[i];
    float& second = args.interleaved != 0 ? x[2 * i + 1] : x[i + args.half_rotated];
    const double a = first, b = second;
    first = static_cast<float>(a * c - b * s);
    second = static_cast<float>(b * c + a * s);
  }
}

}  // namespace

void rotary(const RotaryArgs& args, const Team& team) {
  if (!rotary_check(args, team)) return;
  const auto share = team.share(args.tokens);
  for (int64_t token = share.begin; token < share.end; ++token) {
    for (int64_t h = 0; args.q != nullptr && h < args.heads; ++h) {
      float* q = args.q + token * args.q_stride + h * args.head_size;
      if (args.q_norm_weight != nullptr) normalise(args, args.q_norm_weight, q);
      if (args.inv_freq != nullptr) rotate(args, token, q);
    }
    for (int64_t g = 0; args.k != nullptr && g < args.kv_heads; ++g) {
      float* k = args.k + token * args.k_stride + g * args.head_size;
      if (args.k_norm_weight != nullptr) normalise(args, args.k_norm_weight, k);
      if (args.inv_freq != nullptr) rotate(args, token, k);
      if (args.cache.data != nullptr && args.slots[token] >= 0) {
        kv_append(args.cache, args.slots[token], g, k,
                  args.v + token * args.v_stride + g * args.head_size);
      }
    }
  }
}

}  // namespace reference
}  // namespace gatun

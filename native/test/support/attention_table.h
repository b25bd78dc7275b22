// SPDX-License-Identifier: Apache-2.0
// The table of cases that forward and backward of attention share, and how far rounding may take a
// score.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/attention_cases.h"

namespace gatun::attention_test {

inline float largest_norm(const std::vector<float>& x, int head_size) {
  double largest = 0;
  for (size_t i = 0; i < x.size(); i += static_cast<size_t>(head_size)) {
    double sum = 0;
    for (size_t d = 0; d < static_cast<size_t>(head_size); ++d)
      sum += double{x[i + d]} * double{x[i + d]};
    largest = std::max(largest, std::sqrt(sum));
  }
  return static_cast<float>(largest);
}

// A score is a sum of D products whose absolute values sum to at most |q| |k|: rounding walks to 4
// sqrt(D) eps of that. A bias is one more term.
inline float score_error(const Case& c, const Inputs& in) {
  const float eps = std::numeric_limits<float>::epsilon() / 2;
  const float scale =
      c.scale != 0 ? std::fabs(c.scale) : 1.0f / std::sqrt(static_cast<float>(c.head_size));
  float bias = 0;
  for (const float b : in.bias) bias = std::max(bias, std::fabs(b));
  const float scores =
      largest_norm(in.q, c.head_size) * largest_norm(in.k, c.head_size) * scale + bias;
  return eps * (4 * std::sqrt(static_cast<float>(c.head_size)) + 4) * scores;
}

inline std::vector<Case> cases() {
  std::vector<Case> list;
  const int sizes[] = {0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 257, 600};
  for (const int t : sizes) {
    list.push_back({"self_" + std::to_string(t), {{t, t}}, 4, 2, 32, 0});
    list.push_back({"causal_" + std::to_string(t), {{t, t}}, 3, 1, 64, 1});
    list.push_back({"cross_" + std::to_string(t), {{5, t}, {t, 3}}, 2, 2, 16, 0});
    list.push_back({"depth_" + std::to_string(t), {{1, t + 1}, {9, t + 9}}, 9, 3, 64, 1});
    list.push_back({"window_" + std::to_string(t), {{t, t + 3}}, 2, 1, 32, 1, 17});
  }
  for (const int d : {1, 7, 8, 16, 32, 64, 80, 128, 256}) {
    list.push_back({"size_" + std::to_string(d), {{33, 290}, {1, 1}}, 4, 2, d, 1});
  }
  for (const int group : {1, 3, 4, 9}) {
    list.push_back({"group_" + std::to_string(group), {{40, 300}, {2, 520}}, 2 * group, 2, 32, 1});
  }
  list.push_back({"ragged",
                  {{0, 0}, {3, 3}, {0, 5}, {130, 130}, {1, 1}, {64, 64}, {0, 0}},
                  4,
                  4,
                  32,
                  0,
                  0,
                  0,
                  1,
                  5});
  list.push_back(
      {"ragged_causal", {{10, 700}, {0, 4}, {1, 513}, {300, 300}}, 6, 2, 64, 1, 0, 0, 1, 2});
  list.push_back({"more_queries_than_keys", {{40, 10}, {3, 0}}, 2, 1, 16, 1});
  list.push_back({"window_300", {{700, 700}}, 2, 1, 64, 1, 300});
  list.push_back({"window_1", {{50, 300}}, 2, 1, 8, 1, 1});
  list.push_back({"window_both_sides", {{90, 300}}, 2, 1, 8, 0, 40});
  list.push_back({"softcap", {{70, 300}}, 4, 2, 64, 1, 0, 20.0f, 3});
  list.push_back({"large", {{33, 300}}, 2, 1, 64, 1, 0, 0, 30});
  list.push_back({"tiny", {{33, 300}}, 2, 1, 64, 1, 0, 0, 1e-18f});

  const auto add = [&list](const char* name, std::vector<Lengths> sequences, Bias bias) -> Case& {
    list.push_back({name, std::move(sequences), 4, 2, 32});
    list.back().bias = bias;
    return list.back();
  };
  add("bias_encoder", {{150, 150}, {1, 1}, {0, 0}, {700, 700}}, {32, 1, 128}).scale = 1;
  add("bias_decoder", {{150, 150}, {1, 700}, {40, 300}, {1, 1}}, {32, 0, 128}).causal = 1;
  add("bias_more_queries", {{600, 20}, {3, 0}}, {8, 1, 20}).kv_heads = 4;
  add("bias_window", {{300, 400}}, {8, 0, 20}).window = 50;
  add("bias_far", {{30, 700}}, {16, 1, 100000});
  add("bias_softcap", {{30, 70}}, {16, 1, 64}).softcap = 5;
  add("bias_negative_scale", {{30, 70}}, {6, 1, 64}).scale = -0.5f;
  add("negative_scale", {{30, 70}}, {}).scale = -0.5f;
  add("dropout", {{70, 70}, {3, 700}, {1, 2}, {2, 0}}, {}).dropout = 0.1f;
  add("dropout_causal", {{300, 300}}, {32, 0, 128}).causal = 1;
  list.back().dropout = 0.5f;
  add("dropout_most", {{5, 31}, {5, 33}}, {}).dropout = 0.99f;
  const auto shared = [&list](const char* name, std::vector<int> queries,
                              std::vector<int32_t> reads, std::vector<int> sources) -> Case& {
    list.push_back({name, {}, 4, 4, 64});
    for (const int t : queries) list.back().sequences.push_back({t, 0});
    list.back().reads = std::move(reads);
    list.back().sources = std::move(sources);
    return list.back();
  };
  shared("beams", {1, 1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 1, 1, 1, 1}, {300, 41});
  shared("beams_unordered", {1, 2, 0, 1, 3, 1}, {2, 2, 2, 0, 2, 3}, {600, 7, 33, 0});
  shared("beams_causal", {1, 2, 5, 1}, {1, 1, 0, 0}, {300, 70}).causal = 1;
  shared("beams_bias", {1, 2, 5, 1}, {1, 1, 0, 0}, {300, 70}).bias = {32, 1, 128};
  return list;
}

struct Tier {
  int32_t isa;
  const char* name;
};
inline constexpr Tier kTiers[] = {
    {GATUN_ISA_AVX2, "avx2"}, {GATUN_ISA_AVX512, "avx512"}, {GATUN_ISA_AVX512_BF16, "avx512_bf16"}};

inline bool machine_has(int32_t isa) {
  return static_cast<int32_t>(machine_isa_tier()) >= isa;
}

}  // namespace gatun::attention_test

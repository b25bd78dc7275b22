// SPDX-License-Identifier: Apache-2.0
// The formulas of attention_backward.h as sums over pairs of a query and a key, each pair computed
// anew for every output, in double.
#include "kernels/attention_backward.h"

#include <algorithm>
#include <cmath>

namespace gatun::reference {
namespace {

struct Pair {
  double weight;  // P M: what v is multiplied by
  double ds;      // derivative by the score behind softcap and bias
  double dqk;     // derivative by q . k
};

class Gradient {
 public:
  explicit Gradient(const AttentionBackwardArgs& args) : a_(args) {}

  struct Sequence {
    int64_t first_token, queries;  // T
    int64_t first_key, keys;       // S
  };
  Sequence sequence(int64_t b) const {
    return {a_.cu_seqlens_q[b], a_.cu_seqlens_q[b + 1] - a_.cu_seqlens_q[b], a_.cu_seqlens_k[b],
            a_.cu_seqlens_k[b + 1] - a_.cu_seqlens_k[b]};
  }

  static int64_t position(const Sequence& s, int64_t query) { return s.keys - s.queries + query; }
  bool visible(const Sequence& s, int64_t query, int64_t key) const {
    const int64_t at = position(s, query);
    return (a_.causal == 0 || key <= at) && (a_.window == 0 || key > at - a_.window);
  }
  int32_t bucket(const Sequence& s, int64_t query, int64_t key) const {
    return relative_bucket(key - position(s, query), a_.bias.buckets, a_.bias.bidirectional != 0,
                           a_.bias.max_distance);
  }

  // Query and key counted from the start of their sequence.
  Pair pair(const Sequence& s, int64_t query, int64_t h, int64_t key) const {
    const int64_t size = a_.head_size, g = h / (a_.heads / a_.kv_heads);
    const int64_t n = s.first_token + query, m = s.first_key + key;
    const float* q = a_.q + n * a_.q_stride + h * size;
    const float* y = a_.y + n * a_.y_stride + h * size;
    const float* dy = a_.dy + n * a_.dy_stride + h * size;
    const float* k = a_.k + m * a_.k_stride + g * size;
    const float* v = a_.v + m * a_.v_stride + g * size;
    double score = 0.0, dp = 0.0, weighted = 0.0;
    for (int64_t d = 0; d < size; ++d) {
      score += double{q[d]} * k[d];
      dp += double{dy[d]} * v[d];
      weighted += double{dy[d]} * y[d];
    }
    score *= a_.scale;
    double slope = a_.scale;
    if (a_.softcap != 0.0f) {
      const double t = std::tanh(score / a_.softcap);
      score = a_.softcap * t;
      slope *= 1.0 - t * t;
    }
    if (a_.bias.table != nullptr)
      score += a_.bias.table[bucket(s, query, key) * a_.bias.stride + h];
    const double p = std::exp(score - a_.log_sum_exp[n * a_.log_sum_exp_stride + h]);
    double factor = 1.0;
    if (a_.dropout.threshold != 0)
      factor = dropout_keeps(a_.dropout, n * a_.heads + h, key) ? a_.dropout.scale : 0.0;
    const double ds = p * (factor * dp - weighted);
    return {p * factor, ds, ds * slope};
  }

  void write(float* to, const double* sum, bool add) const {  // [D]
    for (int64_t d = 0; d < a_.head_size; ++d)
      to[d] = static_cast<float>(sum[d] + (add ? to[d] : 0.0f));
  }

  void query_gradient(const Sequence& s, int64_t query, int64_t h) const {
    const int64_t size = a_.head_size, g = h / (a_.heads / a_.kv_heads);
    double sum[kMaxHeadSize] = {};
    for (int64_t j = 0; j < s.keys; ++j) {
      if (!visible(s, query, j)) continue;
      const double dqk = pair(s, query, h, j).dqk;
      const float* k = a_.k + (s.first_key + j) * a_.k_stride + g * size;
      for (int64_t d = 0; d < size; ++d) sum[d] += dqk * k[d];
    }
    write(a_.dq + (s.first_token + query) * a_.dq_stride + h * size, sum, a_.add_dq);
  }

  void key_gradient(const Sequence& s, int64_t key, int64_t g) const {
    const int64_t size = a_.head_size, group = a_.heads / a_.kv_heads;
    double dk[kMaxHeadSize] = {}, dv[kMaxHeadSize] = {};
    for (int64_t i = 0; i < s.queries; ++i) {
      if (!visible(s, i, key)) continue;
      for (int64_t h = g * group; h < (g + 1) * group; ++h) {
        const Pair p = pair(s, i, h, key);
        const float* q = a_.q + (s.first_token + i) * a_.q_stride + h * size;
        const float* dy = a_.dy + (s.first_token + i) * a_.dy_stride + h * size;
        for (int64_t d = 0; d < size; ++d) {
          dk[d] += p.dqk * q[d];
          dv[d] += p.weight * dy[d];
        }
      }
    }
    const int64_t row = s.first_key + key;
    if (a_.dk != nullptr) write(a_.dk + row * a_.dk_stride + g * size, dk, a_.add_dk);
    if (a_.dv != nullptr) write(a_.dv + row * a_.dv_stride + g * size, dv, a_.add_dv);
  }

  void bias_gradient(int64_t h) const {
    for (int32_t wanted = 0; wanted < a_.bias.buckets; ++wanted) {
      double sum = 0.0;
      for (int64_t b = 0; b < a_.sequences; ++b) {
        const Sequence s = sequence(b);
        for (int64_t i = 0; i < s.queries; ++i) {
          for (int64_t j = 0; j < s.keys; ++j) {
            if (visible(s, i, j) && bucket(s, i, j) == wanted) sum += pair(s, i, h, j).ds;
          }
        }
      }
      float& to = a_.dbias[wanted * a_.dbias_stride + h];
      to = static_cast<float>(to + sum);
    }
  }

 private:
  const AttentionBackwardArgs& a_;
};

// Calls row(b, item) for this member's share of the rows of sequences, zero(row) for those behind.
template <class Row, class Zero>
void for_each_row(const Team& team,
                  const int32_t* ends,
                  int64_t sequences,
                  int64_t rows,
                  Row&& row,
                  Zero&& zero) {
  const auto share = team.share(rows);
  int64_t b = 0;
  for (int64_t i = share.begin; i < share.end; ++i) {
    while (b < sequences && i >= ends[b + 1]) ++b;
    if (b == sequences) {
      zero(i);
    } else {
      row(b, i - ends[b]);
    }
  }
}

}  // namespace

void attention_backward(const AttentionBackwardArgs& args, const Team& team) {
  if (!attention_backward_check(args, team)) return;
  const Gradient gradient(args);
  const int64_t width = args.kv_heads * args.head_size;
  if (args.dq != nullptr) {
    for_each_row(
        team, args.cu_seqlens_q, args.sequences, args.tokens,
        [&](int64_t b, int64_t query) {
          for (int64_t h = 0; h < args.heads; ++h)
            gradient.query_gradient(gradient.sequence(b), query, h);
        },
        [&](int64_t n) {
          if (!args.add_dq)
            std::fill_n(args.dq + n * args.dq_stride, args.heads * args.head_size, 0.0f);
        });
  }
  if (args.dk != nullptr || args.dv != nullptr) {
    for_each_row(
        team, args.cu_seqlens_k, args.sequences, args.keys,
        [&](int64_t b, int64_t key) {
          for (int64_t g = 0; g < args.kv_heads; ++g)
            gradient.key_gradient(gradient.sequence(b), key, g);
        },
        [&](int64_t m) {
          if (args.dk != nullptr && !args.add_dk)
            std::fill_n(args.dk + m * args.dk_stride, width, 0.0f);
          if (args.dv != nullptr && !args.add_dv)
            std::fill_n(args.dv + m * args.dv_stride, width, 0.0f);
        });
  }
  if (args.dbias != nullptr) {
    const auto share = team.share(args.heads);
    for (int64_t h = share.begin; h < share.end; ++h) gradient.bias_gradient(h);
  }
}

}  // namespace gatun::reference

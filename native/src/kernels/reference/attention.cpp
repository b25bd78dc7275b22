// SPDX-License-Identifier: Apache-2.0
//   y[i, h] = sum_j p_j v[j, g] / sum_j p_j,  p_j = exp(s_j - max s),
//   s_j = cap(scale q[i, h] . k[j, g]) + bias[bucket(j - position), h],  g = h / (H / G)
// over the visible keys j, with cap(s) = softcap tanh(s / softcap). Dropout multiplies the p_j of
// the upper sum by 0 or 1 / (1 - probability). All sums in double, in key order. A visible key with
// s = -inf has p = 0; a query without any weight gives zeros, and +inf as log sum_j exp(s_j).
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gatun::reference {
namespace {

struct Source {
  const AttentionArgs& args;
  int64_t sequence;  // of the keys
  int64_t head;      // g

  const std::byte* page(int64_t key) const {
    const KvPages& c = args.cache;
    return kv_head(c, args.page_table[sequence * args.page_table_stride + key / c.page_tokens],
                   head);
  }
  double key(int64_t j, int64_t d) const {
    if (args.cache.data != nullptr)
      return kv_key(args.cache, page(j), j % args.cache.page_tokens, d);
    return args.k[(args.cu_seqlens_k[sequence] + j) * args.k_stride + head * args.head_size + d];
  }
  double value(int64_t j, int64_t d) const {
    if (args.cache.data != nullptr)
      return kv_value(args.cache, page(j), j % args.cache.page_tokens, d);
    return args.v[(args.cu_seqlens_k[sequence] + j) * args.v_stride + head * args.head_size + d];
  }
};

struct Query {
  const float* q;      // [D]
  int64_t row;         // n * H + h
  int64_t head;        // h
  int64_t position;    // among the keys
  int64_t begin, end;  // keys that it sees
};

// One query of one head; two passes over the keys, so that no scores are kept. Returns the
// logarithm of the sum.
double attend(const AttentionArgs& args,
              const Source& source,
              const Query& query,
              float* y) {  // [D]
  const int64_t begin = query.begin, end = query.end;
  const auto score = [&](int64_t j) {
    double s = 0.0;
    for (int64_t d = 0; d < args.head_size; ++d) s += query.q[d] * source.key(j, d);
    s *= args.scale;
    if (args.softcap != 0.0f) s = args.softcap * std::tanh(s / args.softcap);
    const RelativeBias& bias = args.bias;
    if (bias.table == nullptr) return s;
    const int32_t bucket = relative_bucket(j - query.position, bias.buckets,
                                           bias.bidirectional != 0, bias.max_distance);
    return s + bias.table[bucket * bias.stride + query.head];
  };
  double maximum = -std::numeric_limits<double>::infinity();
  for (int64_t j = begin; j < end; ++j) {
    const double s = score(j);
    if (!(s <= maximum)) maximum = s;  // a NaN stays
    if (std::isnan(maximum)) break;
  }
  double sum = 0.0;
  double o[kMaxHeadSize] = {};
  for (int64_t j = begin; j < end; ++j) {
    const double s = score(j);
    const double p = s == -std::numeric_limits<double>::infinity() ? 0.0 : std::exp(s - maximum);
    sum += p;
    double weight = p;
    if (args.dropout.threshold != 0) {
      const bool keep = dropout_keeps(args.dropout, query.row, j);
      weight = keep ? p * args.dropout.scale : 0.0;
    }
    for (int64_t d = 0; d < args.head_size; ++d) o[d] += weight * source.value(j, d);
  }
  for (int64_t d = 0; d < args.head_size; ++d)
    y[d] = sum == 0.0 ? 0.0f : static_cast<float>(o[d] / sum);
  return sum == 0.0 ? std::numeric_limits<double>::infinity() : maximum + std::log(sum);
}

}  // namespace

void attention(const AttentionArgs& args, const Team& team) {
  if (!attention_check(args, team)) return;
  const int64_t group = args.heads / args.kv_heads;
  const auto share = team.share(args.tokens * args.heads);
  int64_t b = 0;
  for (int64_t item = share.begin; item < share.end; ++item) {
    const int64_t token = item / args.heads, h = item % args.heads;
    float* y = args.y + token * args.y_stride + h * args.head_size;
    const auto write_log = [&](double log_sum_exp) {
      if (args.log_sum_exp == nullptr) return;
      args.log_sum_exp[token * args.log_sum_exp_stride + h] = static_cast<float>(log_sum_exp);
    };
    while (b < args.sequences && token >= args.cu_seqlens_q[b + 1]) ++b;
    if (b == args.sequences) {
      std::fill_n(y, args.head_size, 0.0f);
      write_log(std::numeric_limits<double>::infinity());
      continue;
    }
    const int64_t queries = args.cu_seqlens_q[b + 1] - args.cu_seqlens_q[b];  // T
    const int64_t source = attention_key_sequence(args, b);
    const int64_t keys = args.cache.data != nullptr
                             ? args.kv_lengths[source]
                             : args.cu_seqlens_k[source + 1] - args.cu_seqlens_k[source];  // S
    const int64_t position = keys - queries + token - args.cu_seqlens_q[b];
    const int64_t end = args.causal != 0 ? std::clamp<int64_t>(position + 1, 0, keys) : keys;
    const int64_t begin =
        args.window > 0 ? std::clamp<int64_t>(position - args.window + 1, 0, end) : 0;
    write_log(attend(
        args, Source{args, source, h / group},
        {args.q + token * args.q_stride + h * args.head_size, item, h, position, begin, end}, y));
  }
}

}  // namespace gatun::reference

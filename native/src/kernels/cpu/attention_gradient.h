// SPDX-License-Identifier: Apache-2.0
// Backward of flash attention over a vector type: who computes which block of keys for which block
// of rows. Two ways to split the work:
//   by heads:  a unit is one sequence and key/value head; scores are computed once for dq, dk and
//   dv; by blocks: a unit is a block of keys (dk, dv, bias), or a chunk of rows (dq), of those;
//   scores
//              are computed twice.
// Both add the same blocks in the same order, so they give the same bits.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "kernels/attention_backward.h"
#include "kernels/cpu/attention_gradient_tile.h"
#include "kernels/cpu/attention_softmax.h"

namespace gatun::cpu {
namespace {

// Tile: F32Tile; kTranspose and kDropout: of attention_pages_*.h and attention_dropout_*.h.
template <class Tile, auto kTranspose, auto kDropout>
class AttentionGradient {
 public:
  AttentionGradient(const AttentionBackwardArgs& args, const Team& team)
      : a_(args),
        team_(team),
        group_(args.heads / args.kv_heads),
        width_(kv_value_width(args.head_size)),
        span_(gradient_bias_span(args.bias_limit)),
        scale_(score_scale(args.scale, args.softcap)) {
    std::byte* next = args.member_scratch + team.index() * args.member_bytes;
    const auto take = [&next](int64_t floats) {
      auto* taken = reinterpret_cast<float*>(next);
      next += gradient_align(floats * 4);
      return taken;
    };
    keys_ = take(kGradientKeys * width_);
    values_ = take(kGradientKeys * width_);
    key_rows_ = take(kGradientKeys * width_);
    dk_ = take(kGradientKeys * width_);
    dv_ = take(kGradientKeys * width_);
    q_ = take(kGradientRows * width_);
    dy_ = take(kGradientRows * width_);
    dq_ = take(kGradientRows * width_);
    weights_ = take(kGradientRows * kGradientKeys);
    slopes_ = take(kGradientRows * kGradientKeys);
    factors_ = take(kGradientKeys);
    bias_ = take(args.dbias != nullptr ? group_ * span_ : 0);
  }

  void run() {
    prepare();
    if (!a_.by_blocks) {
      for_each_unit([this](const Unit& u) { whole_head(u); });
    } else {
      for_each_unit([this](const Unit& u) {
        if (u.block < key_blocks(u.sequence)) {
          if (wants_keys()) key_block(u);
        } else {
          row_chunk(u);
        }
      });
    }
    if (a_.dbias != nullptr) {
      team_.barrier();
      add_bias();
    }
  }

 private:
  using V = typename Tile::V;
  using F32 = typename V::F32;
  static constexpr int kGroups = kGradientKeys / kKeyGroup;

  struct Sequence {
    int64_t index;
    int64_t first_token, queries;  // T
    int64_t first_key, keys;       // S
  };
  struct Unit {
    Sequence sequence;
    int64_t head;   // g
    int64_t block;  // by blocks: of keys, then chunks of rows
  };
  struct Range {
    int64_t begin;
    int64_t end;
  };
  // A row of the block of rows at hand.
  struct Row {
    int64_t query;  // of the sequence
    int64_t token;  // n
    int64_t head;   // h
    Range seen;     // of the keys in the block at hand
  };
  // A block of keys in the member's scratch.
  struct Keys {
    int64_t first;  // of the sequence
    int count;
    const float* k[kGroups];  // groups of 16 keys, a vector per dimension
    const float* v[kGroups];
  };

  bool wants_keys() const { return a_.dk != nullptr || a_.dv != nullptr || a_.dbias != nullptr; }

  Sequence sequence(int64_t b) const {
    return {b, a_.cu_seqlens_q[b], int64_t{a_.cu_seqlens_q[b + 1]} - a_.cu_seqlens_q[b],
            a_.cu_seqlens_k[b], int64_t{a_.cu_seqlens_k[b + 1]} - a_.cu_seqlens_k[b]};
  }
  static int64_t key_blocks(const Sequence& s) {
    return (s.keys + kGradientKeys - 1) / kGradientKeys;
  }
  int64_t rows(const Sequence& s) const { return s.queries * group_; }
  int64_t row_chunks(const Sequence& s) const {
    return a_.dq == nullptr ? 0 : (rows(s) + kGradientRowChunk - 1) / kGradientRowChunk;
  }

  // Keys that a query sees. Both ends ascend with the query.
  Range visible(const Sequence& s, int64_t query) const {
    const int64_t position = s.keys - s.queries + query;
    const int64_t end = a_.causal != 0 ? std::clamp<int64_t>(position + 1, 0, s.keys) : s.keys;
    const int64_t begin = a_.window > 0 ? std::clamp<int64_t>(position - a_.window + 1, 0, end) : 0;
    return {begin, end};
  }
  // Rows that see any of the keys in [first, last).
  Range rows_of(const Sequence& s, int64_t first, int64_t last) const {
    const int64_t shift = s.keys - s.queries;
    int64_t begin = 0, end = s.queries;
    if (a_.causal != 0) begin = std::clamp<int64_t>(first - shift, 0, end);
    if (a_.window > 0) end = std::clamp<int64_t>(last - 1 + a_.window - shift, begin, end);
    return {begin * group_, end * group_};
  }

  template <class Function>
  void for_each_unit(Function&& function) {
    std::atomic_ref<int64_t> counter(*a_.next_unit);
    int64_t unit = counter.fetch_add(1, std::memory_order_relaxed);
    int64_t passed = 0;  // units of the sequences before
    for (int64_t b = 0; b < a_.sequences; ++b) {
      const Sequence s = sequence(b);
      const int64_t blocks = a_.by_blocks ? key_blocks(s) + row_chunks(s) : 1;
      const int64_t units = blocks * a_.kv_heads;
      for (; unit < passed + units; unit = counter.fetch_add(1, std::memory_order_relaxed)) {
        function(Unit{s, (unit - passed) % a_.kv_heads, (unit - passed) / a_.kv_heads});
      }
      passed += units;
    }
  }

  // What units read: D_i, the bias and the buckets by distance; and what no unit writes.
  void prepare() {
    if (team_.index() == 0)
      std::atomic_ref<int64_t>(*a_.next_unit).store(0, std::memory_order_relaxed);
    const int64_t tokens = a_.cu_seqlens_q[a_.sequences], keys = a_.cu_seqlens_k[a_.sequences];
    const auto share = team_.share(tokens * a_.heads);
    for (int64_t i = share.begin; i < share.end; ++i) {
      const int64_t n = i / a_.heads, offset = i % a_.heads * a_.head_size;
      a_.weighted[i] = dot(a_.y + n * a_.y_stride + offset, a_.dy + n * a_.dy_stride + offset);
    }
    if (a_.dq != nullptr && !a_.add_dq) zero_rows(a_.dq, a_.dq_stride, a_.heads, tokens, a_.tokens);
    if (a_.dk != nullptr && !a_.add_dk) zero_rows(a_.dk, a_.dk_stride, a_.kv_heads, keys, a_.keys);
    if (a_.dv != nullptr && !a_.add_dv) zero_rows(a_.dv, a_.dv_stride, a_.kv_heads, keys, a_.keys);
    if (a_.bias.table != nullptr) spread_bias();
    team_.barrier();
  }

  float dot(const float* a, const float* b) const {
    F32 sum = V::zero();
    int64_t d = 0;
    for (; d + V::kWidth <= a_.head_size; d += V::kWidth)
      sum = V::fma(V::load(a + d), V::load(b + d), sum);
    if (d < a_.head_size) {
      const auto lanes = V::first(a_.head_size - d);
      sum = V::fma(V::load(a + d, lanes), V::load(b + d, lanes), sum);
    }
    return V::sum(sum);
  }

  void zero_rows(float* to, int64_t stride, int64_t heads, int64_t from, int64_t end) const {
    const auto share = team_.share(end - from);
    for (int64_t i = from + share.begin; i < from + share.end; ++i)
      std::fill_n(to + i * stride, heads * a_.head_size, 0.0f);
  }

  void spread_bias() {
    const int64_t reach = span_ / 2;
    const auto share = team_.share(span_, 16);
    for (int64_t i = share.begin; i < share.end; ++i) {
      const int32_t bucket = relative_bucket(i - reach, a_.bias.buckets, a_.bias.bidirectional != 0,
                                             a_.bias.max_distance);
      a_.buckets[i] = bucket;
      const float* row = a_.bias.table + bucket * a_.bias.stride;
      for (int64_t h = 0; h < a_.heads; ++h) a_.distances[h * span_ + i] = row[h] * kLog2E;
    }
  }

  void whole_head(const Unit& u) {
    const int64_t all = rows(u.sequence);
    if (a_.dq != nullptr && !a_.add_dq) zero_queries(u, 0, all);
    for (int64_t block = 0; block < key_blocks(u.sequence); ++block) {
      const Keys keys = load_keys(u, block);
      const Range seen = rows_of(u.sequence, keys.first, keys.first + keys.count);
      start_keys(keys);
      for_each_row_block(seen, [&](int64_t first, int count) {
        differentiate(u, keys, first, count);
        if (wants_keys()) add_keys(u, keys, first, count);
        if (a_.dq != nullptr) add_queries(count);
      });
      finish_keys(u, keys);
    }
  }

  void key_block(const Unit& u) {
    const Keys keys = load_keys(u, u.block);
    const Range seen = rows_of(u.sequence, keys.first, keys.first + keys.count);
    start_keys(keys);
    for_each_row_block(seen, [&](int64_t first, int count) {
      differentiate(u, keys, first, count);
      add_keys(u, keys, first, count);
    });
    finish_keys(u, keys);
  }

  void row_chunk(const Unit& u) {
    const int64_t begin = (u.block - key_blocks(u.sequence)) * kGradientRowChunk;
    const int64_t end = std::min(begin + kGradientRowChunk, rows(u.sequence));
    if (!a_.add_dq) zero_queries(u, begin, end);
    for (int64_t block = 0; block < key_blocks(u.sequence); ++block) {
      const int64_t first_key = block * kGradientKeys;
      const int64_t last_key = std::min(first_key + kGradientKeys, u.sequence.keys);
      const Range seen = rows_of(u.sequence, first_key, last_key);
      const Range here{std::max(seen.begin, begin), std::min(seen.end, end)};
      if (here.begin >= here.end) continue;
      const Keys keys = load_keys(u, block);
      for_each_row_block(here, [&](int64_t first, int count) {
        differentiate(u, keys, first, count);
        add_queries(count);
      });
    }
  }

  // Blocks of rows are cut at multiples of kGradientRows.
  template <class Function>
  static void for_each_row_block(const Range& seen, Function&& function) {
    for (int64_t first = seen.begin; first < seen.end;) {
      const int64_t end = std::min(first / kGradientRows * kGradientRows + kGradientRows, seen.end);
      function(first, static_cast<int>(end - first));
      first = end;
    }
  }

  Keys load_keys(const Unit& u, int64_t block) {
    const int64_t size = a_.head_size, first = block * kGradientKeys;
    const int64_t row = u.sequence.first_key + first;
    const float* k = a_.k + row * a_.k_stride + u.head * size;
    const float* v = a_.v + row * a_.v_stride + u.head * size;
    Keys keys;
    keys.first = first;
    keys.count = static_cast<int>(std::min<int64_t>(kGradientKeys, u.sequence.keys - first));
    for (int j = 0; j < keys.count; j += kKeyGroup) {
      const int count = std::min(kKeyGroup, keys.count - j);
      kTranspose(k + j * a_.k_stride, a_.k_stride, count, size, keys_ + j * size);
      kTranspose(v + j * a_.v_stride, a_.v_stride, count, size, values_ + j * size);
      keys.k[j / kKeyGroup] = keys_ + j * size;
      keys.v[j / kKeyGroup] = values_ + j * size;
    }
    // Rows that lie a power of two or so apart would push each other out of the first-level cache.
    for (int j = 0; a_.dq != nullptr && j < keys.count; ++j)
      pad_row(k + j * a_.k_stride, key_rows_ + j * width_);
    return keys;
  }

  void pad_row(const float* from, float* to) const {
    int64_t d = 0;
    for (; d + V::kWidth <= a_.head_size; d += V::kWidth) V::store(to + d, V::load(from + d));
    if (d < a_.head_size) {
      V::store(to + d, V::load(from + d, V::first(a_.head_size - d)));
      d += V::kWidth;
    }
    for (; d < width_; d += V::kWidth) V::store(to + d, V::zero());
  }

  // Rows [first, first + count) of a unit: which they are, their q and dy, and what they see.
  void load_rows(const Unit& u, const Keys& keys, int64_t first, int count) {
    const Sequence& s = u.sequence;
    int64_t query = first / group_, head = first % group_;
    for (int r = 0; r < count; ++r) {
      Row& row = rows_[r];
      row = {query, s.first_token + query, u.head * group_ + head, visible(s, query)};
      row.seen.end = std::clamp<int64_t>(row.seen.end - keys.first, 0, keys.count);
      row.seen.begin = std::clamp<int64_t>(row.seen.begin - keys.first, 0, row.seen.end);
      const int64_t offset = row.head * a_.head_size;
      pad_row(a_.q + row.token * a_.q_stride + offset, q_ + r * width_);
      pad_row(a_.dy + row.token * a_.dy_stride + offset, dy_ + r * width_);
      if (++head == group_) {
        head = 0;
        ++query;
      }
    }
  }

  // Weights P M and derivatives by q . k of `count` rows from `first` on, zero for keys that a row
  // does not see; also q and dy of those rows.
  void differentiate(const Unit& u, const Keys& keys, int64_t first, int count) {
    load_rows(u, keys, first, count);
    // Groups that any row of a tile sees.
    Range groups[(kGradientRows + Tile::kRows - 1) / Tile::kRows];
    for (int r = 0; r < count; r += Tile::kRows) {
      const int last = std::min(r + Tile::kRows, count) - 1;
      const int64_t end = (rows_[last].seen.end + kKeyGroup - 1) / kKeyGroup;
      groups[r / Tile::kRows] = {std::min(rows_[r].seen.begin / kKeyGroup, end), end};
    }
    products(q_, keys.k, groups, count, weights_);
    products(dy_, keys.v, groups, count, slopes_);
    const int all = (keys.count + kKeyGroup - 1) / kKeyGroup * kKeyGroup;
    for (int r = 0; r < count; ++r) {
      const Range& g = groups[r / Tile::kRows];
      const auto from = static_cast<int>(g.begin) * kKeyGroup;
      const auto to = static_cast<int>(g.end) * kKeyGroup;
      for (float* row : {weights_ + r * kGradientKeys, slopes_ + r * kGradientKeys}) {
        std::fill_n(row, from, 0.0f);
        std::fill_n(row + to, all - to, 0.0f);
      }
      if (from < to) differentiate_row(u.sequence, keys, r, from, to);
    }
  }

  // to[r, j] = from[r] . keys[:, j] by tiles, each in the groups of its rows. The keys of a few
  // groups stay in the first-level cache while all rows pass.
  void products(const float* from,
                const float* const* keys,
                const Range* groups,
                int count,
                float* to) const {
    for (int g = 0; g < kGroups; g += Tile::kChunks) {
      for (int r = 0; r < count; r += Tile::kRows) {
        const Range& range = groups[r / Tile::kRows];
        const auto begin = static_cast<int>(std::max<int64_t>(range.begin, g));
        const auto end = static_cast<int>(std::min<int64_t>(range.end, g + Tile::kChunks));
        if (begin >= end) continue;
        product_rows(std::min(Tile::kRows, count - r), from + r * width_, keys + begin, end - begin,
                     to + r * kGradientKeys + begin * kKeyGroup);
      }
    }
  }
  void product_rows(
      int rows, const float* from, const float* const* keys, int groups, float* to) const {
    if constexpr (Tile::kChunks == 4) {
      if (groups == 4) return product_groups<4>(rows, from, keys, to);
      if (groups >= 2) {
        product_groups<2>(rows, from, keys, to);
        keys += 2;
        to += 2 * kKeyGroup;
        groups -= 2;
      }
    }
    for (; groups > 0; --groups, ++keys, to += kKeyGroup) product_groups<1>(rows, from, keys, to);
  }
  template <int kC>
  void product_groups(int rows, const float* from, const float* const* keys, float* to) const {
    switch (rows) {
      case 1:
        return product_tile<1, kC>(from, keys, to);
      case 2:
        return product_tile<2, kC>(from, keys, to);
      case 3:
        return product_tile<3, kC>(from, keys, to);
      case 4:
        return product_tile<4, kC>(from, keys, to);
      case 5:
        return product_tile<5, kC>(from, keys, to);
      default:
        return product_tile<6, kC>(from, keys, to);
    }
  }
  template <int kR, int kC>
  void product_tile(const float* from, const float* const* keys, float* to) const {
    Tile::template scores<kR, kC>(from, width_, keys, a_.head_size, to, kGradientKeys);
  }

  // Row r of the block, keys [from, to) of whole groups.
  void differentiate_row(const Sequence& s, const Keys& keys, int r, int from, int to) {
    const Row& row = rows_[r];
    const int64_t index = row.token * a_.heads + row.head;
    float* weights = weights_ + r * kGradientKeys;  // q . k
    float* slopes = slopes_ + r * kGradientKeys;    // dy . v
    const float* bias = nullptr;
    float* bias_sums = nullptr;
    if (a_.bias.table != nullptr) {
      const int64_t reach = span_ / 2, position = s.keys - s.queries + row.query;
      const int64_t start =
          reach + std::clamp<int64_t>(keys.first - position, -reach, a_.bias_limit);
      bias = a_.distances + row.head * span_ + start;
      if (a_.dbias != nullptr) bias_sums = bias_ + row.head % group_ * span_ + start;
    }
    const bool drops = a_.dropout.threshold != 0;
    if (drops) {
      std::fill_n(factors_, kGradientKeys, 1.0f);
      kDropout(a_.dropout, index, keys.first, factors_, from / kKeyGroup, to / kKeyGroup);
    }
    const auto begin = static_cast<int>(row.seen.begin), end = static_cast<int>(row.seen.end);
    const F32 shift =
        V::set(-a_.log_sum_exp[row.token * a_.log_sum_exp_stride + row.head] * kLog2E);
    const F32 weighted = V::set(a_.weighted[index]);
    const F32 factor = V::set(scale_.scale), scale = V::set(a_.scale);
    for (int j = from; j < to; j += V::kWidth) {
      F32 slope = scale;
      F32 p = V::load(weights + j);
      if (scale_.softcap != 0.0f) {
        const F32 t = VectorMath<V>::tanh(V::mul(p, factor));
        slope = V::mul(slope, V::fnma(t, t, V::set(1.0f)));
        p = V::fma(t, V::set(scale_.softcap), shift);
      } else {
        p = V::fma(p, factor, shift);
      }
      if (bias != nullptr) p = V::add(p, V::load(bias + j));
      p = exp2_lanes<V>(p);
      F32 dp = V::load(slopes + j);
      F32 weight = p;
      if (drops) {
        const F32 kept = V::load(factors_ + j);
        dp = V::mul(dp, kept);
        weight = V::mul(weight, kept);
      }
      F32 ds = V::mul(p, V::sub(dp, weighted));
      if (j < begin || j + V::kWidth > end) {
        const auto before = V::first(std::clamp(begin - j, 0, V::kWidth));
        const auto inside = V::first(std::clamp(end - j, 0, V::kWidth));
        weight = V::select(before, V::zero(), V::keep(weight, inside));
        ds = V::select(before, V::zero(), V::keep(ds, inside));
      }
      if (bias_sums != nullptr) V::store(bias_sums + j, V::add(V::load(bias_sums + j), ds));
      V::store(weights + j, weight);
      V::store(slopes + j, V::mul(ds, slope));
    }
  }

  void start_keys(const Keys& keys) {
    std::fill_n(dk_, keys.count * width_, 0.0f);
    std::fill_n(dv_, keys.count * width_, 0.0f);
    if (a_.dbias != nullptr) std::fill_n(bias_, group_ * span_, 0.0f);
  }

  // dk += slopes^T q and dv += weights^T dy over the rows of a block that see a tile of keys.
  void add_keys(const Unit& u, const Keys& keys, int64_t first, int count) {
    for (int j = 0; j < keys.count; j += kGradientTileRows) {
      const int tile = std::min(kGradientTileRows, keys.count - j);
      const Range seen = rows_of(u.sequence, keys.first + j, keys.first + j + tile);
      const int64_t begin = std::max<int64_t>(seen.begin - first, 0);
      const int64_t rows = std::min<int64_t>(seen.end - first, count) - begin;
      if (rows <= 0) continue;
      const auto add = [&](const float* w, const float* x, float* o) {
        gradient_product<V>({w + begin * kGradientKeys + j, 1, kGradientKeys, x + begin * width_,
                             width_, rows, o + j * width_, width_},
                            tile);
      };
      if (a_.dk != nullptr) add(slopes_, q_, dk_);
      if (a_.dv != nullptr) add(weights_, dy_, dv_);
    }
  }

  // dq += slopes k for the rows of a block.
  void add_queries(int count) {
    std::fill_n(dq_, count * width_, 0.0f);
    for (int r = 0; r < count; r += kGradientTileRows) {
      const int tile = std::min(kGradientTileRows, count - r);
      const int64_t begin = rows_[r].seen.begin, end = rows_[r + tile - 1].seen.end;
      if (begin >= end) continue;
      gradient_product<V>(
          {slopes_ + r * kGradientKeys + begin, kGradientKeys, 1, key_rows_ + begin * width_,
           width_, end - begin, dq_ + r * width_, width_},
          tile);
    }
    for (int r = 0; r < count; ++r) {
      float* to = a_.dq + rows_[r].token * a_.dq_stride + rows_[r].head * a_.head_size;
      add_row(dq_ + r * width_, to, true);
    }
  }

  void zero_queries(const Unit& u, int64_t begin, int64_t end) const {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t token = u.sequence.first_token + row / group_;
      const int64_t head = u.head * group_ + row % group_;
      std::fill_n(a_.dq + token * a_.dq_stride + head * a_.head_size, a_.head_size, 0.0f);
    }
  }

  // A padded row of sums goes to where it belongs, D of its values.
  void add_row(const float* from, float* to, bool add) const {
    int64_t d = 0;
    for (; d + V::kWidth <= a_.head_size; d += V::kWidth) {
      const F32 x = V::load(from + d);
      V::store(to + d, add ? V::add(V::load(to + d), x) : x);
    }
    for (; d < a_.head_size; ++d) to[d] = add ? to[d] + from[d] : from[d];
  }

  void finish_keys(const Unit& u, const Keys& keys) const {
    const int64_t row = u.sequence.first_key + keys.first, offset = u.head * a_.head_size;
    for (int j = 0; j < keys.count; ++j) {
      if (a_.dk != nullptr)
        add_row(dk_ + j * width_, a_.dk + (row + j) * a_.dk_stride + offset, a_.add_dk);
      if (a_.dv != nullptr)
        add_row(dv_ + j * width_, a_.dv + (row + j) * a_.dv_stride + offset, a_.add_dv);
    }
    if (a_.dbias == nullptr) return;
    const int64_t block = keys.first / kGradientKeys;
    for (int64_t h = 0; h < group_; ++h) {
      double* sums = bias_partial(u.sequence, block, u.head * group_ + h);
      std::fill_n(sums, a_.bias.buckets, 0.0);
      for (int64_t i = 0; i < span_; ++i)
        sums[a_.buckets[i]] += static_cast<double>(bias_[h * span_ + i]);
    }
  }

  double* bias_partial(const Sequence& s, int64_t block, int64_t head) const {
    const int64_t index = gradient_first_block(s.index, s.first_key) + block;
    return a_.bias_partials + (index * a_.heads + head) * a_.bias.buckets;
  }

  void add_bias() const {
    const auto share = team_.share(a_.heads * a_.bias.buckets);
    for (int64_t i = share.begin; i < share.end; ++i) {
      const int64_t head = i / a_.bias.buckets, bucket = i % a_.bias.buckets;
      double sum = 0.0;
      for (int64_t b = 0; b < a_.sequences; ++b) {
        const Sequence s = sequence(b);
        for (int64_t block = 0; block < key_blocks(s); ++block)
          sum += bias_partial(s, block, head)[bucket];
      }
      float& to = a_.dbias[bucket * a_.dbias_stride + head];
      to = static_cast<float>(static_cast<double>(to) + sum);
    }
  }

  const AttentionBackwardArgs& a_;
  const Team& team_;
  int64_t group_;  // H / G
  int64_t width_;  // D rounded up to 16
  int64_t span_;   // of the bias by distance
  ScoreScale scale_;
  float *keys_, *values_;     // [kGroups][D][16] of k and v
  float* key_rows_;           // [kGradientKeys, width_]
  float *dk_, *dv_;           // [kGradientKeys, width_]
  float *q_, *dy_, *dq_;      // [kGradientRows, width_]
  float *weights_, *slopes_;  // [kGradientRows, kGradientKeys]
  float* factors_;            // [kGradientKeys]
  float* bias_;               // [H / G, span_]
  Row rows_[kGradientRows];
};

template <class Tile, auto kTranspose, auto kDropout>
void attention_gradient(const AttentionBackwardArgs& args, const Team& team) {
  if (!attention_backward_check(args, team)) return;
  AttentionGradient<Tile, kTranspose, kDropout>(args, team).run();
}

}  // namespace
}  // namespace gatun::cpu

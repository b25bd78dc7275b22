// SPDX-License-Identifier: Apache-2.0
// Flash attention over a Tile (attention_tile_*.h): who computes which block of keys for which
// rows.
//
// A row is one query of one head; the H / G heads of a key/value head are rows beside each other,
// so that keys and values are read once for all of them. Rows go in chunks, chunks in tiles. Two
// ways to split the work:
//   by rows:   a unit is a chunk of one sequence and key/value head, which walks over all blocks
//              that it can see;
//   by blocks: a unit is one block of one chunk; its (m, l, o) goes to `partials` and is merged
//              after a barrier.
// Both compute the same blocks and merge them in the same order, so they give the same bits.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/attention.h"
#include "kernels/cpu/attention_distances.h"
#include "kernels/cpu/attention_softmax.h"

namespace gatun::cpu {
namespace {

// kDropout: dropout_row of attention_dropout_*.h, included before this.
template <class Tile, auto kDropout>
class AttentionBlocks {
 public:
  AttentionBlocks(const AttentionArgs& args, const Team& team)
      : a_(args),
        team_(team),
        group_(args.heads / args.kv_heads),
        width_(kv_value_width(args.head_size)),
        key_width_(Tile::key_width(args.head_size)) {
    const int64_t element = args.cache.dtype == GATUN_DTYPE_F32 ? 4 : 2;
    key_group_bytes_ =
        args.cache.data != nullptr ? kKeyGroup * kv_key_width(args.cache) * element : 0;
    value_group_bytes_ = args.cache.data != nullptr ? kKeyGroup * width_ * element : 0;
    scale_ = score_scale(args.scale, args.softcap);
    std::byte* next = args.member_scratch + team.index() * args.member_bytes;
    const auto take = [&next](int64_t bytes) {
      std::byte* taken = next;
      next += attention_align(bytes);
      return taken;
    };
    q_ = reinterpret_cast<Storage*>(take(kRowChunk * width_ * 4));
    scores_ = reinterpret_cast<float*>(take(kRowTile * kKeyBlock * 4));
    probabilities_ = reinterpret_cast<Storage*>(take(kRowTile * kKeyBlock * 2));
    tile_o_ = reinterpret_cast<float*>(take(kRowTile * width_ * 4));
    o_ = reinterpret_cast<float*>(take(kRowChunk * width_ * 4));
    m_ = reinterpret_cast<float*>(take(kRowChunk * 4));
    l_ = reinterpret_cast<float*>(take(kRowChunk * 4));
    tile_m_ = reinterpret_cast<float*>(take(kRowChunk * 4));
    tile_l_ = reinterpret_cast<float*>(take(kRowChunk * 4));
    keys_ = reinterpret_cast<Storage*>(take(kKeyBlock * width_ * 4));
    values_ = reinterpret_cast<Storage*>(take(kKeyBlock * width_ * 4));
  }

  void run() {
    zero_rows_without_sequence();
    if (a_.bias.table != nullptr) spread_bias();
    if (a_.partials == nullptr) {
      for_each_unit(false, [this](const Chunk& chunk, int64_t) { attend_chunk(chunk); });
      return;
    }
    for_each_unit(true, [this](const Chunk& chunk, int64_t block) { attend_block(chunk, block); });
    team_.barrier();
    merge_partials();
  }

 private:
  using Storage = typename Tile::Storage;
  using V = typename Tile::V;
  static constexpr int kGroups = kKeyBlock / kKeyGroup;
  // Keys whose part of K or V stays in the first-level cache while the rows of a tile pass over it.
  static constexpr int kCachedGroups = 4;

  struct Range {
    int64_t begin;
    int64_t end;
  };

  struct Sequence {
    int64_t index;  // of its keys
    int64_t first_token;
    int64_t queries;  // T
    int64_t keys;     // S
  };

  struct Chunk {
    Sequence sequence;
    int64_t head;       // g
    int64_t first_row;  // of the sequence's T H/G rows
    int rows;
    Range visible;  // keys seen by any of its rows
  };

  // One block of keys in page order, by groups of 16.
  struct Block {
    int64_t first_key;
    const Storage* k[kGroups];
    const Storage* v[kGroups];
    int64_t v_stride;  // from one key's values to the next, where keys are not in pairs
    bool bf16;         // groups are those of a bf16 page, to be widened in registers
  };

  // Walks over rows: the heads of a group, then the next query.
  struct RowCursor {
    int64_t query;
    int64_t head_in_group;
    void next(int64_t group) {
      if (++head_in_group == group) {
        head_in_group = 0;
        ++query;
      }
    }
  };
  RowCursor cursor(const Chunk& c, int first) const {
    return {(c.first_row + first) / group_, (c.first_row + first) % group_};
  }

  // Keys that a query sees. Both ends ascend with the query.
  Range visible(const Sequence& s, int64_t query) const {
    const int64_t position = s.keys - s.queries + query;
    const int64_t end = a_.causal != 0 ? std::clamp<int64_t>(position + 1, 0, s.keys) : s.keys;
    const int64_t begin = a_.window > 0 ? std::clamp<int64_t>(position - a_.window + 1, 0, end) : 0;
    return {begin, end};
  }

  Sequence sequence(int64_t b) const {
    const int64_t first = a_.cu_seqlens_q[b], source = attention_key_sequence(a_, b);
    const int64_t keys = a_.cache.data != nullptr
                             ? a_.kv_lengths[source]
                             : int64_t{a_.cu_seqlens_k[source + 1]} - a_.cu_seqlens_k[source];
    return {source, first, a_.cu_seqlens_q[b + 1] - first, keys};
  }

  // Whether the keys of s are those of `other` too: one sequence of keys, or one list of pages.
  bool same_keys(const Sequence& s, int64_t other) const {
    if (other == s.index) return true;
    if (a_.cache.data == nullptr || a_.kv_lengths[other] != s.keys) return false;
    const int32_t* pages = a_.page_table + s.index * a_.page_table_stride;
    return std::equal(pages, pages + (s.keys + a_.cache.page_tokens - 1) / a_.cache.page_tokens,
                      a_.page_table + other * a_.page_table_stride);
  }

  // Sequences from b on that read the same keys, as one where positions do not matter, so that keys
  // are read once for all of them. Moves b behind them.
  Sequence next_sequence(int64_t& b) const {
    Sequence s = sequence(b++);
    if (a_.causal != 0 || a_.window > 0 || a_.bias.table != nullptr) return s;
    for (; b < a_.sequences && same_keys(s, attention_key_sequence(a_, b)); ++b) {
      s.queries = a_.cu_seqlens_q[b + 1] - s.first_token;
    }
    return s;
  }

  static int64_t block_end(const Range& keys) { return (keys.end + kKeyBlock - 1) / kKeyBlock; }
  static int64_t block_begin(const Range& keys) { return keys.begin / kKeyBlock; }

  Chunk chunk(const Sequence& s, int64_t head, int64_t index) const {
    const int64_t first = index * kRowChunk;
    const int64_t rows = std::min<int64_t>(kRowChunk, s.queries * group_ - first);
    const Range keys{visible(s, first / group_).begin, visible(s, (first + rows - 1) / group_).end};
    return {s, head, first, static_cast<int>(rows), {std::min(keys.begin, keys.end), keys.end}};
  }

  // Members take units from a counter; later chunks first, since causal ones see more keys.
  template <class Function>
  void for_each_unit(bool by_block, Function&& function) {
    std::atomic_ref<int64_t> counter(*a_.next_unit);
    if (team_.index() == 0) counter.store(0, std::memory_order_relaxed);
    team_.barrier();
    int64_t unit = counter.fetch_add(1, std::memory_order_relaxed);
    int64_t passed = 0;  // units of the chunks before
    for (int64_t b = 0; b < a_.sequences;) {
      const Sequence s = next_sequence(b);
      const int64_t chunks = (s.queries * group_ + kRowChunk - 1) / kRowChunk;
      for (int64_t c = chunks - 1; c >= 0; --c) {
        const Range keys = chunk(s, 0, c).visible;
        const int64_t blocks = by_block ? block_end(keys) - block_begin(keys) : 1;
        const int64_t units = blocks * a_.kv_heads;
        for (; unit < passed + units; unit = counter.fetch_add(1, std::memory_order_relaxed)) {
          const int64_t head = (unit - passed) % a_.kv_heads;
          function(chunk(s, head, c), block_begin(keys) + (unit - passed) / a_.kv_heads);
        }
        passed += units;
      }
    }
  }

  void zero_rows_without_sequence() {
    const int64_t first = a_.cu_seqlens_q[a_.sequences];
    const auto share = team_.share(a_.tokens - first);
    for (int64_t i = first + share.begin; i < first + share.end; ++i) {
      std::fill_n(a_.y + i * a_.y_stride, a_.heads * a_.head_size, 0.0f);
      for (int64_t h = 0; h < a_.heads; ++h) store_log_sum_exp(kMinusInfinity, 0.0f, i, h);
    }
  }

  void spread_bias() {
    int64_t keys = 0, queries = 0;
    for (int64_t b = 0; b < a_.sequences; ++b) {
      const Sequence s = sequence(b);
      keys = std::max(keys, s.keys);
      queries = std::max(queries, s.queries);
    }
    spread_distances(a_.bias, a_.heads, a_.bias_limit, 1 - keys, queries, a_.distances, team_);
    team_.barrier();
  }

  // The bias of the block's keys for a row, null for none.
  const float* block_bias(const Chunk& c, const RowCursor& row, int64_t first_key) const {
    if (a_.bias.table == nullptr) return nullptr;
    const int64_t head = c.head * group_ + row.head_in_group;
    const int64_t position = c.sequence.keys - c.sequence.queries + row.query;
    return distances_from(a_.distances, head, a_.bias_limit, first_key - position);
  }

  void load_queries(const Chunk& c) {
    RowCursor row = cursor(c, 0);
    for (int r = 0; r < c.rows; ++r, row.next(group_)) {
      const float* q = a_.q + (c.sequence.first_token + row.query) * a_.q_stride +
                       (c.head * group_ + row.head_in_group) * a_.head_size;
      Tile::load_query(q, a_.head_size, q_ + r * key_width_);
    }
  }

  // Points at the groups of a block that hold keys of `range`, or brings them into page order
  // first.
  Block load_block(const Chunk& c, int64_t index, const Range& range) {
    Block block;
    block.first_key = index * kKeyBlock;
    block.v_stride = width_;
    block.bf16 = false;
    const int64_t begin = std::max<int64_t>(range.begin - block.first_key, 0) / kKeyGroup;
    const int64_t end =
        std::min<int64_t>((range.end - block.first_key + kKeyGroup - 1) / kKeyGroup, kGroups);
    if (a_.cache.data == nullptr) {
      pack_block(c, begin, end, block);
    } else {
      page_block(c, begin, end, block);
    }
    return block;
  }

  void pack_block(const Chunk& c, int64_t begin, int64_t end, Block& block) {
    // Rows that lie a power of two or so apart push each other out of the first-level cache, which
    // costs more than a copy where many rows pass over them.
    const bool in_place = Tile::values_in_place(a_.head_size) && c.rows <= kRowTile;
    if (in_place) block.v_stride = a_.v_stride;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t key = block.first_key + i * kKeyGroup;
      const int64_t row = a_.cu_seqlens_k[c.sequence.index] + key;
      const auto count = static_cast<int>(std::min<int64_t>(kKeyGroup, c.sequence.keys - key));
      const float* v = a_.v + row * a_.v_stride + c.head * a_.head_size;
      Storage* keys = keys_ + i * kKeyGroup * key_width_;
      Storage* values = in_place ? nullptr : values_ + i * kKeyGroup * width_;
      Tile::pack_group(a_.k + row * a_.k_stride + c.head * a_.head_size, a_.k_stride, v,
                       a_.v_stride, count, a_.head_size, keys, values);
      block.k[i] = keys;
      block.v[i] = in_place ? reinterpret_cast<const Storage*>(v) : values;
    }
  }

  void page_block(const Chunk& c, int64_t begin, int64_t end, Block& block) {
    const KvPages& pages = a_.cache;
    const int64_t element = pages.dtype == GATUN_DTYPE_F32 ? 4 : 2;
    const int64_t key_bytes = kv_key_width(pages) * element, value_bytes = width_ * element;
    const int32_t* table = a_.page_table + c.sequence.index * a_.page_table_stride;
    const bool widen = pages.dtype != Tile::kCacheDtype;
    block.bf16 = widen && c.rows <= kRowTile;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t key = block.first_key + i * kKeyGroup;
      const std::byte* head = kv_head(pages, table[key / pages.page_tokens], c.head);
      const std::byte* k = head + key % pages.page_tokens * key_bytes;
      const std::byte* v = head + pages.value_offset + key % pages.page_tokens * value_bytes;
      block.k[i] = reinterpret_cast<const Storage*>(k);
      block.v[i] = reinterpret_cast<const Storage*>(v);
      if constexpr (Tile::kReadsBf16) {
        if (!widen || block.bf16) continue;
        // Many rows: widened once for all of them.
        Storage* keys = keys_ + i * kKeyGroup * key_width_;
        Storage* values = values_ + i * kKeyGroup * width_;
        Tile::widen_group(reinterpret_cast<const uint16_t*>(k),
                          reinterpret_cast<const uint16_t*>(v), a_.head_size, keys, values);
        block.k[i] = keys;
        block.v[i] = values;
      }
    }
  }

  // Register tiles: `rows` rows (at most Tile::kRows) by as many chunks of 16 as fit.
  template <int kR, int kC>
  void scores_tile(const Storage* q, const Block& block, int group, float* s) const {
    if constexpr (Tile::kReadsBf16) {
      if (block.bf16) {
        const auto* k = reinterpret_cast<const uint16_t* const*>(block.k + group);
        return Tile::template scores_bf16<kR, kC>(q, key_width_, k, key_width_, s, kKeyBlock);
      }
    }
    Tile::template scores<kR, kC>(q, key_width_, block.k + group, key_width_, s, kKeyBlock);
  }
  template <int kC>
  void scores_chunks(int rows, const Storage* q, const Block& block, int group, float* s) const {
    switch (rows) {
      case 1:
        return scores_tile<1, kC>(q, block, group, s);
      case 2:
        return scores_tile<2, kC>(q, block, group, s);
      case 3:
        return scores_tile<3, kC>(q, block, group, s);
      case 4:
        return scores_tile<4, kC>(q, block, group, s);
      case 5:
        return scores_tile<5, kC>(q, block, group, s);
      default:
        return scores_tile<6, kC>(q, block, group, s);
    }
  }
  void scores_rows(
      int rows, const Storage* q, const Block& block, int group, int last, float* s) const {
    for (; group + Tile::kChunks <= last; group += Tile::kChunks) {
      scores_chunks<Tile::kChunks>(rows, q, block, group, s + group * kKeyGroup);
    }
    for (; group < last; ++group) scores_chunks<1>(rows, q, block, group, s + group * kKeyGroup);
  }

  template <int kR, int kC>
  void outputs_tile(
      const Storage* p, const Block& block, int64_t d, int begin, int end, float* o) const {
    if constexpr (Tile::kReadsBf16) {
      if (block.bf16) {
        const auto* v = reinterpret_cast<const uint16_t* const*>(block.v);
        return Tile::template outputs_bf16<kR, kC>(p, kKeyBlock, v, d, begin, end, o, width_);
      }
    }
    Tile::template outputs<kR, kC>(p, kKeyBlock, block.v, block.v_stride, d, begin, end, o, width_);
  }
  template <int kC>
  void outputs_chunks(int rows,
                      const Storage* p,
                      const Block& block,
                      int64_t d,
                      int begin,
                      int end,
                      float* o) const {
    switch (rows) {
      case 1:
        return outputs_tile<1, kC>(p, block, d, begin, end, o);
      case 2:
        return outputs_tile<2, kC>(p, block, d, begin, end, o);
      case 3:
        return outputs_tile<3, kC>(p, block, d, begin, end, o);
      case 4:
        return outputs_tile<4, kC>(p, block, d, begin, end, o);
      case 5:
        return outputs_tile<5, kC>(p, block, d, begin, end, o);
      default:
        return outputs_tile<6, kC>(p, block, d, begin, end, o);
    }
  }
  void outputs_rows(
      int rows, const Storage* p, const Block& block, int begin, int end, float* o) const {
    int64_t d = 0;
    for (; d + 16 * Tile::kChunks <= width_; d += 16 * Tile::kChunks) {
      outputs_chunks<Tile::kChunks>(rows, p, block, d, begin, end, o + d);
    }
    if constexpr (Tile::kChunks > 2) {
      for (; d + 32 <= width_; d += 32) outputs_chunks<2>(rows, p, block, d, begin, end, o + d);
    }
    for (; d < width_; d += 16) outputs_chunks<1>(rows, p, block, d, begin, end, o + d);
  }

  // (m, l, o) of rows [first, first + rows) of the chunk over one block, rows <= kRowTile.
  void attend_tile(
      const Chunk& c, const Block& block, int first, int rows, float* m, float* l, float* o) {
    Range seen[kRowTile] = {};  // inside the block
    bool same = true;
    RowCursor row = cursor(c, first);
    for (int r = 0; r < rows; ++r, row.next(group_)) {
      const Range keys = visible(c.sequence, row.query);
      seen[r].end = std::clamp<int64_t>(keys.end - block.first_key, 0, kKeyBlock);
      seen[r].begin = std::clamp<int64_t>(keys.begin - block.first_key, 0, seen[r].end);
      same = same && seen[r].begin == seen[0].begin && seen[r].end == seen[0].end;
    }
    const auto begin = static_cast<int>(seen[0].begin), end = static_cast<int>(seen[rows - 1].end);
    for (int r = 0; r < rows; ++r) std::fill_n(o + r * width_, width_, 0.0f);
    if (begin >= end) {
      std::fill_n(m, rows, kMinusInfinity);
      std::fill_n(l, rows, 0.0f);
      return;
    }
    const int first_group = begin / kKeyGroup, last_group = (end + kKeyGroup - 1) / kKeyGroup;

    for (int i = first_group; i < last_group; i += kCachedGroups) {
      const int groups = std::min(kCachedGroups, last_group - i);
      if (rows == c.rows) {  // the only pass over the block
        prefetch(block.k, i + kCachedGroups, last_group, key_group_bytes_);
        if (i + kCachedGroups >= last_group)
          prefetch(block.v, first_group, last_group, value_group_bytes_);
      }
      for (int r = 0; r < rows; r += Tile::kRows) {
        scores_rows(std::min(Tile::kRows, rows - r), q_ + (first + r) * key_width_, block, i,
                    i + groups, scores_ + r * kKeyBlock);
      }
    }
    row = cursor(c, first);
    for (int r = 0; r < rows; ++r, row.next(group_)) {
      float* s = scores_ + r * kKeyBlock;
      softmax_row<V>(s, first_group, last_group, static_cast<int>(seen[r].begin),
                     static_cast<int>(seen[r].end), scale_, block_bias(c, row, block.first_key),
                     m + r, l + r);
      if (a_.dropout.threshold != 0) {
        const int64_t index =
            (c.sequence.first_token + row.query) * a_.heads + c.head * group_ + row.head_in_group;
        kDropout(a_.dropout, index, block.first_key, s, first_group, last_group);
      }
    }
    const Storage* p =
        Tile::probabilities(scores_, probabilities_, rows, first_group, last_group, kKeyBlock);
    // A probability of zero does not silence an infinite value: rows that differ in what they see
    // go one by one then.
    if (!same && !values_finite(block, begin, end)) {
      for (int r = 0; r < rows; ++r) {
        if (seen[r].begin < seen[r].end) {
          sum_outputs(1, p + r * kKeyBlock, block, static_cast<int>(seen[r].begin),
                      static_cast<int>(seen[r].end), o + r * width_);
        }
      }
      return;
    }
    sum_outputs(rows, p, block, begin, end, o);
  }

  // Up to kCachedGroups groups on their way to the cache while the ones before are worked on: pages
  // end too soon for the hardware to follow.
  static void prefetch(const Storage* const* groups, int first, int last, int64_t bytes) {
    for (int i = first; i < last && i < first + kCachedGroups; ++i) {
      const auto* line = reinterpret_cast<const char*>(groups[i]);
      for (int64_t b = 0; b < bytes; b += 64) __builtin_prefetch(line + b);
    }
  }

  void sum_outputs(int rows, const Storage* p, const Block& block, int begin, int end, float* o) {
    // Rows of a tile share values in the first-level cache, part by part.
    constexpr int kPart = kCachedGroups * kKeyGroup;
    for (int part = begin / kPart * kPart; part < end; part += kPart) {
      const int from = std::max(begin, part), to = std::min(end, part + kPart);
      if (rows <= Tile::kRows) {
        prefetch(block.v, part / kKeyGroup + kCachedGroups, (end + kKeyGroup - 1) / kKeyGroup,
                 value_group_bytes_);
      }
      for (int r = 0; r < rows; r += Tile::kRows) {
        outputs_rows(std::min(Tile::kRows, rows - r), p + r * kKeyBlock, block, from, to,
                     o + r * width_);
      }
    }
  }

  bool values_finite(const Block& block, int begin, int end) const {
    if (block.bf16) return false;  // few rows: going one by one costs no more than looking
    return Tile::values_finite(block.v, block.v_stride, begin, end, width_);
  }

  void attend_chunk(const Chunk& c) {
    load_queries(c);
    const int64_t first_block = block_begin(c.visible);
    for (int64_t index = first_block; index < block_end(c.visible); ++index) {
      const Block block = load_block(c, index, c.visible);
      for (int first = 0; first < c.rows; first += kRowTile) {
        const int rows = std::min(kRowTile, c.rows - first);
        // Merging with nothing changes no bit, so the first block is its own result.
        if (index == first_block) {
          attend_tile(c, block, first, rows, m_ + first, l_ + first, o_ + first * width_);
          continue;
        }
        attend_tile(c, block, first, rows, tile_m_, tile_l_, tile_o_);
        for (int r = 0; r < rows; ++r) {
          merge_row<V>(m_ + first + r, l_ + first + r, o_ + (first + r) * width_, tile_m_[r],
                       tile_l_[r], tile_o_ + r * width_, width_);
        }
      }
    }
    if (first_block >= block_end(c.visible)) {  // no key is seen
      std::fill_n(l_, c.rows, 0.0f);
      std::fill_n(m_, c.rows, kMinusInfinity);
    }
    RowCursor row = cursor(c, 0);
    for (int r = 0; r < c.rows; ++r, row.next(group_)) {
      store_row(o_ + r * width_, m_[r], l_[r], c.sequence.first_token + row.query,
                c.head * group_ + row.head_in_group);
    }
  }

  void store_row(const float* o, float m, float l, int64_t token, int64_t head) {
    finish_row<V>(o, l, a_.head_size, a_.y + token * a_.y_stride + head * a_.head_size);
    store_log_sum_exp(m, l, token, head);
  }

  void store_log_sum_exp(float m, float l, int64_t token, int64_t head) {
    if (a_.log_sum_exp == nullptr) return;
    constexpr float kLn2 = 0.69314718055994530942f;
    a_.log_sum_exp[token * a_.log_sum_exp_stride + head] =
        l == 0.0f ? std::numeric_limits<float>::infinity() : (m + std::log2(l)) * kLn2;
  }

  float* partial(int64_t token, int64_t head, int64_t block) const {
    return a_.partials + ((token * a_.heads + head) * a_.max_blocks + block) *
                             attention_partial_width(a_.head_size);
  }

  void attend_block(const Chunk& c, int64_t index) {
    load_queries(c);
    const Block block = load_block(c, index, c.visible);
    for (int first = 0; first < c.rows; first += kRowTile) {
      const int rows = std::min(kRowTile, c.rows - first);
      attend_tile(c, block, first, rows, tile_m_, tile_l_, tile_o_);
      RowCursor row = cursor(c, first);
      for (int r = 0; r < rows; ++r, row.next(group_)) {
        float* to =
            partial(c.sequence.first_token + row.query, c.head * group_ + row.head_in_group, index);
        to[0] = tile_m_[r];
        to[1] = tile_l_[r];
        std::memcpy(to + 16, tile_o_ + r * width_, static_cast<size_t>(width_) * sizeof(float));
      }
    }
  }

  void merge_partials() {
    const int64_t tokens = a_.cu_seqlens_q[a_.sequences];
    const auto share = team_.share(tokens * a_.heads);
    int64_t b = 0;
    for (int64_t item = share.begin; item < share.end; ++item) {
      const int64_t token = item / a_.heads, head = item % a_.heads;
      while (token >= a_.cu_seqlens_q[b + 1]) ++b;
      const Sequence s = sequence(b);
      const Range keys = visible(s, token - s.first_token);
      m_[0] = kMinusInfinity;
      l_[0] = 0.0f;
      std::fill_n(o_, width_, 0.0f);
      for (int64_t index = block_begin(keys); keys.begin < keys.end && index < block_end(keys);
           ++index) {
        const float* from = partial(token, head, index);
        merge_row<V>(m_, l_, o_, from[0], from[1], from + 16, width_);
      }
      store_row(o_, m_[0], l_[0], token, head);
    }
  }

  const AttentionArgs& a_;
  const Team& team_;
  int64_t group_;                                // H / G
  int64_t width_;                                // D rounded up to 16
  int64_t key_width_;                            // of a row of q and of keys
  int64_t key_group_bytes_, value_group_bytes_;  // of a page
  ScoreScale scale_;
  Storage* q_;              // [kRowChunk, key_width_]
  float* scores_;           // [kRowTile, kKeyBlock]
  Storage* probabilities_;  // [kRowTile, kKeyBlock]
  float *tile_o_, *tile_m_, *tile_l_;
  float *o_, *m_, *l_;       // running, [kRowChunk, width_], [kRowChunk]
  Storage *keys_, *values_;  // a block in page order
};

template <class Tile, auto kDropout>
void attention_blocks(const AttentionArgs& args, const Team& team) {
  if (!attention_check(args, team)) return;
  AttentionBlocks<Tile, kDropout>(args, team).run();
}

}  // namespace
}  // namespace gatun::cpu

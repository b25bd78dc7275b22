// SPDX-License-Identifier: Apache-2.0
// Checks of what attention reads from memory as data. Every member runs them and comes to the same
// answer.
#include "kernels/attention.h"
#include "kernels/attention_backward.h"

namespace gatun {
namespace {

bool in_range(Fault* fault,
              const Team& team,
              const char* what,
              int64_t position,
              int64_t value,
              int64_t limit) {
  if (value >= 0 && value < limit) return true;
  if (team.index() == 0) fault->report(what, position, value, limit);
  return false;
}

bool ascending(Fault* fault,
               const Team& team,
               const char* what,
               const int32_t* offsets,
               int64_t sequences,
               int64_t total) {
  if (!in_range(fault, team, what, 0, offsets[0], 1)) return false;
  for (int64_t b = 1; b <= sequences; ++b) {
    if (!in_range(fault, team, what, b, offsets[b], total + 1)) return false;
    if (offsets[b] < offsets[b - 1]) {
      if (team.index() == 0) fault->report(what, b - 1, offsets[b - 1], int64_t{offsets[b]} + 1);
      return false;
    }
  }
  return true;
}

}  // namespace

bool attention_check(const AttentionArgs& args, const Team& team) {
  if (!ascending(args.fault, team, "attention: cu_seqlens_q", args.cu_seqlens_q, args.sequences,
                 args.tokens)) {
    return false;
  }
  for (int64_t b = 0; args.kv_sequence != nullptr && b < args.sequences; ++b) {
    if (!in_range(args.fault, team, "attention: kv_sequence", b, args.kv_sequence[b],
                  args.key_sequences)) {
      return false;
    }
  }
  if (args.cache.data == nullptr) {
    return ascending(args.fault, team, "attention: cu_seqlens_k", args.cu_seqlens_k,
                     args.key_sequences, args.keys);
  }
  const int64_t page_tokens = args.cache.page_tokens;
  for (int64_t b = 0; b < args.key_sequences; ++b) {
    const int64_t length = args.kv_lengths[b];
    if (!in_range(args.fault, team, "attention: kv_lengths", b, length,
                  args.pages_per_sequence * page_tokens + 1)) {
      return false;
    }
    if (args.kv_sequence == nullptr && args.cu_seqlens_q[b] == args.cu_seqlens_q[b + 1])
      continue;  // its pages are not read
    const int32_t* pages = args.page_table + b * args.page_table_stride;
    for (int64_t p = 0; p * page_tokens < length; ++p) {
      if (!in_range(args.fault, team, "attention: page_table", b * args.pages_per_sequence + p,
                    pages[p], args.cache.page_count)) {
        return false;
      }
    }
  }
  return true;
}

bool attention_backward_check(const AttentionBackwardArgs& args, const Team& team) {
  return ascending(args.fault, team, "attention_backward: cu_seqlens_q", args.cu_seqlens_q,
                   args.sequences, args.tokens) &&
         ascending(args.fault, team, "attention_backward: cu_seqlens_k", args.cu_seqlens_k,
                   args.sequences, args.keys);
}

}  // namespace gatun

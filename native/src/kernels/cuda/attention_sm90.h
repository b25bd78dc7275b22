// SPDX-License-Identifier: Apache-2.0
// attention_bf16 for GPUs of capability 9.0, on TMA and wgmma. The results are those of
// attention_bf16 up to the last bits: both multiply in bf16 and add in f32, in tiles of their own.
#pragma once

#include "kernels/cuda/attention.h"

namespace gatun::cuda {

// Head sizes to 128, no dropout; keys and values in rows, or in pages of bf16 of a power of two of
// tokens from 8 to 128, or of a multiple of 128. For the rest there is attention_bf16.
inline bool attention_sm90_takes(const AttentionArgs& args) {
  constexpr int kKeys = 128;  // of a tile
  if (args.head_size > 128) return false;
  if (args.pages.data == nullptr) return args.dropout.threshold == 0;
  if (args.pages.dtype != GATUN_DTYPE_BF16) return false;
  const int tokens = args.pages.page_tokens;
  return tokens % kKeys == 0 || (tokens >= 8 && tokens < kKeys && (tokens & (tokens - 1)) == 0);
}

// TMA copies bf16, so that rows of f32 are rounded first, into args.sm90_scratch: of this many
// bytes, at a multiple of 16. args.keys is the number of rows of k and v; not used with pages.
inline int64_t attention_sm90_elements(int64_t rows, int heads, int head_size) {
  return rows * heads * kv_row_width(head_size, GATUN_DTYPE_BF16);
}
inline int64_t attention_sm90_scratch_bytes(const AttentionArgs& args, int64_t tokens) {
  const int64_t q = attention_sm90_elements(tokens, args.heads, args.head_size);
  const int64_t kv = attention_sm90_elements(args.keys, args.kv_heads, args.head_size);
  return 2 * (q + (args.pages.data != nullptr ? 0 : 2 * kv));
}

// kInvalidConfiguration for what attention_sm90_takes() does not take.
Status attention_bf16_sm90(const AttentionArgs& args, int64_t tokens, Stream stream);

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
#include "ops/attention.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "kernels/attention.h"
#include "ops/check.h"
#include "ops/cuda_attention.h"
#include "ops/kv_cache.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr const char* kName = "attention";
using Kernel = void (*)(const AttentionArgs&, const Team&);

constexpr std::array<Implementation<Kernel>, 3> kF32List{{
    {IsaTier::kAvx512, cpu::avx512::attention},
    {IsaTier::kAvx2, cpu::avx2::attention},
    {IsaTier::kGeneric, reference::attention},
}};
// FAST over a bf16 cache or over k and v, where products of pairs are wanted.
constexpr std::array<Implementation<Kernel>, 4> kPairsList{{
    {IsaTier::kAvx512Bf16, cpu::avx512_bf16::attention},
    {IsaTier::kAvx512, cpu::avx512::attention},
    {IsaTier::kAvx2, cpu::avx2::attention},
    {IsaTier::kGeneric, reference::attention},
}};

// AMD's vdpbf16ps runs at the rate of a multiply-add and does twice the products. Intel's runs at a
// quarter of it (measured), so there a bf16 cache is read at half the bytes but multiplied in f32.
bool pairs_are_faster() {
  __builtin_cpu_init();
  return __builtin_cpu_is("amd") != 0;
}

bool wants_pairs(const gatun_attention_params& p, Bf16Products products) {
  if (p.arithmetic != GATUN_ARITHMETIC_FAST) return false;
  if (p.cache.data != nullptr && p.cache.dtype != GATUN_DTYPE_BF16) return false;
  return products == Bf16Products::kAutomatic ? pairs_are_faster()
                                              : products == Bf16Products::kPairs;
}

// Scratch: the counter, one part per member, and room for (m, l, o) of every block where too few
// rows are there to occupy the members otherwise.
void plan_scratch(Stream& stream, AttentionArgs& args) {
  constexpr int64_t kMaxPartialBytes = int64_t{64} << 20;
  const int64_t members = stream.threads();
  const int64_t chunks = args.sequences + args.tokens * (args.heads / args.kv_heads) / kRowChunk;
  const int64_t longest =
      args.cache.data != nullptr ? args.pages_per_sequence * args.cache.page_tokens : args.keys;
  args.max_blocks = (longest + kKeyBlock - 1) / kKeyBlock;
  const int64_t partial_bytes =
      args.tokens * args.heads * args.max_blocks * attention_partial_width(args.head_size) * 4;
  const bool by_blocks = members > 1 && args.max_blocks > 1 &&
                         chunks * args.kv_heads < 4 * members && partial_bytes <= kMaxPartialBytes;
  args.member_bytes = attention_member_bytes(args.head_size);
  constexpr int64_t kCounterBytes = 64;
  args.bias_limit = std::min<int64_t>(args.bias.max_distance, std::max(longest, args.tokens));
  const int64_t distance_bytes =
      args.bias.table != nullptr
          ? attention_align(args.heads * attention_bias_span(args.bias_limit) * 4)
          : 0;
  const int64_t bytes = kCounterBytes + distance_bytes + members * args.member_bytes +
                        (by_blocks ? partial_bytes : 0);
  auto* scratch = static_cast<std::byte*>(stream.scratch(bytes));
  args.next_unit = reinterpret_cast<int64_t*>(scratch);
  args.distances = reinterpret_cast<float*>(scratch + kCounterBytes);
  args.member_scratch = scratch + kCounterBytes + distance_bytes;
  args.partials = by_blocks
                      ? reinterpret_cast<float*>(args.member_scratch + members * args.member_bytes)
                      : nullptr;
}

void take_keys(ArgumentCheck& check, const gatun_attention_params& p, AttentionArgs& args) {
  check.binds("k", p.k, GATUN_DTYPE_F32, 3, "[M, G, D]");
  args.keys = p.k.shape[0];
  args.kv_heads = p.k.shape[1];
  check.matches("k", p.k, GATUN_DTYPE_F32, "[M, G, D]", {args.keys, args.kv_heads, args.head_size});
  check.matches("v", p.v, GATUN_DTYPE_F32, "[M, G, D]", {args.keys, args.kv_heads, args.head_size});
  if (args.kv_sequence == nullptr) {
    check.matches("cu_seqlens_k", p.cu_seqlens_k, GATUN_DTYPE_I32, "[B + 1]", {args.sequences + 1});
  } else {
    check.binds("cu_seqlens_k", p.cu_seqlens_k, GATUN_DTYPE_I32, 1, "[C + 1]");
  }
  args.key_sequences = p.cu_seqlens_k.shape[0] - 1;
  if (args.key_sequences < 0) check.fail("cu_seqlens_k has shape [0], expected [C + 1]");
  check.fits_i32("M", args.keys);
  check.apart("y", p.y, "k", p.k);
  check.apart("y", p.y, "v", p.v);
  args.k = f32_data(p.k);
  args.v = f32_data(p.v);
  args.k_stride = row_stride(p.k);
  args.v_stride = row_stride(p.v);
  args.cu_seqlens_k = i32_data(p.cu_seqlens_k);
}

void take_pages(ArgumentCheck& check, const gatun_attention_params& p, AttentionArgs& args) {
  args.cache = check_cache(check, p.cache, p.q.device != 0);
  args.kv_heads = args.cache.kv_heads;
  if (args.cache.head_size != args.head_size) {
    check.fail("cache.head_size is " + std::to_string(args.cache.head_size) +
               ", expected D = " + std::to_string(args.head_size) + " from q [N, H, D]");
  }
  if (is_given(p.k) || is_given(p.v))
    check.fail("k or v is given beside a cache, expected one source of keys");
  check.binds("page_table", p.page_table, GATUN_DTYPE_I32, 2, "[B, P]");
  args.pages_per_sequence = p.page_table.shape[1];
  args.key_sequences = args.kv_sequence == nullptr ? args.sequences : p.page_table.shape[0];
  check.matches("page_table", p.page_table, GATUN_DTYPE_I32, "[B, P]",
                {args.key_sequences, args.pages_per_sequence});
  check.matches("kv_lengths", p.kv_lengths, GATUN_DTYPE_I32, "[B]", {args.key_sequences});
  check.fits_i32("P * page_tokens", args.pages_per_sequence * args.cache.page_tokens);
  args.page_table = i32_data(p.page_table);
  args.page_table_stride = row_stride(p.page_table);
  args.kv_lengths = i32_data(p.kv_lengths);
}

void take_bias(ArgumentCheck& check, const gatun_attention_params& p, AttentionArgs& args) {
  if (!is_given(p.bias_table)) return;
  check.binds("bias_table", p.bias_table, GATUN_DTYPE_F32, 2, "[buckets, H]");
  args.bias = check_relative_bias(check, p.bias_table, args.heads, p.bias_bidirectional,
                                  p.bias_max_distance);
  check.apart("y", p.y, "bias_table", p.bias_table);
}

void take_dropout(ArgumentCheck& check, const gatun_attention_params& p, AttentionArgs& args) {
  check_dropout(check, p.dropout);
  if (p.dropout == 0.0f) return;
  if (p.cache.data != nullptr)
    check.unsupported("dropout is given beside a cache, expected 0: a cache is for generation");
  args.dropout = attention_dropout(p.dropout, p.dropout_seed, p.dropout_sequence);
}

}  // namespace

RelativeBias check_relative_bias(ArgumentCheck& check,
                                 const gatun_tensor& table,
                                 int64_t heads,
                                 int32_t bidirectional,
                                 int32_t max_distance) {
  if (table.shape[1] != heads) {
    check.fail("bias_table has shape " + shape_text(table) +
               ", expected [buckets, H] with H = " + std::to_string(heads));
  }
  check.fits_i32("buckets", table.shape[0]);
  const auto buckets = static_cast<int32_t>(table.shape[0]);
  const int32_t fewest = bidirectional != 0 ? 4 : 2;
  if (buckets < fewest) {
    check.fail("bias_table has " + std::to_string(buckets) + " buckets, expected at least " +
               std::to_string(fewest));
  }
  const int32_t exact = exact_buckets(buckets, bidirectional != 0);
  if (max_distance <= exact) {
    check.fail("bias_max_distance is " + std::to_string(max_distance) +
               ", expected more than the " + std::to_string(exact) +
               " distances that have a bucket of their own");
  }
  return {f32_data(table), row_stride(table), buckets, bidirectional, max_distance};
}

void check_dropout(const ArgumentCheck& check, float probability) {
  if (!(probability >= 0.0f && probability < 1.0f)) {
    check.fail("dropout is " + std::to_string(probability) + ", expected 0 <= dropout < 1");
  }
}

void attention_forward_with(Stream& stream,
                            const gatun_attention_params& p,
                            Bf16Products products) {
  ArgumentCheck check(kName, stream);
  AttentionArgs args{};
  check.binds("q", p.q, GATUN_DTYPE_F32, 3, "[N, H, D]");
  args.tokens = p.q.shape[0];
  args.heads = p.q.shape[1];
  args.head_size = p.q.shape[2];
  if (args.head_size < 1 || args.head_size > kMaxHeadSize) {
    check.unsupported("D is " + std::to_string(args.head_size) + ", expected 1 to " +
                      std::to_string(kMaxHeadSize));
  }
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, H, D]", {args.tokens, args.heads, args.head_size});
  check.binds("cu_seqlens_q", p.cu_seqlens_q, GATUN_DTYPE_I32, 1, "[B + 1]");
  args.sequences = p.cu_seqlens_q.shape[0] - 1;
  if (args.sequences < 0) check.fail("cu_seqlens_q has shape [0], expected [B + 1]");
  check.fits_i32("N", args.tokens);
  check.apart("y", p.y, "q", p.q);
  if (!std::isfinite(p.scale)) check.fail("scale is not finite");
  check.not_negative("softcap", p.softcap);
  if (p.window < 0)
    check.fail("window is " + std::to_string(p.window) + ", expected 0 (none) or more");
  check.one_of("arithmetic", p.arithmetic, GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST);
  check.one_of("flags", p.flags, 0, GATUN_ATTENTION_BATCH_INVARIANT);
  args.q = f32_data(p.q);
  args.y = f32_data(p.y);
  args.q_stride = row_stride(p.q);
  args.y_stride = row_stride(p.y);
  args.cu_seqlens_q = i32_data(p.cu_seqlens_q);
  if (check.matches_if_given("kv_sequence", p.kv_sequence, GATUN_DTYPE_I32, "[B]",
                             {args.sequences})) {
    args.kv_sequence = i32_data(p.kv_sequence);
  }
  if (p.cache.data != nullptr) {
    take_pages(check, p, args);
  } else {
    take_keys(check, p, args);
  }
  if (args.kv_heads < 1 || args.heads < 1 || args.heads % args.kv_heads != 0) {
    check.fail("H is " + std::to_string(args.heads) +
               ", expected a multiple of G = " + std::to_string(args.kv_heads));
  }
  if (p.max_queries < 0) {
    check.fail("max_queries is " + std::to_string(p.max_queries) +
               ", expected 0 (unknown) or more");
  }
  args.max_queries =
      p.max_queries > 0 ? std::min<int64_t>(p.max_queries, args.tokens) : args.tokens;
  args.scale = p.scale != 0.0f
                   ? p.scale
                   : static_cast<float>(1.0 / std::sqrt(static_cast<double>(args.head_size)));
  args.softcap = p.softcap;
  args.causal = p.causal;
  args.window = p.window;
  take_bias(check, p, args);
  take_dropout(check, p, args);
  if (check.matches_if_given("log_sum_exp", p.log_sum_exp, GATUN_DTYPE_F32, "[N, H]",
                             {args.tokens, args.heads})) {
    check.apart("log_sum_exp", p.log_sum_exp, "y", p.y);
    check.apart("log_sum_exp", p.log_sum_exp, "q", p.q);
    args.log_sum_exp = f32_data(p.log_sum_exp);
    args.log_sum_exp_stride = row_stride(p.log_sum_exp);
  }
  if (stream.cuda() != nullptr)
    return cuda_attention(stream, args, p.arithmetic == GATUN_ARITHMETIC_FAST,
                          (p.flags & GATUN_ATTENTION_BATCH_INVARIANT) != 0);
  args.fault = &stream.fault();
  plan_scratch(stream, args);

  const IsaTier tier = stream.tier();
  stream.submit(kName,
                wants_pairs(p, products) ? select_implementation(kPairsList, tier)
                                         : select_implementation(kF32List, tier),
                args);
}

void attention_forward(Stream& stream, const gatun_attention_params& params) {
  attention_forward_with(stream, params, Bf16Products::kAutomatic);
}

}  // namespace gatun

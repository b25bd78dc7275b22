// SPDX-License-Identifier: Apache-2.0
#include "kernels/rotary.h"

#include <array>
#include <cmath>
#include <string>

#include "ops/check.h"
#include "ops/cuda_attention.h"
#include "ops/kv_cache.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr const char* kName = "rotary";
using Kernel = void (*)(const RotaryArgs&, const Team&);

constexpr std::array<Implementation<Kernel>, 3> kList{{
    {IsaTier::kAvx512, cpu::avx512::rotary},
    {IsaTier::kAvx2, cpu::avx2::rotary},
    {IsaTier::kGeneric, reference::rotary},
}};

void check_head_size(const ArgumentCheck& check, int64_t head_size) {
  if (head_size < 1 || head_size > kMaxHeadSize) {
    check.unsupported("D is " + std::to_string(head_size) + ", expected 1 to " +
                      std::to_string(kMaxHeadSize));
  }
}

// q and k bind N, H, G and D; q may be missing where keys alone are stored (the source of a
// cross-attention).
void take_heads(ArgumentCheck& check, const gatun_rotary_params& p, RotaryArgs& args) {
  const bool has_q = is_given(p.q), has_k = is_given(p.k);
  if (!has_q && !has_k) check.fail("q and k are missing, expected at least one of them");
  if (has_q) {
    check.binds("q", p.q, GATUN_DTYPE_F32, 3, "[N, H, D]");
    args.heads = p.q.shape[1];
    args.q = f32_data(p.q);
    args.q_stride = row_stride(p.q);
  }
  const gatun_tensor& first = has_q ? p.q : p.k;
  if (has_k) {
    check.binds("k", p.k, GATUN_DTYPE_F32, 3, "[N, G, D]");
    args.kv_heads = p.k.shape[1];
    args.k = f32_data(p.k);
    args.k_stride = row_stride(p.k);
  }
  args.tokens = first.shape[0];
  args.head_size = first.shape[2];
  check_head_size(check, args.head_size);
  if (has_k)
    check.matches("k", p.k, GATUN_DTYPE_F32, "[N, G, D]",
                  {args.tokens, args.kv_heads, args.head_size});
  if (has_q && has_k) check.apart("q", p.q, "k", p.k);
}

void take_rotation(ArgumentCheck& check, const gatun_rotary_params& p, RotaryArgs& args) {
  if (!is_given(p.inv_freq)) {
    if (is_given(p.frequency_rows)) check.fail("frequency_rows is given without inv_freq");
    return;
  }
  check.matches("positions", p.positions, GATUN_DTYPE_I32, "[N]", {args.tokens});
  check.binds("inv_freq", p.inv_freq, GATUN_DTYPE_F32, 2, "[C, R/2]");
  args.frequency_count = p.inv_freq.shape[0];
  args.half_rotated = p.inv_freq.shape[1];
  if (args.frequency_count < 1 || args.half_rotated < 1 || 2 * args.half_rotated > args.head_size) {
    check.fail(
        "inv_freq has shape " + shape_text(p.inv_freq) +
        ", expected [C, R/2] with C >= 1 and 2 <= R <= D = " + std::to_string(args.head_size));
  }
  args.positions = i32_data(p.positions);
  args.inv_freq = f32_data(p.inv_freq);
  args.inv_freq_stride = row_stride(p.inv_freq);
  if (check.matches_if_given("frequency_rows", p.frequency_rows, GATUN_DTYPE_I32, "[N]",
                             {args.tokens})) {
    args.frequency_rows = i32_data(p.frequency_rows);
  }
}

void take_cache(ArgumentCheck& check, const gatun_rotary_params& p, RotaryArgs& args) {
  args.cache = check_cache(check, p.cache, p.slots.device != 0);
  if (!is_given(p.k)) check.fail("k is missing, expected [N, G, D] to append to the cache");
  check.matches("v", p.v, GATUN_DTYPE_F32, "[N, G, D]",
                {args.tokens, args.kv_heads, args.head_size});
  check.matches("slots", p.slots, GATUN_DTYPE_I32, "[N]", {args.tokens});
  if (args.cache.kv_heads != args.kv_heads || args.cache.head_size != args.head_size) {
    check.fail("cache holds " + std::to_string(args.cache.kv_heads) + " heads of " +
               std::to_string(args.cache.head_size) +
               ", expected G = " + std::to_string(args.kv_heads) +
               " and D = " + std::to_string(args.head_size) + " from k [N, G, D]");
  }
  check.apart("k", p.k, "v", p.v);
  if (is_given(p.q)) check.apart("q", p.q, "v", p.v);
  args.v = f32_data(p.v);
  args.v_stride = row_stride(p.v);
  args.slots = i32_data(p.slots);
}

}  // namespace

void rotary_forward(Stream& stream, const gatun_rotary_params& p) {
  ArgumentCheck check(kName, stream);
  RotaryArgs args{};
  take_heads(check, p, args);
  take_rotation(check, p, args);
  if (check.matches_if_given("q_norm_weight", p.q_norm_weight, GATUN_DTYPE_F32, "[D]",
                             {args.head_size})) {
    args.q_norm_weight = f32_data(p.q_norm_weight);
  }
  if (check.matches_if_given("k_norm_weight", p.k_norm_weight, GATUN_DTYPE_F32, "[D]",
                             {args.head_size})) {
    args.k_norm_weight = f32_data(p.k_norm_weight);
  }
  if (p.cache.data != nullptr) take_cache(check, p, args);
  check.not_negative("norm_eps", p.norm_eps);
  if (!std::isfinite(p.attention_factor)) check.fail("attention_factor is not finite");
  if (!std::isfinite(p.norm_weight_offset)) check.fail("norm_weight_offset is not finite");
  args.attention_factor = p.attention_factor != 0.0f ? p.attention_factor : 1.0f;
  args.norm_eps = p.norm_eps;
  args.norm_weight_offset = p.norm_weight_offset;
  args.interleaved = p.interleaved;
  check.one_of("inverse", p.inverse, 0, 1);
  args.inverse = p.inverse != 0;
  if (args.inverse && (args.q_norm_weight != nullptr || args.k_norm_weight != nullptr))
    check.fail("inverse is given with a norm weight; its backward is rms_norm_backward");
  if (args.inverse && p.cache.data != nullptr) check.fail("inverse is given with a cache");
  args.fault = &stream.fault();
  if (args.tokens == 0) return;
  if (stream.cuda() != nullptr) return cuda_rotary(*stream.cuda(), args);
  stream.submit(kName, select_implementation(kList, stream.tier()), args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention_backward.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "gatun/train.h"
#include "ops/attention.h"
#include "ops/check.h"
#include "ops/cuda_attention.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr const char* kName = "attention_backward";
using Kernel = void (*)(const AttentionBackwardArgs&, const Team&);

constexpr std::array<Implementation<Kernel>, 3> kList{{
    {IsaTier::kAvx512, cpu::avx512::attention_backward},
    {IsaTier::kAvx2, cpu::avx2::attention_backward},
    {IsaTier::kGeneric, reference::attention_backward},
}};

void plan_scratch(Stream& stream, AttentionBackwardArgs& args) {
  const int64_t members = stream.threads(), group = args.heads / args.kv_heads;
  // Units of whole heads are the least work in total, as long as they are enough to go round.
  args.by_blocks = members > 1 && args.sequences * args.kv_heads < 2 * members;
  args.bias_limit = std::min<int64_t>(args.bias.max_distance, std::max(args.keys, args.tokens));
  const int64_t span = args.bias.table != nullptr ? gradient_bias_span(args.bias_limit) : 0;
  const int64_t blocks = gradient_first_block(args.sequences, args.keys);
  args.member_bytes = gradient_member_bytes(args.head_size, group, span);
  const int64_t sizes[] = {
      64,                            // counter
      args.tokens * args.heads * 4,  // D_i
      args.heads * span * 4,         // bias by distance
      span * 4,                      // its buckets
      args.dbias != nullptr ? blocks * args.heads * args.bias.buckets * 8 : 0,
      members * args.member_bytes,
  };
  int64_t bytes = 0;
  for (const int64_t size : sizes) bytes += gradient_align(size);
  auto* next = static_cast<std::byte*>(stream.scratch(bytes));
  std::byte* parts[std::size(sizes)];
  for (size_t i = 0; i < std::size(sizes); ++i) {
    parts[i] = next;
    next += gradient_align(sizes[i]);
  }
  args.next_unit = reinterpret_cast<int64_t*>(parts[0]);
  args.weighted = reinterpret_cast<float*>(parts[1]);
  args.distances = reinterpret_cast<float*>(parts[2]);
  args.buckets = reinterpret_cast<int32_t*>(parts[3]);
  args.bias_partials = reinterpret_cast<double*>(parts[4]);
  args.member_scratch = parts[5];
}

struct Output {
  const char* name;
  const gatun_tensor& tensor;
};

void check_apart(ArgumentCheck& check, const gatun_attention_backward_params& p) {
  const Output outputs[] = {
      {"dq", p.dq}, {"dk", p.dk}, {"dv", p.dv}, {"dbias_table", p.dbias_table}};
  const Output inputs[] = {{"q", p.q},
                           {"k", p.k},
                           {"v", p.v},
                           {"y", p.y},
                           {"dy", p.dy},
                           {"log_sum_exp", p.log_sum_exp},
                           {"bias_table", p.bias_table}};
  for (size_t i = 0; i < std::size(outputs); ++i) {
    for (const Output& input : inputs)
      check.apart(outputs[i].name, outputs[i].tensor, input.name, input.tensor);
    for (size_t j = 0; j < i; ++j)
      check.apart(outputs[i].name, outputs[i].tensor, outputs[j].name, outputs[j].tensor);
  }
}

}  // namespace

void attention_backward(Stream& stream, const gatun_attention_backward_params& p) {
  ArgumentCheck check(kName, stream);
  AttentionBackwardArgs args{};
  check.binds("q", p.q, GATUN_DTYPE_F32, 3, "[N, H, D]");
  const int64_t n = p.q.shape[0], h = p.q.shape[1], d = p.q.shape[2];
  if (d < 1 || d > kMaxHeadSize) {
    check.unsupported("D is " + std::to_string(d) + ", expected 1 to " +
                      std::to_string(kMaxHeadSize));
  }
  check.binds("k", p.k, GATUN_DTYPE_F32, 3, "[M, G, D]");
  const int64_t m = p.k.shape[0], g = p.k.shape[1];
  check.matches("k", p.k, GATUN_DTYPE_F32, "[M, G, D]", {m, g, d});
  check.matches("v", p.v, GATUN_DTYPE_F32, "[M, G, D]", {m, g, d});
  check.matches("y", p.y, GATUN_DTYPE_F32, "[N, H, D]", {n, h, d});
  check.matches("dy", p.dy, GATUN_DTYPE_F32, "[N, H, D]", {n, h, d});
  check.matches("log_sum_exp", p.log_sum_exp, GATUN_DTYPE_F32, "[N, H]", {n, h});
  check.fits_i32("N", n);
  check.fits_i32("M", m);
  if (g < 1 || h < 1 || h % g != 0) {
    check.fail("H is " + std::to_string(h) + ", expected a multiple of G = " + std::to_string(g));
  }
  check.binds("cu_seqlens_q", p.cu_seqlens_q, GATUN_DTYPE_I32, 1, "[B + 1]");
  args.sequences = p.cu_seqlens_q.shape[0] - 1;
  if (args.sequences < 0) check.fail("cu_seqlens_q has shape [0], expected [B + 1]");
  check.matches("cu_seqlens_k", p.cu_seqlens_k, GATUN_DTYPE_I32, "[B + 1]", {args.sequences + 1});
  if (!std::isfinite(p.scale)) check.fail("scale is not finite");
  check.not_negative("softcap", p.softcap);
  if (p.window < 0)
    check.fail("window is " + std::to_string(p.window) + ", expected 0 (none) or more");
  check_dropout(check, p.dropout);
  check.one_of("arithmetic", p.arithmetic, GATUN_ARITHMETIC_F32, GATUN_ARITHMETIC_FAST);
  if (check.matches_if_given("dq", p.dq, GATUN_DTYPE_F32, "[N, H, D]", {n, h, d}))
    args.dq = f32_data(p.dq);
  if (check.matches_if_given("dk", p.dk, GATUN_DTYPE_F32, "[M, G, D]", {m, g, d}))
    args.dk = f32_data(p.dk);
  if (check.matches_if_given("dv", p.dv, GATUN_DTYPE_F32, "[M, G, D]", {m, g, d}))
    args.dv = f32_data(p.dv);
  if (is_given(p.bias_table)) {
    check.binds("bias_table", p.bias_table, GATUN_DTYPE_F32, 2, "[buckets, H]");
    args.bias =
        check_relative_bias(check, p.bias_table, h, p.bias_bidirectional, p.bias_max_distance);
  } else if (is_given(p.dbias_table)) {
    check.fail("dbias_table is given without bias_table");
  }
  if (check.matches_if_given("dbias_table", p.dbias_table, GATUN_DTYPE_F32, "[buckets, H]",
                             {args.bias.buckets, h})) {
    args.dbias = f32_data(p.dbias_table);
  }
  check_apart(check, p);

  args.q = f32_data(p.q);
  args.k = f32_data(p.k);
  args.v = f32_data(p.v);
  args.y = f32_data(p.y);
  args.dy = f32_data(p.dy);
  args.log_sum_exp = f32_data(p.log_sum_exp);
  args.q_stride = row_stride(p.q);
  args.k_stride = row_stride(p.k);
  args.v_stride = row_stride(p.v);
  args.y_stride = row_stride(p.y);
  args.dy_stride = row_stride(p.dy);
  args.log_sum_exp_stride = row_stride(p.log_sum_exp);
  args.dq_stride = row_stride(p.dq);
  args.dk_stride = row_stride(p.dk);
  args.dv_stride = row_stride(p.dv);
  args.dbias_stride = row_stride(p.dbias_table);
  args.cu_seqlens_q = i32_data(p.cu_seqlens_q);
  args.cu_seqlens_k = i32_data(p.cu_seqlens_k);
  args.tokens = n;
  args.keys = m;
  args.heads = h;
  args.kv_heads = g;
  args.head_size = d;
  args.scale =
      p.scale != 0.0f ? p.scale : static_cast<float>(1.0 / std::sqrt(static_cast<double>(d)));
  args.softcap = p.softcap;
  args.causal = p.causal;
  args.window = p.window;
  if (p.dropout != 0.0f)
    args.dropout = attention_dropout(p.dropout, p.dropout_seed, p.dropout_sequence);
  args.add_dq = (p.accumulate & 1) != 0;
  args.add_dk = (p.accumulate & 2) != 0;
  args.add_dv = (p.accumulate & 4) != 0;
  args.fault = &stream.fault();
  if (stream.cuda() != nullptr)
    return cuda_attention_backward(stream, args, p.arithmetic == GATUN_ARITHMETIC_FAST);
  plan_scratch(stream, args);
  stream.submit(kName, select_implementation(kList, stream.tier()), args);
}

}  // namespace gatun

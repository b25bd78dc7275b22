// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_attention.h"

#include <algorithm>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/attention_backward.h"
#include "kernels/cuda/attention_sm90.h"
#include "kernels/cuda/kv_cache.h"
#include "kernels/cuda/relative_bias.h"
#include "kernels/cuda/rotary.h"
#include "ops/cuda_rows.h"
#include "runtime/cuda_stream.h"

namespace gatun {
namespace {

using Kernel = int (*)(const cuda::AttentionArgs&, int64_t tokens, void* stream);

constexpr int kBf16Products = 80;     // capability from which there are some
constexpr int kWarpgroups = 90;       // the one whose form is attention_sm90.h
constexpr int kMostTuringHead = 128;  // what fits its shared memory

// FAST takes tensor cores where the device, the pages and the call allow.
Kernel kernel_for(const cuda::Backend& backend,
                  int32_t capability,
                  const cuda::AttentionArgs& args,
                  bool fast) {
  const int32_t pages = args.pages.data != nullptr ? args.pages.dtype : GATUN_DTYPE_BF16;
  if (!fast || pages == GATUN_DTYPE_F32) return backend.attention_f32;
  if (capability >= kBf16Products) return backend.attention_bf16;
  const bool in_bf16 = args.pages.data != nullptr && pages == GATUN_DTYPE_BF16;
  return in_bf16 || args.head_size > kMostTuringHead || args.dropout.threshold != 0
             ? backend.attention_f32
             : backend.attention_f16;
}

// Scratch: the bias by distance, the rows that TMA copies, and, where there may be splits, room for
// those of a sequence's keys where each has one query, so that few of them still occupy the device.
// The last bits depend on them.
void take_scratch(Stream& stream,
                  const AttentionArgs& a,
                  bool may_split,
                  bool for_warpgroups,
                  cuda::AttentionArgs& args) {
  constexpr int64_t kMaxPartialBytes = int64_t{64} << 20;
  constexpr int64_t kAlignment = 256;
  const int64_t longest =
      a.cache.data != nullptr ? a.pages_per_sequence * a.cache.page_tokens : a.keys;
  int64_t bias_floats = 0;
  if (a.bias.table != nullptr) {
    args.distance_limit = a.bias.max_distance;
    bias_floats = a.heads * (2 * int64_t{args.distance_limit} + 1);
  }
  args.max_splits = static_cast<int32_t>((longest + cuda::kSplitKeys - 1) / cuda::kSplitKeys);
  int64_t partial_floats = 0;
  if (may_split && args.max_splits > 1 && a.tokens == a.sequences && a.dropout.threshold == 0)
    partial_floats = cuda::attention_partial_floats(a.tokens, args);
  if (partial_floats * 4 > kMaxPartialBytes) partial_floats = 0;
  const int64_t row_bytes =
      for_warpgroups && cuda::attention_sm90_takes(args)
          ? (cuda::attention_sm90_scratch_bytes(args, a.tokens) + kAlignment - 1) / kAlignment *
                kAlignment
          : 0;
  auto* memory =
      static_cast<std::byte*>(stream.scratch(row_bytes + (bias_floats + partial_floats) * 4));
  if (row_bytes > 0) args.sm90_scratch = memory;
  auto* scratch = reinterpret_cast<float*>(memory + row_bytes);
  if (bias_floats > 0) args.distance_bias = scratch;
  if (partial_floats > 0) args.partials = scratch + bias_floats;
}

}  // namespace

cuda::KvPages cuda_pages(const KvPages& p) {
  return {p.data, p.page_count, p.page_tokens, p.kv_heads, p.head_size, p.dtype};
}

int64_t cuda_page_bytes(const KvPages& p) {
  return cuda::kv_page_bytes(cuda_pages(p));
}

void cuda_attention(Stream& stream, const AttentionArgs& a, bool fast, bool batch_invariant) {
  constexpr const char* kName = "attention";
  CudaStream& cuda = *stream.cuda();
  cuda::AttentionArgs args{};
  args.q = a.q;
  args.k = a.k;
  args.v = a.v;
  args.y = a.y;
  args.log_sum_exp = a.log_sum_exp;
  args.log_sum_exp_stride = a.log_sum_exp_stride;
  args.q_stride = a.q_stride;
  args.k_stride = a.k_stride;
  args.v_stride = a.v_stride;
  args.y_stride = a.y_stride;
  args.cu_seqlens_q = a.cu_seqlens_q;
  args.cu_seqlens_k = a.cu_seqlens_k;
  if (a.cache.data != nullptr) args.pages = cuda_pages(a.cache);
  args.page_table = a.page_table;
  args.page_table_stride = a.page_table_stride;
  args.kv_lengths = a.kv_lengths;
  args.kv_sequence = a.kv_sequence;
  args.sequences = cuda_count(kName, "B", a.sequences);
  args.key_sequences = cuda_count(kName, "C", a.key_sequences);
  args.keys = cuda_count(kName, "M", a.keys);
  args.pages_per_sequence = cuda_count(kName, "P", a.pages_per_sequence);
  args.max_queries = cuda_count(kName, "N", a.max_queries);
  args.heads = cuda_count(kName, "H", a.heads);
  args.kv_heads = cuda_count(kName, "G", a.kv_heads);
  args.head_size = static_cast<int32_t>(a.head_size);
  args.scale = a.scale;
  args.softcap = a.softcap;
  args.causal = a.causal;
  args.window = a.window;
  args.dropout = a.dropout;
  args.fault = cuda.fault();
  const int32_t capability = cuda.device().capability();
  const Kernel kernel = kernel_for(cuda.backend(), capability, args, fast);
  const bool for_warpgroups = capability == kWarpgroups && kernel == cuda.backend().attention_bf16;
  // F32 promises the same for any batch.
  take_scratch(stream, a, fast && !batch_invariant, for_warpgroups, args);
  if (args.distance_bias != nullptr) {
    const cuda::RelativeBiasArgs bias{.bias = a.bias,
                                      .heads = args.heads,
                                      .limit = args.distance_limit,
                                      .y = const_cast<float*>(args.distance_bias)};
    cuda.launch(kName, cuda.backend().relative_bias, bias);
  }
  cuda.launch_with(kName, [&](void* native) { return kernel(args, a.tokens, native); });
}

void cuda_attention_backward(Stream& stream, const AttentionBackwardArgs& a, bool fast) {
  constexpr const char* kName = "attention_backward";
  CudaStream& cuda = *stream.cuda();
  cuda::AttentionBackwardArgs args{};
  args.q = a.q;
  args.k = a.k;
  args.v = a.v;
  args.y = a.y;
  args.dy = a.dy;
  args.log_sum_exp = a.log_sum_exp;
  args.dq = a.dq;
  args.dk = a.dk;
  args.dv = a.dv;
  args.dbias = a.dbias;
  args.q_stride = a.q_stride;
  args.k_stride = a.k_stride;
  args.v_stride = a.v_stride;
  args.y_stride = a.y_stride;
  args.dy_stride = a.dy_stride;
  args.log_sum_exp_stride = a.log_sum_exp_stride;
  args.dq_stride = a.dq_stride;
  args.dk_stride = a.dk_stride;
  args.dv_stride = a.dv_stride;
  args.dbias_stride = a.dbias_stride;
  args.cu_seqlens_q = a.cu_seqlens_q;
  args.cu_seqlens_k = a.cu_seqlens_k;
  args.sequences = cuda_count(kName, "B", a.sequences);
  args.tokens = args.max_queries = cuda_count(kName, "N", a.tokens);
  args.keys = args.max_keys = cuda_count(kName, "M", a.keys);
  args.heads = cuda_count(kName, "H", a.heads);
  args.kv_heads = cuda_count(kName, "G", a.kv_heads);
  args.head_size = static_cast<int32_t>(a.head_size);
  args.scale = a.scale;
  args.softcap = a.softcap;
  args.causal = a.causal;
  args.window = a.window;
  args.bias = a.bias;
  args.dropout = a.dropout;
  args.add_dq = a.add_dq ? 1 : 0;
  args.add_dk = a.add_dk ? 1 : 0;
  args.add_dv = a.add_dv ? 1 : 0;
  args.fault = cuda.fault();
  const bool f32 = !fast || cuda.device().capability() < kBf16Products;
  int64_t distances = 0, partials = 0;
  if (a.bias.table != nullptr) {
    args.distance_limit = a.bias.max_distance;
    distances = a.heads * (2 * int64_t{args.distance_limit} + 1);
    if (a.dbias != nullptr) partials = cuda::attention_bias_partial_floats(args, f32);
  }
  const int64_t weighted = a.tokens * a.heads;
  args.weighted = static_cast<float*>(stream.scratch((weighted + distances + partials) * 4));
  if (distances > 0) {
    float* table = args.weighted + weighted;
    const cuda::RelativeBiasArgs bias{
        .bias = a.bias, .heads = args.heads, .limit = args.distance_limit, .y = table};
    cuda.launch(kName, cuda.backend().relative_bias, bias);
    args.distance_bias = table;
    args.bias_partials = table + distances;
  }
  const cuda::Backend& backend = cuda.backend();
  cuda.launch(kName, f32 ? backend.attention_backward_f32 : backend.attention_backward_bf16, args);
}

void cuda_rotary(CudaStream& stream, const RotaryArgs& a) {
  constexpr const char* kName = "rotary";
  cuda::RotaryArgs args{};
  args.q = a.q;
  args.k = a.k;
  args.v = a.v;
  args.q_stride = a.q_stride;
  args.k_stride = a.k_stride;
  args.v_stride = a.v_stride;
  args.positions = a.positions;
  args.inv_freq = a.inv_freq;
  args.inv_freq_stride = a.inv_freq_stride;
  args.frequency_rows = a.frequency_rows;
  args.q_norm_weight = a.q_norm_weight;
  args.k_norm_weight = a.k_norm_weight;
  if (a.cache.data != nullptr) args.cache = cuda_pages(a.cache);
  args.slots = a.slots;
  args.tokens = cuda_count(kName, "N", a.tokens);
  args.heads = cuda_count(kName, "H", a.heads);
  args.kv_heads = cuda_count(kName, "G", a.kv_heads);
  args.head_size = static_cast<int32_t>(a.head_size);
  args.frequency_count = cuda_count(kName, "C", a.frequency_count);
  args.half_rotated = static_cast<int32_t>(a.half_rotated);
  args.attention_factor = a.attention_factor;
  args.norm_eps = a.norm_eps;
  args.norm_weight_offset = a.norm_weight_offset;
  args.interleaved = a.interleaved;
  args.inverse = a.inverse ? 1 : 0;
  args.fault = stream.fault();
  stream.launch(kName, stream.backend().rotary, args);
}

void cuda_kv_copy(CudaStream& stream, const KvCopyArgs& a) {
  constexpr const char* kName = "kv_copy";
  const cuda::KvCopyArgs args{.pages = cuda_pages(a.pages),
                              .source = a.source,
                              .destination = a.destination,
                              .count = cuda_count(kName, "C", a.count),
                              .fault = stream.fault()};
  stream.launch(kName, stream.backend().kv_copy, args);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// Every operation of the C ABI as the library sees it: checks its arguments, chooses an
// implementation for the stream's tier and submits it. Failures are thrown as gatun::Error. src/abi
// wraps each in an extern "C" function.
#pragma once

#include <cstdint>
#include <memory>

#include "gatun/ops.h"
#include "gatun/stream.h"
#include "gatun/train.h"
#include "gatun/weight.h"
#include "runtime/stream.h"

namespace gatun {

class Device;
namespace cpu {
struct PackedWeight;
}

// ops/copy.cpp
void copy_memory(Stream& stream, const gatun_copy_params& params);

// ops/linear.cpp, ops/gated_linear.cpp, ops/embedding.cpp
void linear_forward(Stream& stream, const gatun_linear_params& params);
void gated_linear_forward(Stream& stream, const gatun_gated_linear_params& params);
void embedding_forward(Stream& stream, const gatun_embedding_params& params);

// ops/layer_norm.cpp, ops/rms_norm.cpp
void layer_norm_forward(Stream& stream, const gatun_layer_norm_params& params);
void rms_norm_forward(Stream& stream, const gatun_rms_norm_params& params);

// ops/kv_cache.cpp (layout and copy), ops/rotary.cpp, ops/attention.cpp
void kv_cache_layout(Device& device, gatun_kv_cache_layout_params& params);
void kv_copy_forward(Stream& stream, const gatun_kv_copy_params& params);
void rotary_forward(Stream& stream, const gatun_rotary_params& params);
void attention_forward(Stream& stream, const gatun_attention_params& params);

// ops/low_rank.cpp
void low_rank_forward(Stream& stream, const gatun_low_rank_params& params);

// ops/gather_rows.cpp, ops/pooling.cpp, ops/softmax.cpp, ops/top_k.cpp
void gather_rows_forward(Stream& stream, const gatun_gather_rows_params& params);
void pooling_forward(Stream& stream, const gatun_pooling_params& params);
void softmax_forward(Stream& stream, const gatun_softmax_params& params);
void top_k_forward(Stream& stream, const gatun_top_k_params& params);

// ops/sample.cpp
void sample_forward(Stream& stream, const gatun_sample_params& params);

// ops/dequantize.cpp, ops/quantize.cpp
void dequantize_forward(Stream& stream, const gatun_dequantize_params& params);
void quantize_forward(Stream& stream, const gatun_quantize_params& params);

// ops/linear_backward.cpp, ops/activation.cpp, ops/dropout.cpp, ops/norm_backward.cpp
void linear_backward(Stream& stream, const gatun_linear_backward_params& params);
void activation_forward(Stream& stream, const gatun_activation_params& params);
void activation_backward(Stream& stream, const gatun_activation_backward_params& params);
void dropout_forward(Stream& stream, const gatun_dropout_params& params);
void layer_norm_backward(Stream& stream, const gatun_layer_norm_backward_params& params);
void rms_norm_backward(Stream& stream, const gatun_rms_norm_backward_params& params);

// ops/embedding_backward.cpp, ops/gather_rows_backward.cpp, ops/pooling_backward.cpp
void embedding_backward(Stream& stream, const gatun_embedding_backward_params& params);
void gather_rows_backward(Stream& stream, const gatun_gather_rows_backward_params& params);
void pooling_backward(Stream& stream, const gatun_pooling_backward_params& params);

// ops/cross_entropy.cpp, ops/elementwise_loss.cpp
void cross_entropy_forward(Stream& stream, const gatun_cross_entropy_params& params);
void elementwise_loss_forward(Stream& stream, const gatun_elementwise_loss_params& params);

// ops/axpby.cpp, ops/sum.cpp, ops/adamw.cpp, ops/weight_refresh.cpp, ops/weight_layout.cpp
void axpby_forward(Stream& stream, const gatun_axpby_params& params);
void sum_forward(Stream& stream, const gatun_sum_params& params);
void adamw_step(Stream& stream, const gatun_adamw_params& params);
void attention_backward(Stream& stream, const gatun_attention_backward_params& params);
void weight_refresh_forward(Stream& stream, const gatun_weight_refresh_params& params);
void weight_layout_forward(Stream& stream, const gatun_weight_layout_params& params);

// ops/weight.cpp. A gatun_weight* is what weight_create returned; it counts against the device's
// budget and keeps the device from closing until weight_destroy.
gatun_weight* weight_create(Device& device, const gatun_weight_params& params);
void weight_query(const gatun_weight& weight, gatun_weight_info& info);
void weight_read(const gatun_weight& weight, const gatun_weight_rows& rows);
void weight_destroy(gatun_weight* weight) noexcept;
// What the CPU kernels read, for operations that take a weight.
const cpu::PackedWeight& packed_weight(const gatun_weight& weight);

}  // namespace gatun

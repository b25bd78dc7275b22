// SPDX-License-Identifier: Apache-2.0
#include "ops/ops.h"

#include "abi/translate.h"
#include "runtime/device.h"

using gatun::abi::forward;

gatun_status gatun_linear_forward(gatun_stream* stream,
                                  const gatun_linear_params* params,
                                  gatun_error* error) {
  return forward("linear", gatun::linear_forward, stream, params, error);
}

gatun_status gatun_gated_linear_forward(gatun_stream* stream,
                                        const gatun_gated_linear_params* params,
                                        gatun_error* error) {
  return forward("gated_linear", gatun::gated_linear_forward, stream, params, error);
}

gatun_status gatun_embedding_forward(gatun_stream* stream,
                                     const gatun_embedding_params* params,
                                     gatun_error* error) {
  return forward("embedding", gatun::embedding_forward, stream, params, error);
}

gatun_status gatun_layer_norm_forward(gatun_stream* stream,
                                      const gatun_layer_norm_params* params,
                                      gatun_error* error) {
  return forward("layer_norm", gatun::layer_norm_forward, stream, params, error);
}

gatun_status gatun_rms_norm_forward(gatun_stream* stream,
                                    const gatun_rms_norm_params* params,
                                    gatun_error* error) {
  return forward("rms_norm", gatun::rms_norm_forward, stream, params, error);
}

gatun_status gatun_kv_cache_layout(gatun_device* device,
                                   gatun_kv_cache_layout_params* params,
                                   gatun_error* error) {
  return gatun::abi::translate(error, [&] {
    gatun::abi::check_not_null("kv_cache_layout", "device", device);
    gatun::abi::check_struct("kv_cache_layout", "params", params);
    gatun::kv_cache_layout(*reinterpret_cast<gatun::Device*>(device), *params);
  });
}

gatun_status gatun_kv_copy_forward(gatun_stream* stream,
                                   const gatun_kv_copy_params* params,
                                   gatun_error* error) {
  return forward("kv_copy", gatun::kv_copy_forward, stream, params, error);
}

gatun_status gatun_rotary_forward(gatun_stream* stream,
                                  const gatun_rotary_params* params,
                                  gatun_error* error) {
  return forward("rotary", gatun::rotary_forward, stream, params, error);
}

gatun_status gatun_attention_forward(gatun_stream* stream,
                                     const gatun_attention_params* params,
                                     gatun_error* error) {
  return forward("attention", gatun::attention_forward, stream, params, error);
}

gatun_status gatun_low_rank_forward(gatun_stream* stream,
                                    const gatun_low_rank_params* params,
                                    gatun_error* error) {
  return forward("low_rank", gatun::low_rank_forward, stream, params, error);
}

gatun_status gatun_gather_rows_forward(gatun_stream* stream,
                                       const gatun_gather_rows_params* params,
                                       gatun_error* error) {
  return forward("gather_rows", gatun::gather_rows_forward, stream, params, error);
}

gatun_status gatun_pooling_forward(gatun_stream* stream,
                                   const gatun_pooling_params* params,
                                   gatun_error* error) {
  return forward("pooling", gatun::pooling_forward, stream, params, error);
}

gatun_status gatun_softmax_forward(gatun_stream* stream,
                                   const gatun_softmax_params* params,
                                   gatun_error* error) {
  return forward("softmax", gatun::softmax_forward, stream, params, error);
}

gatun_status gatun_top_k_forward(gatun_stream* stream,
                                 const gatun_top_k_params* params,
                                 gatun_error* error) {
  return forward("top_k", gatun::top_k_forward, stream, params, error);
}

gatun_status gatun_sample_forward(gatun_stream* stream,
                                  const gatun_sample_params* params,
                                  gatun_error* error) {
  return forward("sample", gatun::sample_forward, stream, params, error);
}

gatun_status gatun_dequantize_forward(gatun_stream* stream,
                                      const gatun_dequantize_params* params,
                                      gatun_error* error) {
  return forward("dequantize", gatun::dequantize_forward, stream, params, error);
}

gatun_status gatun_quantize_forward(gatun_stream* stream,
                                    const gatun_quantize_params* params,
                                    gatun_error* error) {
  return forward("quantize", gatun::quantize_forward, stream, params, error);
}

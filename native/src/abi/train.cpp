// SPDX-License-Identifier: Apache-2.0
#include "gatun/train.h"

#include "abi/translate.h"
#include "ops/ops.h"

using gatun::abi::forward;

gatun_status gatun_linear_backward(gatun_stream* stream,
                                   const gatun_linear_backward_params* params,
                                   gatun_error* error) {
  return forward("linear_backward", gatun::linear_backward, stream, params, error);
}

gatun_status gatun_attention_backward(gatun_stream* stream,
                                      const gatun_attention_backward_params* params,
                                      gatun_error* error) {
  return forward("attention_backward", gatun::attention_backward, stream, params, error);
}

gatun_status gatun_activation_forward(gatun_stream* stream,
                                      const gatun_activation_params* params,
                                      gatun_error* error) {
  return forward("activation", gatun::activation_forward, stream, params, error);
}

gatun_status gatun_activation_backward(gatun_stream* stream,
                                       const gatun_activation_backward_params* params,
                                       gatun_error* error) {
  return forward("activation_backward", gatun::activation_backward, stream, params, error);
}

gatun_status gatun_dropout_forward(gatun_stream* stream,
                                   const gatun_dropout_params* params,
                                   gatun_error* error) {
  return forward("dropout", gatun::dropout_forward, stream, params, error);
}

gatun_status gatun_layer_norm_backward(gatun_stream* stream,
                                       const gatun_layer_norm_backward_params* params,
                                       gatun_error* error) {
  return forward("layer_norm_backward", gatun::layer_norm_backward, stream, params, error);
}

gatun_status gatun_rms_norm_backward(gatun_stream* stream,
                                     const gatun_rms_norm_backward_params* params,
                                     gatun_error* error) {
  return forward("rms_norm_backward", gatun::rms_norm_backward, stream, params, error);
}

gatun_status gatun_embedding_backward(gatun_stream* stream,
                                      const gatun_embedding_backward_params* params,
                                      gatun_error* error) {
  return forward("embedding_backward", gatun::embedding_backward, stream, params, error);
}

gatun_status gatun_gather_rows_backward(gatun_stream* stream,
                                        const gatun_gather_rows_backward_params* params,
                                        gatun_error* error) {
  return forward("gather_rows_backward", gatun::gather_rows_backward, stream, params, error);
}

gatun_status gatun_pooling_backward(gatun_stream* stream,
                                    const gatun_pooling_backward_params* params,
                                    gatun_error* error) {
  return forward("pooling_backward", gatun::pooling_backward, stream, params, error);
}

gatun_status gatun_cross_entropy_forward(gatun_stream* stream,
                                         const gatun_cross_entropy_params* params,
                                         gatun_error* error) {
  return forward("cross_entropy", gatun::cross_entropy_forward, stream, params, error);
}

gatun_status gatun_elementwise_loss_forward(gatun_stream* stream,
                                            const gatun_elementwise_loss_params* params,
                                            gatun_error* error) {
  return forward("elementwise_loss", gatun::elementwise_loss_forward, stream, params, error);
}

gatun_status gatun_axpby_forward(gatun_stream* stream,
                                 const gatun_axpby_params* params,
                                 gatun_error* error) {
  return forward("axpby", gatun::axpby_forward, stream, params, error);
}

gatun_status gatun_sum_forward(gatun_stream* stream,
                               const gatun_sum_params* params,
                               gatun_error* error) {
  return forward("sum", gatun::sum_forward, stream, params, error);
}

gatun_status gatun_adamw_step(gatun_stream* stream,
                              const gatun_adamw_params* params,
                              gatun_error* error) {
  return forward("adamw", gatun::adamw_step, stream, params, error);
}

gatun_status gatun_weight_refresh_forward(gatun_stream* stream,
                                          const gatun_weight_refresh_params* params,
                                          gatun_error* error) {
  return forward("weight_refresh", gatun::weight_refresh_forward, stream, params, error);
}

gatun_status gatun_weight_layout_forward(gatun_stream* stream,
                                         const gatun_weight_layout_params* params,
                                         gatun_error* error) {
  return forward("weight_layout", gatun::weight_layout_forward, stream, params, error);
}

# SPDX-License-Identifier: Apache-2.0
#
# The reference kernels that the CUDA kernels are tested against, and what they stand on.
file(GLOB cuda_oracles CONFIGURE_DEPENDS src/runtime/*.cpp)
foreach(operation IN ITEMS
    activation adamw attention attention_backward attention_check axpby cross_entropy dequantize dropout
    elementwise_loss embedding_backward gather_rows_backward layer_norm low_rank norm_backward pooling_backward quantize
    relative_bias rms_norm rotary softmax sum weight_layout)
  list(APPEND cuda_oracles src/kernels/reference/${operation}.cpp)
endforeach()
add_library(gatun_cuda_oracles OBJECT EXCLUDE_FROM_ALL ${cuda_oracles})
target_link_libraries(gatun_cuda_oracles PUBLIC gatun_flags)

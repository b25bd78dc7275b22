# SPDX-License-Identifier: Apache-2.0
#
# The reference kernels that the CUDA kernels are tested against, and what they stand on.
file(GLOB cuda_oracles CONFIGURE_DEPENDS src/runtime/*.cpp)
foreach(operation IN ITEMS dequantize layer_norm rms_norm rotary softmax)
  list(APPEND cuda_oracles src/kernels/reference/${operation}.cpp)
endforeach()
add_library(gatun_cuda_oracles OBJECT EXCLUDE_FROM_ALL ${cuda_oracles})
target_link_libraries(gatun_cuda_oracles PUBLIC gatun_flags)

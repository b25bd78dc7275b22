// SPDX-License-Identifier: Apache-2.0
// Element types and the tensor descriptor.
#ifndef GATUN_TENSOR_H
#define GATUN_TENSOR_H

#include <stdint.h>

// Storage formats. The numbers are the type ids of the GGUF format where it has one.
typedef int32_t gatun_dtype;

#define GATUN_DTYPE_F32 0
#define GATUN_DTYPE_F16 1
#define GATUN_DTYPE_Q4_0 2
#define GATUN_DTYPE_Q4_1 3
#define GATUN_DTYPE_Q5_0 6
#define GATUN_DTYPE_Q5_1 7
#define GATUN_DTYPE_Q8_0 8
#define GATUN_DTYPE_Q4_K 12
#define GATUN_DTYPE_Q5_K 13
#define GATUN_DTYPE_Q6_K 14
#define GATUN_DTYPE_I8 24
#define GATUN_DTYPE_I32 26
#define GATUN_DTYPE_I64 27
#define GATUN_DTYPE_F64 28
#define GATUN_DTYPE_BF16 30
#define GATUN_DTYPE_U8 100

#define GATUN_MAX_RANK 4

// A dense or strided view of memory that the caller owns and keeps alive for the duration of the
// call (for a recorded call: for the life of the graph). All zero means "no tensor", which optional
// operands accept. Row-major; strides are in elements; the last dimension is contiguous (stride 1)
// unless an operation says otherwise.
typedef struct gatun_tensor {
  void* data;
  int64_t byte_length;  // readable (and for outputs writable) bytes from `data`
  gatun_dtype dtype;
  int32_t rank;
  int64_t shape[GATUN_MAX_RANK];
  int64_t stride[GATUN_MAX_RANK];
  int32_t device;  // gatun_device_info.tensor_device of the owning device; 0 is the CPU
  int32_t reserved;
} gatun_tensor;

#endif

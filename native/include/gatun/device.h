// SPDX-License-Identifier: Apache-2.0
// Devices, their memory and their counters.
#ifndef GATUN_DEVICE_H
#define GATUN_DEVICE_H

#include <stdint.h>

#include "gatun/export.h"
#include "gatun/status.h"

// Owns a thread pool, a byte budget and everything allocated from it. Thread-safe. Streams, weights
// and buffers of a device must be destroyed before it.
typedef struct gatun_device gatun_device;

#define GATUN_DEVICE_CPU 0
// An NVIDIA GPU. Asking for one is never answered by a CPU. Its kernels are in libgatun_cuda.so,
// which is looked for when the first GPU is asked for, and needs the driver's libcuda.so.1.
#define GATUN_DEVICE_CUDA 1

// Instruction set tiers of the CPU backend, in ascending order. `AUTO` is the best that the machine
// has.
#define GATUN_ISA_AUTO 0
#define GATUN_ISA_GENERIC 1
#define GATUN_ISA_AVX2 2
#define GATUN_ISA_AVX512 3
#define GATUN_ISA_AVX512_BF16 4
#define GATUN_ISA_AMX 5

// Zero in a field means its default.
typedef struct gatun_device_options {
  int64_t struct_size;
  int32_t kind;                 // GATUN_DEVICE_*
  int32_t isa;                  // GATUN_ISA_*: forces a tier down; a tier above the machine's is
                                // GATUN_STATUS_UNSUPPORTED
  int32_t threads;              // default: physical cores visible to the process
  int32_t spin_microseconds;    // how long an idle worker spins before it parks; default 100
  int64_t memory_budget_bytes;  // default: no limit of ours
  // The backend's library, of a GPU. Default: what the environment variable GATUN_CUDA_LIBRARY
  // names, else libgatun_cuda.so beside this library.
  const char* library;
  int32_t ordinal;  // which GPU, as the driver counts them
  int32_t reserved;
} gatun_device_options;

typedef struct gatun_device_info {
  int64_t struct_size;
  int32_t kind;
  int32_t isa;          // tier in use
  int32_t machine_isa;  // best tier of the machine
  int32_t threads;
  char name[128];               // the CPU's own name
  char isa_name[32];            // "avx512_bf16"
  int64_t memory_budget_bytes;  // 0: unlimited
  int64_t allocated_bytes;      // now, packed weights included
  int64_t peak_bytes;
  int64_t weight_passes;  // times that a weight matrix was streamed by a product since the device
                          // was opened
  int64_t regions;        // parallel regions started
  // of a GPU, else 0
  int64_t launches;      // operations given to it; the calls of a replayed graph count each time
  int64_t memory_bytes;  // of the card
  int64_t free_bytes;    // now, whoever uses the rest
  int32_t ordinal;
  int32_t capability;     // 80: compute capability 8.0
  int32_t tensor_device;  // gatun_tensor.device of the device's tensors; 0 on a CPU
  int32_t lost;           // 1: a fault has made the device unusable
} gatun_device_info;

// In: options. Out: *device, owned by the caller.
GATUN_API gatun_status gatun_device_open(const gatun_device_options* options,
                                         gatun_device** device,
                                         gatun_error* error);
GATUN_API gatun_status gatun_device_query(gatun_device* device,
                                          gatun_device_info* info,
                                          gatun_error* error);
// Fails with INVALID_ARGUMENT while streams, weights, graphs or buffers of the device exist; NULL
// is harmless.
GATUN_API gatun_status gatun_device_close(gatun_device* device, void* reserved, gatun_error* error);

// Whether GPUs can be used, and if not why.
typedef struct gatun_backend_info {
  int64_t struct_size;
  // in
  const char* library;  // as in gatun_device_options
  // out
  int32_t status;        // GATUN_STATUS_OK, or that of a gatun_device_open
  int32_t device_count;  // as the driver counts them, those too old for the kernels included
  int32_t toolkit;       // of CUDA that the library was built with, 13020: 13.2; 0: no library
  int32_t driver;        // newest CUDA that the driver supports; 0: unknown
  char path[512];        // of the library that was opened or looked for
  char reason[768];      // one line; empty where the backend is available
} gatun_backend_info;

// Fails only for a wrong argument: an unavailable backend is an answer.
GATUN_API gatun_status gatun_backend_query(void* reserved,
                                           gatun_backend_info* info,
                                           gatun_error* error);

// A GPU before it is opened.
typedef struct gatun_gpu_info {
  int64_t struct_size;
  // in
  const char* library;  // as in gatun_device_options
  int32_t ordinal;      // [0, device_count)
  // out
  int32_t status;  // GATUN_STATUS_OK, or that of a gatun_device_open
  int32_t capability;
  int32_t multiprocessors;
  int64_t memory_bytes;
  int64_t free_bytes;
  char name[256];
  char reason[768];  // why it cannot be used; else empty
} gatun_gpu_info;

GATUN_API gatun_status gatun_gpu_query(void* reserved, gatun_gpu_info* info, gatun_error* error);

// What a buffer is made of.
#define GATUN_BUFFER_MEMORY 0
// Addresses for a run that is only planned (see gatun_plan_begin): zeroed, too, but pages take
// memory once they are touched, and nothing counts against the budget.
#define GATUN_BUFFER_ADDRESSES 1
// Memory that the host reads and writes too: of a GPU's only this, which is slow for kernels; of a
// CPU's all.
#define GATUN_BUFFER_HOST_VISIBLE 2

// 64-byte aligned (2 MiB aligned and huge-page advised from 1 MiB on), zeroed memory that counts
// against the budget.
typedef struct gatun_buffer {
  int64_t struct_size;
  int64_t byte_length;  // in: > 0
  void* data;           // out
  int32_t kind;         // in: GATUN_BUFFER_*
  int32_t reserved;
} gatun_buffer;

// OUT_OF_MEMORY states needed, free and the option that raises the budget.
GATUN_API gatun_status gatun_buffer_allocate(gatun_device* device,
                                             gatun_buffer* buffer,
                                             gatun_error* error);
// Takes what allocate filled in, and sets `data` to NULL. NULL data is harmless.
GATUN_API gatun_status gatun_buffer_free(gatun_device* device,
                                         gatun_buffer* buffer,
                                         gatun_error* error);

#endif

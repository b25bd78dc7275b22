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
  int32_t kind;                 // GATUN_DEVICE_CPU
  int32_t isa;                  // GATUN_ISA_*: forces a tier down; a tier above the machine's is
                                // GATUN_STATUS_UNSUPPORTED
  int32_t threads;              // default: physical cores visible to the process
  int32_t spin_microseconds;    // how long an idle worker spins before it parks; default 100
  int64_t memory_budget_bytes;  // default: no limit of ours
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

// What a buffer is made of.
#define GATUN_BUFFER_MEMORY 0
// Addresses for a run that is only planned (see gatun_plan_begin): zeroed, too, but pages take
// memory once they are touched, and nothing counts against the budget.
#define GATUN_BUFFER_ADDRESSES 1

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

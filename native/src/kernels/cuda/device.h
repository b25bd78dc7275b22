// SPDX-License-Identifier: Apache-2.0
// CUDA as the kernels use it: nvcc's own where nvcc compiles, the emulation's (native/simt) where a
// host compiler does. Nothing else differs between the two.
#pragma once

#if defined(__CUDACC__)
#include <cuda_runtime.h>
#else
#include "simt/simt.h"
#endif

#include <cstddef>
#include <cstdint>

// The block's dynamic shared memory as `unsigned char* name`, 16-byte aligned.
#if defined(__CUDACC__)
#define GATUN_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#else
#define GATUN_DYNAMIC_SHARED(name) \
  unsigned char* name = reinterpret_cast<unsigned char*>(::gatun::simt::dynamic_shared_memory())
#endif

namespace gatun::cuda {

inline constexpr int kWarpSize = 32;
inline constexpr uint32_t kAllLanes = 0xffffffffu;

}  // namespace gatun::cuda

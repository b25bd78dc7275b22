// SPDX-License-Identifier: Apache-2.0
// CUDA as the kernels use it: nvcc's own where nvcc compiles, the emulation's (native/simt) where a
// host compiler does and finds it. Nothing else differs between the two. The library that fills in
// the kernels' arguments sees neither: then GATUN_DEVICE_CODE is 0 and the headers declare only
// what a host needs.
#pragma once

#if defined(__CUDACC__)
#include <cuda_runtime.h>
#define GATUN_DEVICE_CODE 1
#elif __has_include("simt/simt.h")
#include "simt/simt.h"
#define GATUN_DEVICE_CODE 1
#else
#define GATUN_DEVICE_CODE 0
// NOLINTBEGIN(bugprone-reserved-identifier): CUDA's own words, which a host has no use for
#define __device__
#define __host__
// NOLINTEND(bugprone-reserved-identifier)
#endif

#include <cstddef>
#include <cstdint>

#if GATUN_DEVICE_CODE
// The block's dynamic shared memory as `unsigned char* name`, 16-byte aligned.
#if defined(__CUDACC__)
#define GATUN_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#else
#define GATUN_DYNAMIC_SHARED(name) \
  unsigned char* name = reinterpret_cast<unsigned char*>(::gatun::simt::dynamic_shared_memory())
#endif
#endif

namespace gatun::cuda {

inline constexpr int kWarpSize = 32;
inline constexpr uint32_t kAllLanes = 0xffffffffu;

}  // namespace gatun::cuda

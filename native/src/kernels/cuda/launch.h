// SPDX-License-Identifier: Apache-2.0
// Starts a kernel on a stream, on a device or on the emulated one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/cuda/device.h"

namespace gatun::cuda {

#if defined(__CUDACC__)
using Stream = cudaStream_t;
#else
using Stream = void*;
#endif

// 0, or the number of the runtime's error (cudaError_t).
using Status = int;
inline constexpr Status kInvalidConfiguration = 9;

#if GATUN_DEVICE_CODE
#if !defined(__CUDACC__)
// Arguments lie in the host's memory, from which each thread gets its own copy unwatched.
template <typename Call>
__attribute__((no_sanitize("thread"))) void call_unwatched(const void* call) {
  (*static_cast<const Call*>(call))();
}
#endif

struct Grid {
  int64_t x = 1, y = 1, z = 1;
  bool empty() const { return x == 0 || y == 0 || z == 0; }
};

// An empty grid is no work, and no error.
template <typename... Parameters>
Status launch(const char* name,
              void (*kernel)(Parameters...),
              Grid grid,
              int threads,
              std::size_t shared_bytes,
              Stream stream,
              const std::type_identity_t<Parameters>&... arguments) {
  if (grid.empty()) return 0;
  if (grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535) return kInvalidConfiguration;
#if defined(__CUDACC__)
  (void)name;
  constexpr std::size_t kWithoutAsking = 48 << 10;
  if (shared_bytes > kWithoutAsking) {
    const cudaError_t allowed = cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                                     cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                     static_cast<int>(shared_bytes));
    if (allowed != cudaSuccess) return allowed;
  }
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y),
                        static_cast<unsigned>(grid.z));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, arguments...);
#else
  (void)stream;
  const auto call = [&]() __attribute__((no_sanitize("thread"), always_inline)) {
    kernel(arguments...);
  };
  const bool fits = simt::run(
      reinterpret_cast<const void*>(kernel), name,
      {static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z)},
      threads, shared_bytes, call_unwatched<decltype(call)>, &call);
  return fits ? 0 : kInvalidConfiguration;
#endif
}
#endif

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Blocks per multiprocessor, by NVIDIA's own calculator (cuda_occupancy.h of the toolkit). Reads lines
// "compute_capability registers threads static_shared dynamic_shared" and prints a number for each; 0
// where the block does not fit.
#include <cuda_occupancy.h>

#include <iostream>

namespace {

// Of a multiprocessor: threads, shared memory, and the most that a block may ask for.
struct Limits {
  int capability, threads;
  std::size_t shared, opt_in;
};
constexpr Limits kLimits[] = {{75, 1024, 64 << 10, 64 << 10},    {80, 2048, 164 << 10, 163 << 10},
                              {86, 1536, 100 << 10, 99 << 10},   {89, 1536, 100 << 10, 99 << 10},
                              {90, 2048, 228 << 10, 227 << 10},  {100, 2048, 228 << 10, 227 << 10},
                              {120, 1536, 100 << 10, 99 << 10}};

}  // namespace

int main() {
  int capability, registers, threads;
  std::size_t static_shared, dynamic_shared;
  while (std::cin >> capability >> registers >> threads >> static_shared >> dynamic_shared) {
    int blocks = 0;
    for (const Limits& l : kLimits) {
      if (l.capability != capability) continue;
      cudaOccDeviceProp device{};
      device.computeMajor = capability / 10;
      device.computeMinor = capability % 10;
      device.maxThreadsPerBlock = 1024;
      device.maxThreadsPerMultiprocessor = l.threads;
      device.regsPerBlock = device.regsPerMultiprocessor = 65536;
      device.warpSize = 32;
      device.sharedMemPerBlock = 48 << 10;
      device.sharedMemPerMultiprocessor = l.shared;
      device.numSms = 1;
      device.sharedMemPerBlockOptin = l.opt_in;
      device.reservedSharedMemPerBlock = capability >= 80 ? 1024 : 0;
      cudaOccFuncAttributes function{};
      function.maxThreadsPerBlock = threads;
      function.numRegs = registers;
      function.sharedSizeBytes = static_shared;
      function.shmemLimitConfig = FUNC_SHMEM_LIMIT_OPTIN;
      function.maxDynamicSharedSizeBytes = l.opt_in - static_shared;
      function.numBlockBarriers = 1;
      const cudaOccDeviceState state{};  // its initialisers are the defaults; zeros are not
      cudaOccResult result{};
      if (cudaOccMaxActiveBlocksPerMultiprocessor(&result, &device, &function, &state, threads,
                                                  dynamic_shared) == CUDA_OCC_SUCCESS)
        blocks = result.activeBlocksPerMultiprocessor;
    }
    std::cout << blocks << '\n';
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a .cu file sees of CUDA when g++ or clang compile it for the emulated device. Only what the
// kernels use, with the meaning of the programming guide; simt/machine.h says what is checked.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "simt/instructions.h"

#define GATUN_SIMT 1
#define __global__ __attribute__((noinline))
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) __attribute__((aligned(bytes)))
// One block runs at a time, so a block's variables may be the program's. The section tells the
// checks where they lie.
#define __shared__ static __attribute__((section("gatun_simt_shared")))

namespace gatun::simt {

struct Index {
  unsigned x, y, z;
};
// Out of line, so that the emulation's own state is not taken for the kernel's memory.
Index thread_index();
Index block_index();
Index grid_dimensions();
Index block_dimensions();
std::byte* dynamic_shared_memory();

void synchronise_block(int barrier, int threads, const char* file, int line);
void synchronise_warp(uint32_t mask, const char* file, int line);

enum class Shuffle { kIndex, kUp, kDown, kXor };
uint64_t shuffle(Shuffle kind,
                 uint32_t mask,
                 uint64_t value,
                 unsigned operand,
                 int width,
                 const char* file,
                 int line);
uint32_t ballot(uint32_t mask, bool predicate, const char* file, int line);

// Reports an atomic access; the operation itself needs no more, since threads switch elsewhere.
void atomic_access(void* address, std::size_t bytes);

template <typename T>
T shuffle_value(
    Shuffle kind, uint32_t mask, T value, unsigned operand, int width, const char* file, int line) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  bits = shuffle(kind, mask, bits, operand, width, file, line);
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

int device_capability();

// False if the device cannot run a block of this size. `kernel` is the code that `body` calls.
bool run(const void* kernel,
         const char* name,
         Index grid,
         int threads,
         std::size_t dynamic_shared_bytes,
         void (*body)(const void*),
         const void* context);

}  // namespace gatun::simt

#define threadIdx (::gatun::simt::thread_index())
#define blockIdx (::gatun::simt::block_index())
#define gridDim (::gatun::simt::grid_dimensions())
#define blockDim (::gatun::simt::block_dimensions())

inline int min(int a, int b) {
  return a < b ? a : b;
}
inline int max(int a, int b) {
  return a > b ? a : b;
}

inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  ::gatun::simt::synchronise_block(0, 0, file, line);
}
inline void __syncwarp(uint32_t mask = 0xffffffffu,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  ::gatun::simt::synchronise_warp(mask, file, line);
}

#define GATUN_SIMT_SHUFFLE(name, kind, Operand)                                                   \
  template <typename T>                                                                           \
  inline T name(uint32_t mask, T value, Operand operand, int width = 32,                          \
                const char* file = __builtin_FILE(), int line = __builtin_LINE()) {               \
    return ::gatun::simt::shuffle_value(kind, mask, value, static_cast<unsigned>(operand), width, \
                                        file, line);                                              \
  }
GATUN_SIMT_SHUFFLE(__shfl_sync, ::gatun::simt::Shuffle::kIndex, int)
GATUN_SIMT_SHUFFLE(__shfl_up_sync, ::gatun::simt::Shuffle::kUp, unsigned)
GATUN_SIMT_SHUFFLE(__shfl_down_sync, ::gatun::simt::Shuffle::kDown, unsigned)
GATUN_SIMT_SHUFFLE(__shfl_xor_sync, ::gatun::simt::Shuffle::kXor, int)
#undef GATUN_SIMT_SHUFFLE

inline uint32_t __ballot_sync(uint32_t mask,
                              int predicate,
                              const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  return ::gatun::simt::ballot(mask, predicate != 0, file, line);
}
inline int __any_sync(uint32_t mask,
                      int predicate,
                      const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return ::gatun::simt::ballot(mask, predicate != 0, file, line) != 0 ? 1 : 0;
}
inline int __all_sync(uint32_t mask,
                      int predicate,
                      const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return ::gatun::simt::ballot(mask, predicate != 0, file, line) == mask ? 1 : 0;
}

// The sanitizer's hooks do not see these: the emulation is told instead.
#define GATUN_SIMT_ATOMIC(name, T, result)                                              \
  inline __attribute__((no_sanitize("thread"), noinline)) T name(T* address, T value) { \
    ::gatun::simt::atomic_access(address, sizeof(T));                                   \
    const T old = *address;                                                             \
    *address = result;                                                                  \
    return old;                                                                         \
  }
GATUN_SIMT_ATOMIC(atomicAdd, int, old + value)
GATUN_SIMT_ATOMIC(atomicAdd, unsigned, old + value)
GATUN_SIMT_ATOMIC(atomicAdd, unsigned long long, old + value)
GATUN_SIMT_ATOMIC(atomicMax, int, old > value ? old : value)
GATUN_SIMT_ATOMIC(atomicMin, int, old < value ? old : value)
GATUN_SIMT_ATOMIC(atomicOr, unsigned, old | value)
GATUN_SIMT_ATOMIC(atomicAnd, unsigned, old& value)
GATUN_SIMT_ATOMIC(atomicExch, int, value)
#undef GATUN_SIMT_ATOMIC
inline __attribute__((no_sanitize("thread"), noinline)) int atomicCAS(int* address,
                                                                      int expected,
                                                                      int value) {
  ::gatun::simt::atomic_access(address, sizeof(int));
  const int old = *address;
  if (old == expected) *address = value;
  return old;
}

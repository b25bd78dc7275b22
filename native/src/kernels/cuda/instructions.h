// SPDX-License-Identifier: Apache-2.0
// The only inline PTX, with instructions_sm90.h: one function per instruction.
// native/simt/instructions.h has the meaning of each, its fragment map, and the emulated twin.
#pragma once

#include "kernels/cuda/device.h"

namespace gatun::cuda {

struct alignas(16) Float4 {
  float v[4];
};
struct alignas(16) Int4 {
  uint32_t v[4];
};
struct alignas(8) Int2 {
  uint32_t v[2];
};
struct alignas(8) Float2 {
  float v[2];
};

#if defined(__CUDACC__)

// One access of 8 or 16 bytes.
template <typename T>
__device__ __forceinline__ T load_vector(const T* address) {
  return *address;
}
template <typename T>
__device__ __forceinline__ void store_vector(T* address, const T& value) {
  *address = value;
}

__device__ __forceinline__ uint32_t shared_address(const void* pointer) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}

// d += a b.
__device__ __forceinline__ void mma_m16n8k16_bf16(float (&d)[4],
                                                  const uint32_t (&a)[4],
                                                  const uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();
#endif
}

__device__ __forceinline__ void mma_m16n8k8_f16(float (&d)[4],
                                                const uint32_t (&a)[2],
                                                const uint32_t (&b)[1]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(b[0]));
}

// mma_m16n8k16_f16 as two of half the depth: sm_75 has no other.
__device__ __forceinline__ void mma_m16n8k16_f16_in_halves(float (&d)[4],
                                                           const uint32_t (&a)[4],
                                                           const uint32_t (&b)[2]) {
  mma_m16n8k8_f16(d, {a[0], a[1]}, {b[0]});
  mma_m16n8k8_f16(d, {a[2], a[3]}, {b[1]});
}

__device__ __forceinline__ void mma_m16n8k16_f16(float (&d)[4],
                                                 const uint32_t (&a)[4],
                                                 const uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  mma_m16n8k16_f16_in_halves(d, a, b);
#endif
}

__device__ __forceinline__ void mma_m16n8k32_s8(int32_t (&d)[4],
                                                const uint32_t (&a)[4],
                                                const uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();
#endif
}

__device__ __forceinline__ void mma_m16n8k16_s8(int32_t (&d)[4],
                                                const uint32_t (&a)[2],
                                                const uint32_t (&b)[1]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5}, {%6}, "
      "{%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(b[0]));
#else
  __trap();
#endif
}

// Each lane gives the address of a row: lane 8 m + r that of row r of matrix m.
__device__ __forceinline__ void ldmatrix_x4(uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4_transposed(uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

// 16 bytes, of which the first `source_bytes` come from global memory and the rest is zero.
__device__ __forceinline__ void cp_async_16(void* target, const void* source, int source_bytes) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(target)),
               "l"(source), "r"(source_bytes)
               : "memory");
#else
  Int4 value{};
  if (source_bytes == 16) {
    value = *static_cast<const Int4*>(source);
  } else {
    for (int i = 0; i < 4; ++i) {
      if (4 * i < source_bytes) value.v[i] = static_cast<const uint32_t*>(source)[i];
    }
  }
  *static_cast<Int4*>(target) = value;
#endif
}
// Of four bytes, all of them or none.
__device__ __forceinline__ void cp_async_4(void* target, const void* source, int source_bytes) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(shared_address(target)),
               "l"(source), "r"(source_bytes)
               : "memory");
#else
  *static_cast<uint32_t*>(target) = source_bytes == 4 ? *static_cast<const uint32_t*>(source) : 0u;
#endif
}
__device__ __forceinline__ void cp_async_commit() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}
template <int kPendingGroups>
__device__ __forceinline__ void cp_async_wait() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(kPendingGroups) : "memory");
#endif
}

// sum + a . b over four signed bytes.
__device__ __forceinline__ int32_t dot_s8(uint32_t a, uint32_t b, int32_t sum) {
  return __dp4a(static_cast<int>(a), static_cast<int>(b), sum);
}

// The number of the lowest bit that is set.
__device__ __forceinline__ int lowest_bit(uint32_t bits) {
  return __ffs(static_cast<int>(bits)) - 1;
}

// 2^x within 2 units in the last place.
__device__ __forceinline__ float exp2_approximate(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// Two values rounded to bf16, `low` in the low half.
__device__ __forceinline__ uint32_t pack_bf16(float low, float high) {
#if __CUDA_ARCH__ >= 800
  uint32_t packed;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
#else
  const auto round = [](float value) {
    const uint32_t bits = __float_as_uint(value);
    if (value != value) return 0x7fffu;
    return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  };
  return round(low) | round(high) << 16;
#endif
}

// Rounded to f16, to nearest even.
__device__ __forceinline__ uint16_t float_to_half(float value) {
  uint16_t bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}
// Two values rounded to f16, `low` in the low half.
__device__ __forceinline__ uint32_t pack_f16(float low, float high) {
#if __CUDA_ARCH__ >= 800
  uint32_t packed;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
#else
  return float_to_half(low) | static_cast<uint32_t>(float_to_half(high)) << 16;
#endif
}

__device__ __forceinline__ float half_to_float(uint16_t bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}
__device__ __forceinline__ float bf16_to_float(uint16_t bits) {
  return __uint_as_float(static_cast<uint32_t>(bits) << 16);
}

// Of the block's 16 barriers: `threads` of whole warps, waiting or not.
__device__ __forceinline__ void barrier_sync(int barrier, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}
__device__ __forceinline__ void barrier_arrive(int barrier, int threads) {
  asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

#else  // the emulated device

template <typename T>
inline T load_vector(const T* address) {
  T value;
  simt::load_vector(&value, address, sizeof(T));
  return value;
}
template <typename T>
inline void store_vector(T* address, const T& value) {
  simt::store_vector(address, &value, sizeof(T));
}

inline uint32_t shared_address(const void* pointer) {
  return simt::shared_address(pointer);
}

inline void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  simt::mma_m16n8k16_bf16(d, a, b);
}
inline void mma_m16n8k16_f16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  simt::mma_m16n8k16_f16(d, a, b);
}
inline void mma_m16n8k8_f16(float (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]) {
  simt::mma_m16n8k8_f16(d, a, b);
}
inline void mma_m16n8k16_f16_in_halves(float (&d)[4],
                                       const uint32_t (&a)[4],
                                       const uint32_t (&b)[2]) {
  mma_m16n8k8_f16(d, {a[0], a[1]}, {b[0]});
  mma_m16n8k8_f16(d, {a[2], a[3]}, {b[1]});
}
inline void mma_m16n8k32_s8(int32_t (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  simt::mma_m16n8k32_s8(d, a, b);
}

inline void mma_m16n8k16_s8(int32_t (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]) {
  simt::mma_m16n8k16_s8(d, a, b);
}

inline void ldmatrix_x4(uint32_t (&r)[4], const void* row) {
  simt::ldmatrix(r, 4, false, row);
}
inline void ldmatrix_x4_transposed(uint32_t (&r)[4], const void* row) {
  simt::ldmatrix(r, 4, true, row);
}

inline void cp_async_16(void* target, const void* source, int source_bytes) {
  simt::cp_async(target, source, 16, source_bytes);
}
inline void cp_async_4(void* target, const void* source, int source_bytes) {
  simt::cp_async(target, source, 4, source_bytes);
}
inline void cp_async_commit() {
  simt::cp_async_commit();
}
template <int kPendingGroups>
inline void cp_async_wait() {
  simt::cp_async_wait(kPendingGroups);
}

inline int32_t dot_s8(uint32_t a, uint32_t b, int32_t sum) {
  for (int i = 0; i < 4; ++i)
    sum += int32_t{static_cast<int8_t>(a >> (8 * i))} * static_cast<int8_t>(b >> (8 * i));
  return sum;
}

inline int lowest_bit(uint32_t bits) {
  return __builtin_ctz(bits);
}

inline float exp2_approximate(float x) {
  return std::exp2(x);
}

inline uint32_t pack_bf16(float low, float high) {
  const auto round = [](float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    if (value != value) return 0x7fffu;
    return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  };
  return round(low) | round(high) << 16;
}

inline uint16_t float_to_half(float value) {
  return simt::float_to_half(value);
}
inline uint32_t pack_f16(float low, float high) {
  return float_to_half(low) | static_cast<uint32_t>(float_to_half(high)) << 16;
}

inline float half_to_float(uint16_t bits) {
  return simt::half_to_float(bits);
}
inline float bf16_to_float(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

inline void barrier_sync(int barrier,
                         int threads,
                         const char* file = __builtin_FILE(),
                         int line = __builtin_LINE()) {
  simt::synchronise_block(barrier, threads, file, line);
}
inline void barrier_arrive(int barrier,
                           int threads,
                           const char* file = __builtin_FILE(),
                           int line = __builtin_LINE()) {
  simt::barrier_arrive(barrier, threads, file, line);
}

#endif

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// The only inline PTX: one function per instruction. native/simt/instructions.h has the meaning of
// each, its fragment map, and the emulated twin.
#pragma once

#include "kernels/cuda/device.h"
#include "kernels/cuda/tensor_map.h"

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

// ---- sm_90 ----
// Of the block's 16 barriers: `threads` of whole warps, waiting or not.
__device__ __forceinline__ void barrier_sync(int barrier, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}
__device__ __forceinline__ void barrier_arrive(int barrier, int threads) {
  asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

#if __CUDA_ARCH__ >= 900
#define GATUN_SM90(statement) statement
#else
#define GATUN_SM90(statement) __trap()
#endif

__device__ __forceinline__ void mbarrier_init(uint64_t* barrier, uint32_t count) {
  GATUN_SM90(asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
                          "r"(count) : "memory"));
}
__device__ __forceinline__ void mbarrier_arrive(uint64_t* barrier) {
  GATUN_SM90(asm volatile(
      "mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory"));
}
// Arrives, and announces bytes of bulk copies.
__device__ __forceinline__ void mbarrier_arrive_expect(uint64_t* barrier, uint32_t bytes) {
  GATUN_SM90(asm volatile(
      "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
      "r"(bytes) : "memory"));
}
// Whether the phase of this parity is complete. It may say no when it is not yet: ask again.
__device__ __forceinline__ bool mbarrier_try_wait(uint64_t* barrier, uint32_t parity) {
  uint32_t complete = 0;
  GATUN_SM90(
      asm volatile("{\n.reg .pred p;\n"
                   "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
                   "selp.u32 %0, 1, 0, p;\n}" : "=r"(complete) : "r"(shared_address(barrier)),
                   "r"(parity) : "memory"));
  return complete != 0;
}
// Shows what this thread wrote to bulk copies and wgmma.
__device__ __forceinline__ void fence_async_proxy() {
  GATUN_SM90(asm volatile("fence.proxy.async;" :: : "memory"));
}
// True in one lane of a whole warp.
__device__ __forceinline__ bool elect_one() {
  uint32_t chosen = 0;
  GATUN_SM90(asm volatile(
      "{\n.reg .pred p;\nelect.sync _|p, 0xffffffff;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(chosen)));
  return chosen != 0;
}

__device__ __forceinline__ void tma_load_1d(void* target,
                                            const TensorMap* map,
                                            uint64_t* barrier,
                                            int x) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
      "{%3}], [%2];" ::"r"(shared_address(target)),
      "l"(map), "r"(shared_address(barrier)), "r"(x) : "memory"));
}
__device__ __forceinline__ void tma_load_2d(
    void* target, const TensorMap* map, uint64_t* barrier, int x, int y) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
      "{%3, %4}], [%2];" ::"r"(shared_address(target)),
      "l"(map), "r"(shared_address(barrier)), "r"(x), "r"(y) : "memory"));
}
__device__ __forceinline__ void tma_load_3d(
    void* target, const TensorMap* map, uint64_t* barrier, int x, int y, int z) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
      "{%3, %4, %5}], [%2];" ::"r"(shared_address(target)),
      "l"(map), "r"(shared_address(barrier)), "r"(x), "r"(y), "r"(z) : "memory"));
}
__device__ __forceinline__ void tma_load_4d(
    void* target, const TensorMap* map, uint64_t* barrier, int x, int y, int z, int w) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
      "{%3, %4, %5, %6}], [%2];" ::"r"(shared_address(target)),
      "l"(map), "r"(shared_address(barrier)), "r"(x), "r"(y), "r"(z), "r"(w) : "memory"));
}
__device__ __forceinline__ void tma_store_1d(const TensorMap* map, const void* source, int x) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.1d.global.shared::cta.bulk_group [%0, {%2}], [%1];" ::"l"(map),
      "r"(shared_address(source)), "r"(x) : "memory"));
}
__device__ __forceinline__ void tma_store_2d(const TensorMap* map,
                                             const void* source,
                                             int x,
                                             int y) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%0, {%2, %3}], [%1];" ::"l"(map),
      "r"(shared_address(source)), "r"(x), "r"(y) : "memory"));
}
__device__ __forceinline__ void tma_store_3d(
    const TensorMap* map, const void* source, int x, int y, int z) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.3d.global.shared::cta.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(map),
      "r"(shared_address(source)), "r"(x), "r"(y), "r"(z) : "memory"));
}
__device__ __forceinline__ void tma_store_4d(
    const TensorMap* map, const void* source, int x, int y, int z, int w) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.tensor.4d.global.shared::cta.bulk_group [%0, {%2, %3, %4, %5}], [%1];" ::"l"(
          map),
      "r"(shared_address(source)), "r"(x), "r"(y), "r"(z), "r"(w) : "memory"));
}
// Whole pieces of 16 bytes.
__device__ __forceinline__ void bulk_load(void* target,
                                          const void* source,
                                          uint32_t bytes,
                                          uint64_t* barrier) {
  GATUN_SM90(asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
          "r"(shared_address(target)),
      "l"(source), "r"(bytes), "r"(shared_address(barrier)) : "memory"));
}
__device__ __forceinline__ void bulk_store(void* target, const void* source, uint32_t bytes) {
  GATUN_SM90(
      asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(target),
                   "r"(shared_address(source)), "r"(bytes) : "memory"));
}
__device__ __forceinline__ void bulk_commit() {
  GATUN_SM90(asm volatile("cp.async.bulk.commit_group;" :: : "memory"));
}
template <int kPendingGroups>
__device__ __forceinline__ void bulk_wait() {
  GATUN_SM90(asm volatile("cp.async.bulk.wait_group %0;" ::"n"(kPendingGroups) : "memory"));
}
// Until the memory that the stores read may be written again.
template <int kPendingGroups>
__device__ __forceinline__ void bulk_wait_read() {
  GATUN_SM90(asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(kPendingGroups) : "memory"));
}
#undef GATUN_SM90

// ---- sm_90a ----
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define GATUN_SM90A(statement) statement
#else
#define GATUN_SM90A(statement) __trap()
#endif

__device__ __forceinline__ void wgmma_fence() {
  GATUN_SM90A(asm volatile("wgmma.fence.sync.aligned;" :: : "memory"));
}
__device__ __forceinline__ void wgmma_commit() {
  GATUN_SM90A(asm volatile("wgmma.commit_group.sync.aligned;" :: : "memory"));
}
template <int kPendingGroups>
__device__ __forceinline__ void wgmma_wait() {
  GATUN_SM90A(asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPendingGroups) : "memory"));
}
// Registers of a thread: all threads of the warpgroup.
template <int kRegisters>
__device__ __forceinline__ void raise_registers() {
  GATUN_SM90A(asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters)));
}
template <int kRegisters>
__device__ __forceinline__ void lower_registers() {
  GATUN_SM90A(asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kRegisters)));
}
// No instruction: the compiler keeps uses of these registers on their side of this.
template <int kCount>
__device__ __forceinline__ void hold_registers(float (&d)[kCount]) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) asm volatile("" : "+f"(d[i])::"memory");
}

// d = a b, or d += a b: a of 64 rows in registers or shared memory, b of N columns in shared
// memory, whose elements lie next to each other along k, or along the columns if it is transposed.
#define GATUN_F8(d, i)                                                                        \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
#define GATUN_F32(d, i) GATUN_F8(d, i), GATUN_F8(d, i + 8), GATUN_F8(d, i + 16), GATUN_F8(d, i + 24)
#define GATUN_F64(d, i) GATUN_F32(d, i), GATUN_F32(d, i + 32)
#define GATUN_F128(d, i) GATUN_F64(d, i), GATUN_F64(d, i + 64)
#define GATUN_LIST_32                                      \
  "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15," \
  "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31"
#define GATUN_LIST_64                                                \
  "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"           \
  "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31," \
  "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47," \
  "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
#define GATUN_LIST_128                                                           \
  "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"                       \
  "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31,"             \
  "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,"             \
  "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63,"             \
  "%64,%65,%66,%67,%68,%69,%70,%71,%72,%73,%74,%75,%76,%77,%78,%79,"             \
  "%80,%81,%82,%83,%84,%85,%86,%87,%88,%89,%90,%91,%92,%93,%94,%95,"             \
  "%96,%97,%98,%99,%100,%101,%102,%103,%104,%105,%106,%107,%108,%109,%110,%111," \
  "%112,%113,%114,%115,%116,%117,%118,%119,%120,%121,%122,%123,%124,%125,%126,%127"
// `o0` to `o5`: the numbers of the operands behind the registers of d.
#define GATUN_WGMMA(N, type, count, o0, o1, o2, o3, o4, o5, o6)                                 \
  template <bool kTransposedB = false>                                                          \
  __device__ __forceinline__ void wgmma_m64n##N##k16_##type(float(&d)[count], uint64_t a,       \
                                                            uint64_t b, bool accumulate) {      \
    GATUN_SM90A(asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, %" #o2 ", 0;\n"                  \
                             "wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." #type "." #type  \
                             " {" GATUN_LIST_##count "}, %" #o0 ", %" #o1 ", p, 1, 1, 0, %" #o3 \
                                                     ";\n}" : GATUN_F##count(d, 0) : "l"(a),    \
                             "l"(b), "r"(static_cast<int>(accumulate)),                         \
                             "n"(kTransposedB ? 1 : 0)));                                       \
  }                                                                                             \
  template <bool kTransposedB = false>                                                          \
  __device__ __forceinline__ void wgmma_m64n##N##k16_##type(                                    \
      float(&d)[count], const uint32_t(&a)[4], uint64_t b, bool accumulate) {                   \
    GATUN_SM90A(asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, %" #o5 ", 0;\n"                  \
                             "wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." #type "." #type  \
                             " {" GATUN_LIST_##count "}, {%" #o0 ",%" #o1 ",%" #o2 ",%" #o3     \
                                                     "}, %" #o4 ", p, 1, 1, %" #o6              \
                                                     ";\n}" : GATUN_F##count(d, 0) : "r"(a[0]), \
                             "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b),                           \
                             "r"(static_cast<int>(accumulate)), "n"(kTransposedB ? 1 : 0)));    \
  }
#define GATUN_WGMMA_TYPES(N, count, ...)   \
  GATUN_WGMMA(N, bf16, count, __VA_ARGS__) \
  GATUN_WGMMA(N, f16, count, __VA_ARGS__)
GATUN_WGMMA_TYPES(64, 32, 32, 33, 34, 35, 36, 37, 38)
GATUN_WGMMA_TYPES(128, 64, 64, 65, 66, 67, 68, 69, 70)
GATUN_WGMMA_TYPES(256, 128, 128, 129, 130, 131, 132, 133, 134)
#undef GATUN_WGMMA_TYPES
#undef GATUN_WGMMA
#undef GATUN_LIST_32
#undef GATUN_LIST_64
#undef GATUN_LIST_128
#undef GATUN_F8
#undef GATUN_F32
#undef GATUN_F64
#undef GATUN_F128
#undef GATUN_SM90A

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

// ---- sm_90 ----
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
inline void mbarrier_init(uint64_t* barrier, uint32_t count) {
  simt::mbarrier_init(barrier, count);
}
inline void mbarrier_arrive(uint64_t* barrier) {
  simt::mbarrier_arrive(barrier, 0);
}
inline void mbarrier_arrive_expect(uint64_t* barrier, uint32_t bytes) {
  simt::mbarrier_arrive(barrier, bytes);
}
inline bool mbarrier_try_wait(uint64_t* barrier,
                              uint32_t parity,
                              const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  return simt::mbarrier_try_wait(barrier, parity, file, line);
}
inline void fence_async_proxy() {
  simt::fence_async_proxy();
}
inline bool elect_one(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return simt::elect_one(file, line);
}

inline void tma_load_1d(void* target, const TensorMap* map, uint64_t* barrier, int x) {
  const int32_t at[] = {x};
  simt::tma_load(target, simt_map(*map), barrier, 1, at);
}
inline void tma_load_2d(void* target, const TensorMap* map, uint64_t* barrier, int x, int y) {
  const int32_t at[] = {x, y};
  simt::tma_load(target, simt_map(*map), barrier, 2, at);
}
inline void tma_load_3d(
    void* target, const TensorMap* map, uint64_t* barrier, int x, int y, int z) {
  const int32_t at[] = {x, y, z};
  simt::tma_load(target, simt_map(*map), barrier, 3, at);
}
inline void tma_load_4d(
    void* target, const TensorMap* map, uint64_t* barrier, int x, int y, int z, int w) {
  const int32_t at[] = {x, y, z, w};
  simt::tma_load(target, simt_map(*map), barrier, 4, at);
}
inline void tma_store_1d(const TensorMap* map, const void* source, int x) {
  const int32_t at[] = {x};
  simt::tma_store(simt_map(*map), 1, at, source);
}
inline void tma_store_2d(const TensorMap* map, const void* source, int x, int y) {
  const int32_t at[] = {x, y};
  simt::tma_store(simt_map(*map), 2, at, source);
}
inline void tma_store_3d(const TensorMap* map, const void* source, int x, int y, int z) {
  const int32_t at[] = {x, y, z};
  simt::tma_store(simt_map(*map), 3, at, source);
}
inline void tma_store_4d(const TensorMap* map, const void* source, int x, int y, int z, int w) {
  const int32_t at[] = {x, y, z, w};
  simt::tma_store(simt_map(*map), 4, at, source);
}
inline void bulk_load(void* target, const void* source, uint32_t bytes, uint64_t* barrier) {
  simt::bulk_load(target, source, bytes, barrier);
}
inline void bulk_store(void* target, const void* source, uint32_t bytes) {
  simt::bulk_store(target, source, bytes);
}
inline void bulk_commit() {
  simt::bulk_commit();
}
template <int kPendingGroups>
inline void bulk_wait() {
  simt::bulk_wait(kPendingGroups);
}
template <int kPendingGroups>
inline void bulk_wait_read() {
  simt::bulk_wait(kPendingGroups);
}

inline uint32_t shared_address(const void* pointer) {
  return simt::shared_address(pointer);
}
inline void wgmma_fence() {
  simt::wgmma_fence();
}
inline void wgmma_commit() {
  simt::wgmma_commit();
}
template <int kPendingGroups>
inline void wgmma_wait() {
  simt::wgmma_wait(kPendingGroups);
}
template <int kRegisters>
inline void raise_registers() {
  simt::set_registers(kRegisters, true);
}
template <int kRegisters>
inline void lower_registers() {
  simt::set_registers(kRegisters, false);
}
template <int kCount>
inline void hold_registers(float (&)[kCount]) {}

#define GATUN_WGMMA(N, type, kind)                                                           \
  template <bool kTransposedB = false>                                                       \
  inline void wgmma_m64n##N##k16_##type(float(&d)[N / 2], uint64_t a, uint64_t b,            \
                                        bool accumulate) {                                   \
    simt::wgmma({kind, N, d, nullptr, a, b, false, kTransposedB, accumulate, 0});            \
  }                                                                                          \
  template <bool kTransposedB = false>                                                       \
  inline void wgmma_m64n##N##k16_##type(float(&d)[N / 2], const uint32_t(&a)[4], uint64_t b, \
                                        bool accumulate) {                                   \
    simt::wgmma({kind, N, d, a, 0, b, false, kTransposedB, accumulate, 0});                  \
  }
GATUN_WGMMA(64, bf16, simt::WgmmaKind::kBf16)
GATUN_WGMMA(128, bf16, simt::WgmmaKind::kBf16)
GATUN_WGMMA(256, bf16, simt::WgmmaKind::kBf16)
GATUN_WGMMA(64, f16, simt::WgmmaKind::kF16)
GATUN_WGMMA(128, f16, simt::WgmmaKind::kF16)
GATUN_WGMMA(256, f16, simt::WgmmaKind::kF16)
#undef GATUN_WGMMA

#endif

// Where wgmma finds an operand in shared memory: simt/warpgroup.h has the meaning of the offsets.
__device__ __forceinline__ uint64_t wgmma_descriptor(const void* shared,
                                                     uint32_t leading_bytes,
                                                     uint32_t stride_bytes,
                                                     Swizzle swizzle) {
  const uint64_t layout = swizzle == Swizzle::kNone  ? 0
                          : swizzle == Swizzle::k128 ? 1
                          : swizzle == Swizzle::k64  ? 2
                                                     : 3;
  return uint64_t{shared_address(shared) >> 4 & 0x3fff} | uint64_t{leading_bytes >> 4} << 16 |
         uint64_t{stride_bytes >> 4} << 32 | layout << 62;
}

}  // namespace gatun::cuda

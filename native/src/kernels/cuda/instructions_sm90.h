// SPDX-License-Identifier: Apache-2.0
// The instructions of sm_90 and sm_90a: see instructions.h.
#pragma once

#include "kernels/cuda/instructions.h"
#include "kernels/cuda/tensor_map.h"

namespace gatun::cuda {

#if defined(__CUDACC__)

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
template <int kCount>
__device__ __forceinline__ void hold_registers(int32_t (&d)[kCount]) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) asm volatile("" : "+r"(d[i])::"memory");
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
// Of 8 bits, whose columns lie along k always, into s32.
#define GATUN_R8(d, i)                                                                        \
  "+r"(d[i]), "+r"(d[i + 1]), "+r"(d[i + 2]), "+r"(d[i + 3]), "+r"(d[i + 4]), "+r"(d[i + 5]), \
      "+r"(d[i + 6]), "+r"(d[i + 7])
__device__ __forceinline__ void wgmma_m64n64k32_s8(int32_t (&d)[32],
                                                   const uint32_t (&a)[4],
                                                   uint64_t b,
                                                   bool accumulate) {
  GATUN_SM90A(
      asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, %37, 0;\n"
                   "wgmma.mma_async.sync.aligned.m64n64k32.s32.s8.s8 {" GATUN_LIST_32
                   "}, {%32,%33,%34,%35}, %36, p;\n}" : GATUN_R8(d, 0),
                   GATUN_R8(d, 8), GATUN_R8(d, 16), GATUN_R8(d, 24) : "r"(a[0]), "r"(a[1]),
                   "r"(a[2]), "r"(a[3]), "l"(b), "r"(static_cast<int>(accumulate))));
}
#undef GATUN_R8
#undef GATUN_LIST_32
#undef GATUN_LIST_64
#undef GATUN_LIST_128
#undef GATUN_F8
#undef GATUN_F32
#undef GATUN_F64
#undef GATUN_F128
#undef GATUN_SM90A

#else  // the emulated device

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
inline void raise_registers(int line = __builtin_LINE()) {
  simt::set_registers(kRegisters, true, line);
}
template <int kRegisters>
inline void lower_registers(int line = __builtin_LINE()) {
  simt::set_registers(kRegisters, false, line);
}
template <int kCount>
inline void hold_registers(float (&)[kCount]) {}
template <int kCount>
inline void hold_registers(int32_t (&)[kCount]) {}

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
inline void wgmma_m64n64k32_s8(int32_t (&d)[32],
                               const uint32_t (&a)[4],
                               uint64_t b,
                               bool accumulate) {
  simt::wgmma({simt::WgmmaKind::kS8, 64, d, a, 0, b, false, false, accumulate, 0});
}

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

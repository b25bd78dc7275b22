// SPDX-License-Identifier: Apache-2.0
// Instructions that kernels reach through kernels/cuda/instructions.h, as functions of one lane.
//
// Fragment maps, lane l, g = l / 4, t = l % 4, element i of a register list, low bits first:
//   m16n8k16 (16 bits)  A i=0..7: row g + 8 (i in {2,3,6,7}), k 2t + i%2 + 8 (i >= 4)
//                       B i=0..3: k 2t + i%2 + 8 (i >= 2), column g
//   m16n8k8 (16 bits)   A i=0..3: row g + 8 (i >= 2), k 2t + i%2;  B i=0,1: k 2t + i, column g
//   m16n8k32 (8 bits)   A i=0..15: row g + 8 (i/4 odd), k 4t + i%4 + 16 (i >= 8)
//                       B i=0..7: k 4t + i%4 + 16 (i >= 4), column g
//   m16n8k16 (8 bits)   A i=0..7: row g + 8 (i >= 4), k 4t + i%4;  B i=0..3: k 4t + i, column g
//   C, D of all         i=0..3: row g + 8 (i >= 2), column 2t + i%2
//   ldmatrix            register m, half h: row g, column 2t + h of matrix m, whose rows are the 16
//                       bytes at the addresses of lanes 8m to 8m + 7; transposed: row 2t + h,
//                       column g
// Sums are taken in f32 in the order of k. A tensor core adds in an order and with a width of its
// own, so equality of bits between the two is for integers only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simt/tensor_map.h"
#include "simt/warpgroup.h"

namespace gatun::simt {

void mma_m16n8k16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);
void mma_m16n8k16_f16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);
void mma_m16n8k8_f16(float (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]);
void mma_m16n8k32_s8(int32_t (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);

void mma_m16n8k16_s8(int32_t (&d)[4], const uint32_t (&a)[2], const uint32_t (&b)[1]);

void ldmatrix(uint32_t* registers, int matrices, bool transposed, const void* row);

// The lower `source_bytes` of `bytes` from global memory, then zeros.
void cp_async(void* target, const void* source, int bytes, int source_bytes);
void cp_async_commit();
void cp_async_wait(int pending_groups);

// Loads and stores of 8 and 16 bytes as one access: the compiler would take them apart.
void load_vector(void* to, const void* from, std::size_t bytes);
void store_vector(void* to, const void* from, std::size_t bytes);

// ---- sm_90 ----
void barrier_arrive(int barrier, int threads, const char* file, int line);
void mbarrier_init(uint64_t* barrier, uint32_t count);
void mbarrier_arrive(uint64_t* barrier, uint32_t expected_bytes);
bool mbarrier_try_wait(uint64_t* barrier, uint32_t parity, const char* file, int line);
void fence_async_proxy();
bool elect_one(const char* file, int line);

void tma_load(
    void* target, const TensorMap& map, uint64_t* barrier, int rank, const int32_t* coordinates);
void tma_store(const TensorMap& map, int rank, const int32_t* coordinates, const void* source);
void bulk_load(void* target, const void* source, uint32_t bytes, uint64_t* barrier);
void bulk_store(void* target, const void* source, uint32_t bytes);
void bulk_commit();
void bulk_wait(int pending_groups);

uint32_t shared_address(const void* pointer);
void wgmma_fence();
void wgmma(WgmmaCall call);
void wgmma_commit();
void wgmma_wait(int pending_groups);
// `line`: of the program, which all threads of the warpgroup must come to.
void set_registers(int count, bool increase, int line);

float half_to_float(uint16_t bits);
uint16_t float_to_half(float value);

}  // namespace gatun::simt

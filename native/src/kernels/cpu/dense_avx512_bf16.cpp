// SPDX-License-Identifier: Apache-2.0
// Products with bf16 panels and bf16 activations by vdpbf16ps: two products of a pair are added to
// the f32 accumulator per step, the odd one first, with denormals flushed.
#include <immintrin.h>

#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile.h"

namespace gatun::cpu {
namespace {

struct DotProduct512 {
  using Vector = __m512;
  using Element = uint32_t;  // two consecutive bf16 values of x
  static constexpr int kElementsPerUnit = 1;
  static constexpr int64_t kUnitBytes = 64;
  static constexpr int kMaxStripRows = 14;
  static constexpr int kRegisters = 32;
  static constexpr int kVectorRegisters = 1;
  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector broadcast(const uint32_t* p) {
    return _mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(*p)));
  }
  static Vector weight(const std::byte* unit, int) { return _mm512_load_ps(unit); }
  static Vector accumulate(Vector acc, Vector weight, Vector x) {
    return _mm512_dpbf16_ps(acc, reinterpret_cast<__m512bh>(x), reinterpret_cast<__m512bh>(weight));
  }
  static constexpr bool kFoldsBroadcast = true;
  // As accumulate(); intrinsics would load the pair into a register for both panels.
  static void accumulate_broadcast(Vector& acc, Vector weight, const uint32_t* x) {
    asm("vdpbf16ps %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(weight), "m"(*x));
  }
  // Rows are padded to a multiple of 32 values, so pairs are whole and 4-byte aligned.
  static const uint32_t* rows_of(const PreparedRows& x, int64_t row) {
    return reinterpret_cast<const uint32_t*>(x.bf16 + row * x.bf16_stride);
  }
  static int64_t elements(int64_t columns) { return (columns + 1) / 2; }
};

}  // namespace

namespace avx512_bf16 {

void bf16_tile(const Tile& tile) {
  dense_tile<DotProduct512>(tile);
}

}  // namespace avx512_bf16
}  // namespace gatun::cpu

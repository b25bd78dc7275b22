// SPDX-License-Identifier: Apache-2.0
// Products with f32, f16 and bf16 panels and f32 activations by 512-bit fused multiply-adds; 16-bit
// values are widened in registers.
#include <immintrin.h>

#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile.h"

namespace gatun::cpu {
namespace {

struct Fma512 {
  using Vector = __m512;
  using Element = float;
  static constexpr int kElementsPerUnit = 1;
  static constexpr int kMaxStripRows = 14;
  static constexpr int kRegisters = 32;
  static constexpr int kVectorRegisters = 1;
  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
  static Vector broadcast(const float* p) { return _mm512_set1_ps(*p); }
  static Vector accumulate(Vector acc, Vector weight, Vector x) {
    return _mm512_fmadd_ps(x, weight, acc);
  }
  static constexpr bool kFoldsBroadcast = true;
  // As accumulate(); intrinsics would load the value into a register for both panels.
  static void accumulate_broadcast(Vector& acc, Vector weight, const float* x) {
    asm("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(weight), "m"(*x));
  }
  static const float* rows_of(const PreparedRows& x, int64_t row) {
    return x.f32 + row * x.f32_stride;
  }
  static int64_t elements(int64_t columns) { return columns; }
};

struct F32Panel : Fma512 {
  static constexpr int64_t kUnitBytes = 64;
  static Vector weight(const std::byte* unit, int) { return _mm512_load_ps(unit); }
};

struct F16Panel : Fma512 {
  static constexpr int64_t kUnitBytes = 32;
  static Vector weight(const std::byte* unit, int) {
    return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(unit)));
  }
};

struct Bf16Panel : Fma512 {
  static constexpr int kElementsPerUnit = 2;
  static constexpr int64_t kUnitBytes = 64;
  static Vector weight(const std::byte* unit, int step) {
    const __m512i pairs = _mm512_load_si512(unit);
    return _mm512_castsi512_ps(step == 0 ? _mm512_slli_epi32(pairs, 16)
                                         : _mm512_and_si512(pairs, _mm512_set1_epi32(-0x10000)));
  }
};

}  // namespace

namespace avx512 {

void f32_tile(const Tile& tile) {
  dense_tile<F32Panel>(tile);
}

void f16_tile(const Tile& tile) {
  dense_tile<F16Panel>(tile);
}

void bf16_tile(const Tile& tile) {
  dense_tile<Bf16Panel>(tile);
}

}  // namespace avx512
}  // namespace gatun::cpu

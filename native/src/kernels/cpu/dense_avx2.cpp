// SPDX-License-Identifier: Apache-2.0
// Products with f32, f16 and bf16 panels and f32 activations by 256-bit fused multiply-adds; 16-bit
// values are widened in registers.
#include <immintrin.h>

#include "kernels/cpu/dense_kernels.h"
#include "kernels/cpu/dense_tile.h"

namespace gatun::cpu {
namespace {

struct Pair256 {
  __m256 low, high;  // rows 0-7 and 8-15 of a panel
};

struct Fma256 {
  using Vector = Pair256;
  using Element = float;
  static constexpr int kElementsPerUnit = 1;
  static constexpr int kMaxStripRows = 6;
  static constexpr int kRegisters = 16;
  static constexpr int kVectorRegisters = 2;
  static Vector zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
  static Vector load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
  static void store(float* p, Vector v) {
    _mm256_storeu_ps(p, v.low);
    _mm256_storeu_ps(p + 8, v.high);
  }
  static Vector broadcast(const float* p) {
    const __m256 value = _mm256_broadcast_ss(p);
    return {value, value};
  }
  static Vector accumulate(Vector acc, Vector weight, Vector x) {
    return {_mm256_fmadd_ps(x.low, weight.low, acc.low),
            _mm256_fmadd_ps(x.high, weight.high, acc.high)};
  }
  static constexpr bool kFoldsBroadcast = false;
  static const float* rows_of(const PreparedRows& x, int64_t row) {
    return x.f32 + row * x.f32_stride;
  }
  static int64_t elements(int64_t columns) { return columns; }
};

struct F32Panel : Fma256 {
  static constexpr int64_t kUnitBytes = 64;
  static Vector weight(const std::byte* unit, int) {
    const auto* values = reinterpret_cast<const float*>(unit);
    return {_mm256_load_ps(values), _mm256_load_ps(values + 8)};
  }
};

struct F16Panel : Fma256 {
  static constexpr int64_t kUnitBytes = 32;
  static Vector weight(const std::byte* unit, int) {
    const auto* halves = reinterpret_cast<const __m128i*>(unit);
    return {_mm256_cvtph_ps(_mm_load_si128(halves)), _mm256_cvtph_ps(_mm_load_si128(halves + 1))};
  }
};

struct Bf16Panel : Fma256 {
  static constexpr int kElementsPerUnit = 2;
  static constexpr int64_t kUnitBytes = 64;
  static Vector weight(const std::byte* unit, int step) {
    const auto* pairs = reinterpret_cast<const __m256i*>(unit);
    return {widen(_mm256_load_si256(pairs), step), widen(_mm256_load_si256(pairs + 1), step)};
  }
  static __m256 widen(__m256i pairs, int step) {
    return _mm256_castsi256_ps(step == 0 ? _mm256_slli_epi32(pairs, 16)
                                         : _mm256_and_si256(pairs, _mm256_set1_epi32(-0x10000)));
  }
};

}  // namespace

namespace avx2 {

void f32_tile(const Tile& tile) {
  dense_tile<F32Panel>(tile);
}

void f16_tile(const Tile& tile) {
  dense_tile<F16Panel>(tile);
}

void bf16_tile(const Tile& tile) {
  dense_tile<Bf16Panel>(tile);
}

}  // namespace avx2
}  // namespace gatun::cpu

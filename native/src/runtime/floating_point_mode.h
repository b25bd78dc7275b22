// SPDX-License-Identifier: Apache-2.0
// The floating-point control word of the calling thread for a scope: default rounding, no traps,
// denormals flushed or kept. Whatever the thread had before (a JVM's, say) comes back at the end.
#pragma once

#include <xmmintrin.h>

#include <cstdint>

namespace gatun {

enum class Denormals : int32_t {
  kFlush,  // to zero, as inputs and as results: a denormal operand costs a hundred cycles
  kKeep,   // where every bit of a stored value counts: storage formats and reference kernels
};

class FloatingPointMode {
 public:
  explicit FloatingPointMode(Denormals denormals) : saved_(_mm_getcsr()) {
    _mm_setcsr(denormals == Denormals::kFlush ? kDefault | kFlushBits : kDefault);
  }
  ~FloatingPointMode() { _mm_setcsr(saved_); }
  FloatingPointMode(const FloatingPointMode&) = delete;
  FloatingPointMode& operator=(const FloatingPointMode&) = delete;

 private:
  static constexpr unsigned kDefault = 0x1f80;    // all exceptions masked, round to nearest even
  static constexpr unsigned kFlushBits = 0x8040;  // FTZ and DAZ
  unsigned saved_;
};

}  // namespace gatun

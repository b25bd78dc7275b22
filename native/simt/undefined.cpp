// SPDX-License-Identifier: Apache-2.0
// The functions that code compiled with -fsanitize=bounds,shift,integer-divide-by-zero calls
// where an operation has no result. The sanitizer's own runtime is not linked: these make findings
// of them.
#include <cstdint>
#include <string>

#include "simt/machine.h"

#if !defined(__SANITIZE_ADDRESS__)

namespace {

using gatun::simt::FindingKind;
using gatun::simt::Machine;

// What the compiler's data about each place begins with.
struct SourceLocation {
  const char* file;
  uint32_t line, column;
};

void report(FindingKind kind, const char* what, const void* data, const void* code) {
  const auto& place = *static_cast<const SourceLocation*>(data);
  Machine& machine = Machine::instance();
  machine.report(
      kind,
      std::string(what) + " at " +
          gatun::simt::describe(gatun::simt::Site{place.file, static_cast<int>(place.line)}),
      gatun::simt::site_of(code));
  if (machine.current() != nullptr) machine.abandon();
}

}  // namespace

#define GATUN_SIMT_UNDEFINED(name, kind, what)                                    \
  extern "C" void __ubsan_handle_##name(const void* data, uintptr_t, uintptr_t) { \
    report(FindingKind::kind, what, data, __builtin_return_address(0));           \
  }
GATUN_SIMT_UNDEFINED(out_of_bounds, kOutOfBounds, "an element that the array does not have")
GATUN_SIMT_UNDEFINED(shift_out_of_bounds, kUndefined, "a shift by more than the type has bits")
GATUN_SIMT_UNDEFINED(divrem_overflow, kUndefined, "a division by zero")
#undef GATUN_SIMT_UNDEFINED

#endif

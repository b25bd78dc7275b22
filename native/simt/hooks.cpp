// SPDX-License-Identifier: Apache-2.0
// The functions that code compiled with -fsanitize=thread calls around each access to memory. The
// sanitizer's own runtime is not linked: these hand every access to the emulated device.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simt/machine.h"

namespace {

using gatun::simt::Access;
using gatun::simt::FindingKind;
using gatun::simt::Machine;

void aligned(const void* address, std::size_t bytes, Access access, const void* code) {
  Machine& machine = Machine::instance();
  if (machine.current() == nullptr) return;
  const auto a = reinterpret_cast<uintptr_t>(address);
  if (a % bytes != 0 && (machine.in_global(a) || machine.in_shared(a)))
    machine.report(FindingKind::kMisaligned,
                   std::to_string(bytes) + " bytes at an address that is not a multiple of that",
                   gatun::simt::site_of(code));
  machine.access(address, bytes, access, code);
}

}  // namespace

#define GATUN_SIMT_HOOKS(bytes)                                                              \
  void __tsan_read##bytes(void* address) {                                                   \
    aligned(address, bytes, Access::kRead, __builtin_return_address(0));                     \
  }                                                                                          \
  void __tsan_write##bytes(void* address) {                                                  \
    aligned(address, bytes, Access::kWrite, __builtin_return_address(0));                    \
  }                                                                                          \
  void __tsan_unaligned_read##bytes(void* address) {                                         \
    Machine::instance().access(address, bytes, Access::kRead, __builtin_return_address(0));  \
  }                                                                                          \
  void __tsan_unaligned_write##bytes(void* address) {                                        \
    Machine::instance().access(address, bytes, Access::kWrite, __builtin_return_address(0)); \
  }

extern "C" {
GATUN_SIMT_HOOKS(1)
GATUN_SIMT_HOOKS(2)
GATUN_SIMT_HOOKS(4)
GATUN_SIMT_HOOKS(8)
GATUN_SIMT_HOOKS(16)
void __tsan_read_range(void* address, std::size_t bytes) {
  Machine::instance().access(address, bytes, Access::kRead, __builtin_return_address(0));
}
void __tsan_write_range(void* address, std::size_t bytes) {
  Machine::instance().access(address, bytes, Access::kWrite, __builtin_return_address(0));
}
// In place of the functions of these names, in what clang compiles.
void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
  Machine::instance().access(from, bytes, Access::kRead, __builtin_return_address(0));
  Machine::instance().access(to, bytes, Access::kWrite, __builtin_return_address(0));
  return std::memcpy(to, from, bytes);
}
void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
  Machine::instance().access(from, bytes, Access::kRead, __builtin_return_address(0));
  Machine::instance().access(to, bytes, Access::kWrite, __builtin_return_address(0));
  return std::memmove(to, from, bytes);
}
void* __tsan_memset(void* to, int value, std::size_t bytes) {
  Machine::instance().access(to, bytes, Access::kWrite, __builtin_return_address(0));
  return std::memset(to, value, bytes);
}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_init() {}
}

// SPDX-License-Identifier: Apache-2.0
// What the address sanitizer has to be told, and nothing without it. It runs instead of the hooks
// of hooks.cpp, which a compiler cannot put beside its checks: it sees arrays on a thread's own
// stack too.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace gatun::simt {

#if defined(__SANITIZE_ADDRESS__)

inline constexpr bool kPlainAccessesSeen = false;

inline void forbid(const void* memory, std::size_t bytes) {
  __asan_poison_memory_region(memory, bytes);
}
inline void allow(const void* memory, std::size_t bytes) {
  __asan_unpoison_memory_region(memory, bytes);
}
inline void before_stack_switch(const void* bottom, std::size_t bytes) {
  __sanitizer_start_switch_fiber(nullptr, bottom, bytes);
}
inline void after_stack_switch(const void** left_bottom, std::size_t* left_bytes) {
  __sanitizer_finish_switch_fiber(nullptr, left_bottom, left_bytes);
}

#else

inline constexpr bool kPlainAccessesSeen = true;

inline void forbid(const void*, std::size_t) {}
inline void allow(const void*, std::size_t) {}
inline void before_stack_switch(const void*, std::size_t) {}
inline void after_stack_switch(const void**, std::size_t*) {}

#endif

}  // namespace gatun::simt

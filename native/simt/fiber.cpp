// SPDX-License-Identifier: Apache-2.0
#include "simt/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

#if !defined(__x86_64__)
#error "the emulation switches stacks with x86-64 code"
#endif

extern "C" void gatun_simt_switch(void** save, void* load);

// System V: rbx, rbp and r12 to r15 survive a call; everything else is the caller's to save.
__asm__(
    ".text\n"
    ".globl gatun_simt_switch\n"
    ".type gatun_simt_switch,@function\n"
    "gatun_simt_switch:\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  movq %rsp, (%rdi)\n"
    "  movq %rsi, %rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  ret\n"
    ".size gatun_simt_switch,.-gatun_simt_switch\n");

namespace gatun::simt {

FiberPool::FiberPool(int count) : stacks_(static_cast<std::size_t>(count)) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  mapped_bytes_ = stacks_.size() * kStackBytes;
  void* mapping = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  base_ = reinterpret_cast<uintptr_t>(mapping);
  for (std::size_t i = 0; i < stacks_.size(); ++i) {
    if (mprotect(reinterpret_cast<void*>(base_ + i * kStackBytes), page, PROT_NONE) != 0)
      throw std::bad_alloc();
  }
}

FiberPool::~FiberPool() {
  munmap(reinterpret_cast<void*>(base_), mapped_bytes_);
}

void FiberPool::prepare(int index, void (*entry)()) {
  const auto i = static_cast<std::size_t>(index);
  auto* top = reinterpret_cast<void**>(base_ + (i + 1) * kStackBytes);
  // entry() must find the stack as after a call: 8 bytes past a multiple of 16.
  top -= 2;
  *top = reinterpret_cast<void*>(entry);
  for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
  stacks_[i] = top;
}

void FiberPool::resume(int index) {
  running_ = index;
  const auto i = static_cast<std::size_t>(index);
  before_stack_switch(reinterpret_cast<void*>(base_ + i * kStackBytes), kStackBytes);
  gatun_simt_switch(&scheduler_, stacks_[i]);
  after_stack_switch(nullptr, nullptr);
}

void FiberPool::entered() {
  after_stack_switch(&scheduler_bottom_, &scheduler_bytes_);
}

void FiberPool::suspend() {
  before_stack_switch(scheduler_bottom_, scheduler_bytes_);
  gatun_simt_switch(&stacks_[static_cast<std::size_t>(running_)], scheduler_);
  entered();
}

void FiberPool::forget_frames() {
  allow(reinterpret_cast<void*>(base_), mapped_bytes_);
}

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
// The emulated device's memory: buffers, shared memory, and the checks of every access.
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "simt/address_sanitizer.h"
#include "simt/machine.h"

// Where `__shared__` variables lie, and the program or library that this is linked into: the
// linker's names.
extern "C" {
extern char __start_gatun_simt_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_gatun_simt_shared[] __attribute__((weak, visibility("hidden")));
extern char __ehdr_start[] __attribute__((visibility("hidden")));
extern char _end[] __attribute__((visibility("hidden")));
}

namespace gatun::simt {
namespace {

constexpr std::size_t kGlobalBytes = 256 << 20;
constexpr std::size_t kSharedBytes = 256 << 10;
constexpr std::size_t kSharedOffset = 16;  // dynamic shared memory is aligned to 16 bytes, no more
constexpr std::size_t kGap = 256;          // unowned bytes around a buffer
constexpr uint32_t kUnwritten = 0x7fa0a5a5;  // a signalling NaN, an absurd index

void* reserve(std::size_t bytes) {
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  return mapping;
}

ShadowRange shadow_of(void* data, std::size_t bytes, const char* name) {
  const std::size_t words = (bytes + 3) / 4 + 1;
  return {reinterpret_cast<uintptr_t>(data), bytes,
          static_cast<Word*>(reserve(words * sizeof(Word))), name};
}

// Bytes [from, to) of a word that starts at `start`, as bits.
unsigned bytes_of_word(uintptr_t start, uintptr_t from, uintptr_t to) {
  unsigned bits = 0;
  for (uintptr_t b = 0; b < 4; ++b) bits |= (start + b >= from && start + b < to ? 1U : 0U) << b;
  return bits;
}

void own(const ShadowRange& range, uintptr_t from, std::size_t bytes, bool written) {
  for (uintptr_t a = from / 4 * 4; a < from + bytes; a += 4) {
    const bool whole = a >= from && a + 4 <= from + bytes;
    const unsigned bits = whole ? 0xfU : bytes_of_word(a, from, from + bytes);
    Word word{};
    word.valid = static_cast<uint8_t>(bits);
    word.written = static_cast<uint8_t>(written ? bits : 0);
    range.word(a) = word;
  }
}

void fill_unwritten(uintptr_t from, std::size_t bytes) {
  const std::size_t words = bytes / 4;
  for (std::size_t i = 0; i < words; ++i)
    std::memcpy(reinterpret_cast<void*>(from + 4 * i), &kUnwritten, 4);
  std::memcpy(reinterpret_cast<void*>(from + 4 * words), &kUnwritten, bytes % 4);
}

}  // namespace

uint32_t site_of(const void* code) {
  return static_cast<uint32_t>(static_cast<const char*>(code) - __ehdr_start);
}

Machine::Machine() {
  global_ = shadow_of(reserve(kGlobalBytes), kGlobalBytes, "global");
  used_end_ = global_.base;
  forbid(reinterpret_cast<void*>(global_.base), kGlobalBytes);
  void* shared = reserve(kSharedBytes);
  shared_dynamic_ = shadow_of(shared, kSharedBytes, "shared");
  dynamic_shared_ = static_cast<char*>(shared) + kSharedOffset;
  if (__start_gatun_simt_shared != nullptr) {
    shared_static_ = shadow_of(
        __start_gatun_simt_shared,
        static_cast<std::size_t>(__stop_gatun_simt_shared - __start_gatun_simt_shared), "shared");
  }
}

void* Machine::allocate(std::size_t bytes) {
  const std::lock_guard<std::mutex> alone(host_);
  if (bytes > kGlobalBytes) return nullptr;
  const std::size_t taken = (bytes + 2 * kGap - 1) / kGap * kGap;  // the first hole that it fits
  uintptr_t data = global_.base + kGap;
  for (const auto& [other, length] : buffers_) {
    if (data + taken <= other) break;
    data = other + (length + 2 * kGap - 1) / kGap * kGap;
  }
  if (data + taken > global_.base + kGlobalBytes) return nullptr;
  own(global_, data, bytes, false);
  allow(reinterpret_cast<void*>(data), bytes);
  fill_unwritten(data, bytes);
  buffers_.emplace(data, bytes);
  used_end_ = std::max(used_end_, data + taken);
  return reinterpret_cast<void*>(data);
}

void Machine::release(void* buffer) {
  const std::lock_guard<std::mutex> alone(host_);
  const auto found = buffers_.find(reinterpret_cast<uintptr_t>(buffer));
  if (found == buffers_.end()) return;
  const auto [data, bytes] = *found;
  for (uintptr_t a = data; a < data + bytes; a += 4) global_.word(a) = Word{};
  forbid(buffer, bytes);
  buffers_.erase(found);
}

void Machine::host_wrote(void* data, std::size_t bytes) {
  const std::lock_guard<std::mutex> alone(host_);
  const auto from = reinterpret_cast<uintptr_t>(data);
  if (bytes == 0 || !global_.holds(from) || !global_.holds(from + bytes - 1)) return;
  for (uintptr_t a = from / 4 * 4; a < from + bytes; a += 4) {
    Word& word = global_.word(a);
    word.written = static_cast<uint8_t>(word.written | bytes_of_word(a, from, from + bytes));
  }
}

// For every block: no more than what blocks have used.
void Machine::reset_shared() {
  const auto dynamic = reinterpret_cast<uintptr_t>(dynamic_shared_);
  const uintptr_t end = dynamic + dynamic_shared_bytes_;
  for (uintptr_t a = (end + 3) / 4 * 4; a < shared_end_; a += 4) shared_dynamic_.word(a) = Word{};
  shared_end_ = end;
  own(shared_dynamic_, dynamic, dynamic_shared_bytes_, false);
  forbid(reinterpret_cast<void*>(shared_dynamic_.base), kSharedBytes);
  allow(dynamic_shared_, dynamic_shared_bytes_);
  fill_unwritten(dynamic, dynamic_shared_bytes_);
  if (shared_static_.bytes > 0 && shared_static_used_) {
    shared_static_used_ = false;
    own(shared_static_, shared_static_.base, shared_static_.bytes, false);
    fill_unwritten(shared_static_.base, shared_static_.bytes);
  }
}

const ShadowRange* Machine::range_of(uintptr_t address) {
  if (global_.holds(address)) return &global_;
  if (shared_dynamic_.holds(address)) return &shared_dynamic_;
  if (!shared_static_.holds(address)) return nullptr;
  shared_static_used_ = true;
  return &shared_static_;
}

Actor Machine::actor() const {
  return {launch_number_, block_linear_, current_->index, current_->stretch,
          current_->known.ordered.get()};
}

void Machine::access(const void* address, std::size_t bytes, Access access, const void* code) {
  const auto a = reinterpret_cast<uintptr_t>(address);
  if (current_ == nullptr || bytes == 0) return;
  const uint32_t site = site_of(code);
  if (fibers_.holds(a)) {
    if (!current_->in_flight.empty()) check_registers(a, bytes, site);
    return;
  }
  const ShadowRange* range = range_of(a);
  if (range == nullptr) {
    // Tables of constants lie in the program.
    const auto* p = static_cast<const char*>(address);
    if (access == Access::kRead && p >= __ehdr_start && p < _end) return;
    report(FindingKind::kOutOfBounds, "memory of the host, or none", site);
    abandon();
  }
  check_words(*range, a, bytes, access, site, actor());
  if (counting) log_.add(current_->index, site, a, bytes, range != &global_);
}

void Machine::read_row(const void* row, const void* code) {
  const auto a = reinterpret_cast<uintptr_t>(row);
  check_words(*range_of(a), a, 16, Access::kRead, site_of(code), actor());
}

void Machine::count_matrix_rows(const uintptr_t (&rows)[8]) {
  if (counting) log_.add_shared_group(rows, 8, 16);
}

void Machine::check_words(const ShadowRange& range,
                          uintptr_t address,
                          std::size_t bytes,
                          Access access,
                          uint32_t site,
                          const Actor& me) {
  const auto size = [&] { return std::to_string(bytes) + " bytes of " + range.name + " memory"; };
  for (uintptr_t a = address / 4 * 4; a < address + bytes; a += 4) {
    const unsigned bits = bytes_of_word(a, address, address + bytes);
    Word* word = range.holds(a) ? &range.word(a) : nullptr;
    if (word == nullptr || (word->valid & bits) != bits) {
      std::string text = size();
      if (&range == &global_) {
        for (const auto& [data, length] : buffers_) {
          if (address + kGap >= data && address < data + length + kGap)
            text += " at offset " + std::to_string(static_cast<int64_t>(address - data)) +
                    " of a buffer of " + std::to_string(length);
        }
      } else {
        const uintptr_t base =
            &range == &shared_dynamic_ ? reinterpret_cast<uintptr_t>(dynamic_shared_) : range.base;
        text += " at offset " + std::to_string(static_cast<int64_t>(address - base)) + " of " +
                std::to_string(dynamic_shared_bytes_);
      }
      report(FindingKind::kOutOfBounds, text, site);
      abandon();
    }
    if ((word->pending & bits) != 0)
      report(FindingKind::kMissingWait,
             size() + " that an asynchronous copy has not been seen to fill", site);
    if (kPlainAccessesSeen && access != Access::kWrite && (word->written & bits) != bits)
      report(FindingKind::kUninitialised, size(), site);
    if (misses_fence(*word, bits, me))
      report(FindingKind::kMissingFence,
             size() + " that thread " + std::to_string(word->write.thread) +
                 " wrote without a fence.proxy.async behind it",
             site, word->write.site);
    if (const Touch* other = touch_word(*word, bits, access, me, site)) {
      report(FindingKind::kRace,
             size() + " against " +
                 (other->block == me.block ? "" : "block " + std::to_string(other->block) + ", ") +
                 (other->thread < block_threads_ ? "thread " + std::to_string(other->thread)
                                                 : std::string("an asynchronous unit")),
             site, other->site);
    }
    if (access != Access::kRead) word->written = static_cast<uint8_t>(word->written | bits);
  }
}

}  // namespace gatun::simt

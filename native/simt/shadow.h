// SPDX-License-Identifier: Apache-2.0
// What is known about every byte that kernels share: whether it belongs to a buffer, has been
// written, is owned by an asynchronous copy, and who touched it last.
//
// Races are found by order, not by chance: each thread counts the stretches between its
// synchronisations, and knows up to which stretch of each other thread it has been ordered behind.
// An access that conflicts with a remembered one from an unordered stretch is a race in every
// schedule. A word remembers its last write and two reads, so a race may be missed, never invented.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace gatun::simt {

enum class Access : uint8_t { kRead, kWrite, kAtomic };

// clock[t]: the stretches of thread t of the block that are ordered before the holder's next one.
// Behind the threads come the asynchronous units, which count the steps of what they were asked to
// do.
using VectorClock = std::vector<uint32_t>;

struct Touch {
  uint32_t stretch;      // of the thread, from 1; 0: none
  uint32_t block;        // linear index in the grid
  uint32_t site;         // offset of the code address in the program
  uint16_t launch;       // number of the launch: everything earlier is ordered
  uint16_t thread : 11;  // linear index in the block
  uint16_t bytes : 4;    // of the word
  uint16_t atomic : 1;
};
static_assert(sizeof(Touch) == 16);

// Four bytes of memory.
struct Word {
  Touch write;
  Touch read[2];
  uint8_t valid;    // bit per byte: part of a buffer
  uint8_t written;  // bit per byte
  uint8_t pending;  // bit per byte: target of an asynchronous copy that has not completed
};

// The word records of one range of addresses.
struct ShadowRange {
  uintptr_t base = 0;
  uintptr_t bytes = 0;
  Word* words = nullptr;  // bytes / 4
  const char* name = "";  // "global", "shared"

  bool holds(uintptr_t address) const { return address - base < bytes; }
  Word& word(uintptr_t address) const { return words[(address - base) / 4]; }
};

// Who makes an access.
struct Actor {
  uint16_t launch;
  uint32_t block;
  uint16_t thread;  // or asynchronous unit
  uint32_t stretch;
  const VectorClock* ordered;
  // Of an asynchronous unit: the stretches whose plain writes a fence has shown it, null: none.
  const VectorClock* fenced = nullptr;
  bool asynchronous = false;
  uint16_t threads = 0;  // of the block: units follow
};

inline bool ordered_before(const Touch& touch, const Actor& actor) {
  if (touch.stretch == 0 || touch.launch != actor.launch) return true;
  if (touch.block != actor.block) return false;
  return touch.thread == actor.thread || (*actor.ordered)[touch.thread] >= touch.stretch;
}

// Whether an asynchronous unit reads or overwrites what a thread wrote before, but behind no fence.
inline bool misses_fence(const Word& word, unsigned bytes, const Actor& actor) {
  const Touch& write = word.write;
  if (!actor.asynchronous || write.stretch == 0 || write.atomic != 0 ||
      write.launch != actor.launch || write.block != actor.block || (write.bytes & bytes) == 0 ||
      write.thread >= actor.threads || !ordered_before(write, actor))
    return false;
  return actor.fenced == nullptr || (*actor.fenced)[write.thread] < write.stretch;
}

// The remembered touch that an access of `bytes` of a word is in a race with, or null; then
// remembers the access.
const Touch* touch_word(
    Word& word, unsigned bytes, Access access, const Actor& actor, uint32_t site);

}  // namespace gatun::simt

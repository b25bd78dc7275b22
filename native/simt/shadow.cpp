// SPDX-License-Identifier: Apache-2.0
#include "simt/shadow.h"

namespace gatun::simt {

const Touch* touch_word(
    Word& word, unsigned bytes, Access access, const Actor& actor, uint32_t site) {
  static Touch conflict;  // a copy: the word is about to change
  const Touch* found = nullptr;
  const bool atomic = access == Access::kAtomic;
  const auto clashes = [&](const Touch& touch) {
    return (touch.bytes & bytes) != 0 && !(touch.atomic && atomic) && !ordered_before(touch, actor);
  };
  if (clashes(word.write)) {
    conflict = word.write;
    found = &conflict;
  }
  const Touch mine{actor.stretch,
                   actor.block,
                   site,
                   actor.launch,
                   static_cast<uint16_t>(actor.thread & 0x7ff),
                   static_cast<uint16_t>(bytes & 0xf),
                   atomic};
  if (access == Access::kRead) {
    // The slot of a read that this one replaces for every later writer, else the older launch's,
    // else the second.
    for (Touch& slot : word.read) {
      const bool replaces = slot.stretch == 0 || slot.launch != actor.launch ||
                            (slot.block == actor.block && slot.thread == actor.thread) ||
                            ((slot.bytes & ~bytes) == 0 && ordered_before(slot, actor));
      if (replaces) {
        slot = mine;
        return found;
      }
    }
    word.read[1] = mine;
    return found;
  }
  for (const Touch& read : word.read) {
    if (found == nullptr && clashes(read)) {
      conflict = read;
      found = &conflict;
    }
  }
  word.write = mine;
  return found;
}

}  // namespace gatun::simt

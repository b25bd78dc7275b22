// SPDX-License-Identifier: Apache-2.0
// What the emulation reports.
#pragma once

#include <cstdint>
#include <string>

namespace gatun::simt {

enum class FindingKind {
  kRace,              // two threads, one of them writing, without an order between them
  kUninitialised,     // a read of bytes that nothing has written
  kOutOfBounds,       // outside every buffer or array, or memory of the host
  kMisaligned,        // an access that is not a multiple of its size
  kDivergentBarrier,  // threads of a block at different barriers, or one that never arrives
  kIllegalMask,       // a warp operation whose mask and lanes disagree
  kMissingWait,       // a use of bytes that an asynchronous copy still owns
  kMissingFence,      // an asynchronous unit that need not see a plain write yet
  kIllegalArgument,   // operands that the instruction does not take
  kNoInstruction,     // one that the device lacks
  kUndefined,         // an operation of C++ on numbers for which it has no result
};

struct Finding {
  FindingKind kind;
  std::string text;
  std::string thread;  // kernel, block and thread
  uint32_t site = 0;   // code address in the program, 0: in the text
  uint32_t other = 0;  // of a race: the earlier access

  // With the lines of the code addresses, which are looked up here.
  std::string message() const;
};

inline const char* finding_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::kRace:
      return "race";
    case FindingKind::kUninitialised:
      return "uninitialised read";
    case FindingKind::kOutOfBounds:
      return "out of bounds";
    case FindingKind::kMisaligned:
      return "misaligned access";
    case FindingKind::kDivergentBarrier:
      return "divergent barrier";
    case FindingKind::kIllegalMask:
      return "illegal mask";
    case FindingKind::kMissingWait:
      return "missing wait";
    case FindingKind::kMissingFence:
      return "missing fence";
    case FindingKind::kIllegalArgument:
      return "illegal argument";
    case FindingKind::kNoInstruction:
      return "no such instruction";
    case FindingKind::kUndefined:
      return "undefined operation";
  }
  return "";
}

}  // namespace gatun::simt

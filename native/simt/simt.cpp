// SPDX-License-Identifier: Apache-2.0
#include "simt/simt.h"

#include "simt/machine.h"

#undef threadIdx
#undef blockIdx
#undef gridDim
#undef blockDim

namespace gatun::simt {
namespace {

Index index_of(Index3 i) {
  return {i.x, i.y, i.z};
}

}  // namespace

Index thread_index() {
  return index_of(Machine::instance().thread_position());
}
Index block_index() {
  return index_of(Machine::instance().block_position());
}
Index grid_dimensions() {
  return index_of(Machine::instance().grid_size());
}
Index block_dimensions() {
  return {static_cast<unsigned>(Machine::instance().block_threads()), 1, 1};
}
std::byte* dynamic_shared_memory() {
  return static_cast<std::byte*>(Machine::instance().dynamic_shared());
}

void synchronise_block(int barrier, int threads, const char* file, int line) {
  Machine::instance().barrier(barrier, threads, {file, line});
}

void synchronise_warp(uint32_t mask, const char* file, int line) {
  Machine::instance().warp_operation("__syncwarp", mask, nullptr, {file, line}, true,
                                     [](LaneOperands&) {});
}

uint64_t shuffle(Shuffle kind,
                 uint32_t mask,
                 uint64_t value,
                 unsigned operand,
                 int width,
                 const char* file,
                 int line) {
  struct Exchange {
    uint64_t value, result;
    unsigned operand;
    bool outside;
  } mine{value, value, operand, false};
  Machine& machine = Machine::instance();
  machine.warp_operation("__shfl_sync", mask, &mine, {file, line}, false, [&](LaneOperands& lanes) {
    for (int l = 0; l < kWarpSize; ++l) {
      auto* to = static_cast<Exchange*>(lanes[static_cast<std::size_t>(l)]);
      if (to == nullptr) continue;
      const int first = l / width * width, by = static_cast<int>(to->operand);
      int from = l;
      switch (kind) {
        case Shuffle::kIndex:
          from = first + by % width;
          break;
        case Shuffle::kUp:
          from = l - by >= first ? l - by : l;
          break;
        case Shuffle::kDown:
          from = l + by < first + width ? l + by : l;
          break;
        case Shuffle::kXor:
          from = (l ^ by) < first + width ? l ^ by : l;
          break;
      }
      const auto* source = static_cast<const Exchange*>(lanes[static_cast<std::size_t>(from)]);
      to->outside = source == nullptr;
      if (source != nullptr) to->result = source->value;
    }
  });
  if (mine.outside)
    machine.report(FindingKind::kIllegalMask, "__shfl_sync at " + describe({file, line}) +
                                                  " reads a lane that its mask does not hold");
  return mine.result;
}

uint32_t ballot(uint32_t mask, bool predicate, const char* file, int line) {
  struct Vote {
    bool predicate;
    uint32_t result;
  } mine{predicate, 0};
  Machine::instance().warp_operation(
      "a vote", mask, &mine, {file, line}, false, [](LaneOperands& lanes) {
        uint32_t result = 0;
        for (std::size_t l = 0; l < lanes.size(); ++l) {
          if (lanes[l] != nullptr && static_cast<Vote*>(lanes[l])->predicate) result |= 1U << l;
        }
        for (void* lane : lanes) {
          if (lane != nullptr) static_cast<Vote*>(lane)->result = result;
        }
      });
  return mine.result;
}

void atomic_access(void* address, std::size_t bytes) {
  Machine::instance().access(address, bytes, Access::kAtomic, __builtin_return_address(0));
}

int device_capability() {
  return Machine::instance().capability;
}

}  // namespace gatun::simt

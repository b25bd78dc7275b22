// SPDX-License-Identifier: Apache-2.0
#include "simt/mbarrier.h"

#include <algorithm>

#include "simt/machine.h"

namespace gatun::simt {
namespace {

constexpr uint32_t kMaxCount = (1U << 20) - 1;  // of arrivals, and of bytes

}  // namespace

std::size_t Machine::unit_of(const void* key) {
  const auto found = units_.find(key);
  if (found != units_.end()) return found->second;
  if (units_.size() == kMaxUnits) {
    report(FindingKind::kIllegalArgument,
           "a block has more mbarriers, warpgroups and threads that "
           "store in bulk than the emulation tells apart: " +
               std::to_string(kMaxUnits));
    abandon();
  }
  const std::size_t unit = static_cast<std::size_t>(block_threads_) + units_.size();
  units_.emplace(key, unit);
  return unit;
}

Actor Machine::unit_actor(std::size_t unit, uint32_t step, const Knowledge& known) const {
  return {launch_number_,
          block_linear_,
          static_cast<uint16_t>(unit),
          step,
          known.ordered.get(),
          known.fenced.get(),
          true,
          static_cast<uint16_t>(block_threads_)};
}

void Machine::fence_async_proxy() {
  current_->known.fenced = with_unit(current_->known.ordered, current_->index, current_->stretch);
  ++current_->stretch;
}

MBarrier& Machine::mbarrier_at(uint64_t* barrier, const char* instruction, uint32_t site) {
  const auto address = reinterpret_cast<uintptr_t>(barrier);
  const auto refuse = [&](FindingKind kind, const std::string& text) {
    report(kind, std::string(instruction) + text, site);
    abandon();
  };
  if (!in_shared(address) || address % 8 != 0)
    refuse(FindingKind::kMisaligned, " takes 8 bytes of shared memory at a multiple of 8");
  const auto found = mbarriers_.find(barrier);
  if (found == mbarriers_.end())
    refuse(FindingKind::kUninitialised, " on an mbarrier that was not initialised");
  check_words(*range_of(address), address, 8, Access::kAtomic, site, actor());
  return found->second;
}

void Machine::mbarrier_init(uint64_t* barrier, uint32_t count, uint32_t site) {
  const auto address = reinterpret_cast<uintptr_t>(barrier);
  if (!in_shared(address) || address % 8 != 0 || count == 0 || count > kMaxCount) {
    report(FindingKind::kIllegalArgument,
           "mbarrier.init takes 8 bytes of shared memory at a multiple of 8 and a count from 1 to "
           "2^20 - 1",
           site);
    abandon();
  }
  check_words(*range_of(address), address, 8, Access::kWrite, site, actor());
  MBarrier& made = mbarriers_[barrier];
  if (!made.waiters.empty() || !made.loads.empty()) {
    report(FindingKind::kIllegalArgument, "mbarrier.init of a barrier in use", site);
    abandon();
  }
  made = MBarrier{};
  made.unit = unit_of(barrier);
  made.count = made.pending = count;
  made.maker = current_->index;
  made.made_in = current_->stretch;
}

void Machine::mbarrier_arrive(uint64_t* barrier, uint32_t expected_bytes, uint32_t site) {
  MBarrier& b = mbarrier_at(barrier, "mbarrier.arrive", site);
  if (b.pending == 0 || expected_bytes > kMaxCount) {
    report(FindingKind::kIllegalArgument,
           b.pending == 0 ? "more arrivals at an mbarrier than its phase takes"
                          : "mbarrier.arrive.expect_tx of 2^20 bytes or more",
           site);
    abandon();
  }
  b.expected_bytes += expected_bytes;
  b.arriving.add(current_->known, current_->index, current_->stretch++);
  --b.pending;
  try_complete(b, !b.waiters.empty());
}

bool Machine::mbarrier_try_wait(uint64_t* barrier,
                                uint32_t parity,
                                const Site& site,
                                uint32_t code) {
  MBarrier& b = mbarrier_at(barrier, "mbarrier.try_wait", code);
  const auto complete = [&] { return (b.phase & 1U) != parity; };
  if (parity > 1) {
    report(FindingKind::kIllegalArgument, "the parity of an mbarrier's phase is 0 or 1", code);
    abandon();
  }
  if (!complete()) try_complete(b, true);
  if (complete()) {
    current_->polled = nullptr;
    if (!b.completed.empty()) current_->known = b.completed.learnt_by(current_->known);
    return true;
  }
  if (current_->polled != barrier) {  // it may say no at any time: callers ask again
    current_->polled = barrier;
    fibers_.suspend();
    return false;
  }
  current_->polled = nullptr;
  b.waiters.push_back(current_);
  suspend("an mbarrier", site);
  return true;
}

void Machine::try_complete(MBarrier& b, bool awaited) {
  if (b.pending != 0) return;
  if (awaited) {
    const std::vector<PendingLoad> loads = std::move(b.loads);
    b.loads.clear();
    for (const PendingLoad& load : loads) run_load(load, b);
  }
  if (!b.loads.empty()) return;
  if (b.expected_bytes < 0) {
    report(FindingKind::kIllegalArgument,
           "bulk copies bring " + std::to_string(-b.expected_bytes) +
               " bytes more to an mbarrier than its phase was told to expect");
    abandon();
  }
  if (b.expected_bytes != 0) return;
  b.arriving.add_unit(b.unit, b.phase + 1);
  b.completed = std::move(b.arriving);
  b.arriving = b.completed.successor();
  ++b.phase;
  b.pending = b.count;
  for (Thread* thread : b.waiters) {
    thread->known = b.completed.learnt_by(thread->known);
    thread->state = Thread::State::kReady;
  }
  b.waiters.clear();
}

}  // namespace gatun::simt

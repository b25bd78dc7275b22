// SPDX-License-Identifier: Apache-2.0
#include "simt/machine.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string_view>
#include <utility>

namespace gatun::simt {
namespace {

std::string coordinates(Index3 i) {
  return std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z);
}

bool same(const Site& a, const Site& b) {
  return a.line == b.line && (a.file == b.file || std::strcmp(a.file, b.file) == 0);
}

}  // namespace

std::string describe(const Site& site) {
  const char* slash = site.file == nullptr ? nullptr : std::strrchr(site.file, '/');
  const std::string file = slash != nullptr ? slash + 1 : site.file == nullptr ? "?" : site.file;
  return file + ":" + std::to_string(site.line);
}

Machine& Machine::instance() {
  static Machine machine;
  return machine;
}

bool Machine::launch(const char* name,
                     Index3 grid,
                     int threads,
                     std::size_t dynamic_shared_bytes,
                     void (*body)(const void*),
                     const void* context) {
  const std::lock_guard<std::mutex> alone(host_);
  if (launches_before_refusal >= 0 && launches_before_refusal-- == 0) return false;
  if (threads <= 0 || threads > kMaxThreads || grid.x == 0 || grid.y == 0 || grid.z == 0 ||
      grid.y > 65535 || grid.z > 65535 || dynamic_shared_bytes > shared_limit)
    return false;
  kernel_ = name;
  grid_ = grid;
  block_threads_ = threads;
  dynamic_shared_bytes_ = dynamic_shared_bytes;
  body_ = body;
  context_ = context;
  abandoned_ = false;
  ++launch_count_;
  ++launched_[name];
  if (++launch_number_ == 0) {  // the number wraps: forget who touched what
    for (uintptr_t a = 0; a < used_end_ - global_.base; a += 4) {
      Word& word = global_.words[a / 4];
      word.write = word.read[0] = word.read[1] = Touch{};
    }
    launch_number_ = 1;
  }
  random_.seed(schedule.seed);
  const uint32_t blocks = grid.x * grid.y * grid.z;
  std::vector<uint32_t> order(blocks);
  std::iota(order.begin(), order.end(), 0U);
  if (schedule.order == Schedule::Order::kReverse) std::reverse(order.begin(), order.end());
  if (schedule.order == Schedule::Order::kShuffled)
    std::shuffle(order.begin(), order.end(), random_);
  for (const uint32_t linear : order) {
    run_block({linear % grid.x, linear / grid.x % grid.y, linear / grid.x / grid.y}, linear);
    if (abandoned_) break;
  }
  return true;
}

int64_t Machine::launches(const char* name) const {
  const auto found = launched_.find(std::string_view(name));
  return found == launched_.end() ? 0 : found->second;
}

void Machine::run_block(Index3 position, uint32_t linear) {
  block_position_ = position;
  block_linear_ = linear;
  reset_shared();
  const auto count = static_cast<std::size_t>(block_threads_);
  const auto nothing = std::make_shared<const VectorClock>(count + kMaxUnits, 0U);
  threads_.clear();
  threads_.resize(count);
  for (auto& barrier : barriers_) barrier = {};
  units_.clear();
  mbarriers_.clear();
  warpgroups_.clear();
  warpgroups_.resize((count + kWarpgroupSize - 1) / kWarpgroupSize);
  warp_operations_.assign((count + kWarpSize - 1) / kWarpSize, {});
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  if (schedule.order == Schedule::Order::kReverse) std::reverse(order.begin(), order.end());
  for (std::size_t t = 0; t < count; ++t) {
    threads_[t].index = static_cast<uint16_t>(t);
    threads_[t].position = {static_cast<unsigned>(t), 0, 0};
    threads_[t].state = Thread::State::kReady;
    threads_[t].known.ordered = nothing;
    fibers_.prepare(static_cast<int>(t), enter_thread);
  }
  while (live_threads() > 0 && !abandoned_) {
    bool progressed = false;
    if (schedule.order == Schedule::Order::kShuffled)
      std::shuffle(order.begin(), order.end(), random_);
    for (const int t : order) {
      if (threads_[static_cast<std::size_t>(t)].state != Thread::State::kReady) continue;
      progressed = true;
      current_ = &threads_[static_cast<std::size_t>(t)];
      fibers_.resume(t);
      current_ = nullptr;
      if (abandoned_) break;
    }
    if (!progressed) report_deadlock();
  }
  if (abandoned_) fibers_.forget_frames();
  if (!abandoned_) check_everything_done();
  if (counting) log_.close(0, block_threads_ - 1);
}

void Machine::enter_thread() {
  Machine& machine = instance();
  machine.fibers_.entered();
  machine.body_(machine.context_);
  machine.thread_exits(*machine.current_);
  machine.fibers_.suspend();
}

void Machine::suspend(const char* waits_for, const Site& site) {
  current_->state = Thread::State::kWaiting;
  current_->waits_for = waits_for;
  current_->waits_at = site;
  fibers_.suspend();
}

void Machine::abandon() {
  abandoned_ = true;
  fibers_.suspend();
  __builtin_unreachable();
}

int Machine::live_threads() const {
  return static_cast<int>(std::count_if(threads_.begin(), threads_.end(), [](const Thread& t) {
    return t.state != Thread::State::kDone;
  }));
}

void Machine::thread_exits(Thread& thread) {
  bool pending = !thread.open_copies.empty();
  for (const auto& group : thread.copy_groups) pending = pending || !group.empty();
  pending = pending || !thread.open_stores.empty();
  for (const auto& group : thread.store_groups) pending = pending || !group.empty();
  if (pending)
    report(FindingKind::kMissingWait,
           "a thread returns before the asynchronous copies that it started are complete");
  thread.state = Thread::State::kDone;
  const uint32_t lane = 1U << (thread.index % kWarpSize);
  for (const WarpOperation& op : warp_operations_[thread.index / kWarpSize]) {
    if ((op.mask & lane) != 0)
      report(FindingKind::kIllegalMask, std::string(op.name) + " at " + describe(op.site) +
                                            " waits for a lane of its mask that has returned");
  }
  // __syncthreads is for the threads that have not returned.
  Barrier& all = barriers_[0];
  if (!all.waiting.empty() && all.expected == 0 &&
      static_cast<int>(all.arrived.size()) == live_threads())
    release_barrier(all);
}

void Machine::report_deadlock() {
  std::string text = "no thread can go on:";
  int shown = 0;
  for (const Thread& t : threads_) {
    if (t.state != Thread::State::kWaiting) continue;
    const bool seen =
        std::any_of(threads_.begin(), threads_.begin() + t.index, [&](const Thread& other) {
          return other.state == Thread::State::kWaiting && same(other.waits_at, t.waits_at);
        });
    if (seen || ++shown > 4) continue;
    text += std::string(" thread ") + std::to_string(t.index) + " waits for " + t.waits_for +
            " at " + describe(t.waits_at) + ";";
  }
  for (const auto& [address, barrier] : mbarriers_) {
    if (!barrier.waiters.empty())
      text += " an mbarrier in phase " + std::to_string(barrier.phase) + " has " +
              std::to_string(barrier.pending) + " arrivals and " +
              std::to_string(barrier.expected_bytes) + " bytes to come;";
  }
  report(FindingKind::kDivergentBarrier, text);
  abandoned_ = true;
}

// ---- synchronisation ----------------------------------------------------------------------------

Machine::Barrier& Machine::arrive_at(int number, int count, const Site& site) {
  if (number < 0 || number >= static_cast<int>(barriers_.size()) || count % kWarpSize != 0) {
    report(FindingKind::kIllegalArgument, "barrier " + std::to_string(number) + " at " +
                                              describe(site) + " counts " + std::to_string(count) +
                                              " threads, expected one of 16 and whole warps");
    abandon();
  }
  Barrier& barrier = barriers_[static_cast<std::size_t>(number)];
  if (barrier.arrived.empty()) {
    barrier.site = site;
    barrier.expected = count;
  } else if (barrier.expected != count || (count == 0 && !same(barrier.site, site)) ||
             std::find(barrier.arrived.begin(), barrier.arrived.end(), current_->index) !=
                 barrier.arrived.end()) {
    report(FindingKind::kDivergentBarrier,
           "threads of a block wait at " + describe(barrier.site) + " and at " + describe(site));
    abandon();
  }
  barrier.arrived.push_back(current_->index);
  barrier.handover.add(current_->known, current_->index, current_->stretch++);
  return barrier;
}

void Machine::barrier(int number, int count, const Site& site) {
  Barrier& barrier = arrive_at(number, count, site);
  barrier.waiting.push_back(current_);
  const int expected = count == 0 ? live_threads() : count;
  if (static_cast<int>(barrier.arrived.size()) == expected) {
    release_barrier(barrier);
  } else {
    suspend("a barrier", site);
  }
}

void Machine::barrier_arrive(int number, int count, const Site& site) {
  Barrier& barrier = arrive_at(number, count, site);
  if (static_cast<int>(barrier.arrived.size()) == count) release_barrier(barrier);
}

void Machine::release_barrier(Barrier& barrier) {
  for (Thread* thread : barrier.waiting) {
    thread->known = barrier.handover.all();
    if (thread->state == Thread::State::kWaiting) thread->state = Thread::State::kReady;
  }
  if (counting) {
    ++log_.counters.barriers;
    for (const uint16_t thread : barrier.arrived) log_.close(thread, thread);
  }
  barrier = {};
}

void Machine::order_together(const std::vector<Thread*>& threads) {
  Handover handover;
  for (Thread* thread : threads) handover.add(thread->known, thread->index, thread->stretch++);
  for (Thread* thread : threads) thread->known = handover.all();
}

void Machine::warp_operation(const char* name,
                             uint32_t mask,
                             void* operand,
                             const Site& site,
                             bool fences,
                             const std::function<void(LaneOperands&)>& execute) {
  Thread& me = *current_;
  const int lane = me.index % kWarpSize;
  const int first = me.index - lane;
  auto& open = warp_operations_[static_cast<std::size_t>(me.index / kWarpSize)];
  const auto refuse = [&](const std::string& text) {
    report(FindingKind::kIllegalMask, std::string(name) + " at " + describe(site) + ": " + text);
    abandon();
  };
  if ((mask >> lane & 1U) == 0) refuse("the mask does not hold the lane that calls it");
  auto op = std::find_if(open.begin(), open.end(),
                         [&](const WarpOperation& o) { return (o.mask & mask) != 0; });
  if (op == open.end()) {
    for (int l = 0; l < kWarpSize; ++l) {
      if ((mask >> l & 1U) != 0 &&
          (first + l >= block_threads_ ||
           threads_[static_cast<std::size_t>(first + l)].state == Thread::State::kDone))
        refuse("the mask holds lane " + std::to_string(l) + ", which has returned or is not there");
    }
    open.push_back({name, mask, 0, site});
    op = open.end() - 1;
  } else if (op->mask != mask || std::strcmp(op->name, name) != 0 || !same(op->site, site) ||
             (op->arrived >> lane & 1U) != 0) {
    refuse("other lanes of the warp wait in " + std::string(op->name) + " at " +
           describe(op->site) + (op->mask != mask ? " with another mask" : ""));
  }
  me.operand = operand;
  op->arrived |= 1U << lane;
  if (op->arrived != mask) {
    suspend(name, site);
    return;
  }
  LaneOperands operands{};
  std::vector<Thread*> lanes;
  for (int l = 0; l < kWarpSize; ++l) {
    if ((mask >> l & 1U) == 0) continue;
    lanes.push_back(&threads_[static_cast<std::size_t>(first + l)]);
    operands[static_cast<std::size_t>(l)] = lanes.back()->operand;
  }
  open.erase(op);
  if (fences) order_together(lanes);
  execute(operands);
  for (Thread* thread : lanes) thread->state = Thread::State::kReady;
  if (counting) log_.close(me.index, me.index);
}

// ---- asynchronous copies of a thread
// ------------------------------------------------------------------------

void Machine::set_pending(uintptr_t target, std::size_t bytes, bool pending) {
  const ShadowRange* range = range_of(target);
  for (std::size_t i = 0; i < bytes; i += 4) range->word(target + i).pending = pending ? 0xf : 0;
}

void Machine::start_copy(const AsyncCopy& copy) {
  const auto target = reinterpret_cast<uintptr_t>(copy.target);
  const auto source = reinterpret_cast<uintptr_t>(copy.source);
  const auto bytes = static_cast<uintptr_t>(copy.bytes);
  if ((copy.bytes != 4 && copy.bytes != 8 && copy.bytes != 16) || copy.source_bytes < 0 ||
      copy.source_bytes > copy.bytes || !in_shared(target)) {
    report(FindingKind::kIllegalArgument,
           "cp.async copies 4, 8 or 16 bytes to shared memory, from no more bytes", copy.site);
    abandon();
  }
  if (target % bytes != 0 || source % bytes != 0)
    report(FindingKind::kMisaligned,
           "cp.async of " + std::to_string(copy.bytes) + " bytes between unaligned addresses",
           copy.site);
  check_words(*range_of(target), target, bytes, Access::kWrite, copy.site, actor());
  set_pending(target, bytes, true);
  if (counting) {
    log_.add(current_->index, copy.site, target, bytes, true);
    if (copy.source_bytes > 0)
      log_.add(current_->index, copy.site + 1, source, static_cast<std::size_t>(copy.source_bytes),
               false);
  }
  current_->open_copies.push_back(copy);
}

void Machine::commit_copies() {
  current_->copy_groups.push_back(std::move(current_->open_copies));
  current_->open_copies.clear();
}

void Machine::wait_copies(int pending_groups) {
  auto& groups = current_->copy_groups;
  while (static_cast<int>(groups.size()) > pending_groups) {
    finish_copies(groups.front());
    groups.erase(groups.begin());
  }
}

void Machine::finish_copies(std::vector<AsyncCopy>& copies) {
  for (const AsyncCopy& copy : copies) {
    const auto target = reinterpret_cast<uintptr_t>(copy.target);
    const auto source = reinterpret_cast<uintptr_t>(copy.source);
    const auto taken = static_cast<std::size_t>(copy.source_bytes);
    set_pending(target, static_cast<std::size_t>(copy.bytes), false);
    if (taken > 0) {
      const ShadowRange* from = range_of(source);
      if (from == nullptr) {
        report(FindingKind::kOutOfBounds, "cp.async reads memory of the host", copy.site);
        abandon();
      }
      check_words(*from, source, taken, Access::kRead, copy.site, actor());
      std::memcpy(copy.target, copy.source, taken);
    }
    std::memset(static_cast<char*>(copy.target) + taken, 0,
                static_cast<std::size_t>(copy.bytes) - taken);
    check_words(*range_of(target), target, static_cast<std::size_t>(copy.bytes), Access::kWrite,
                copy.site, actor());
  }
}

void Machine::require(int since, bool only, const char* instruction, uint32_t site) {
  if (!is_strict || (only ? capability == since : capability >= since)) return;
  report(FindingKind::kNoInstruction,
         std::string(instruction) + " on a device of capability " + std::to_string(capability),
         site);
  abandon();
}

// ---- findings -----------------------------------------------------------------------------------

void Machine::report(FindingKind kind, const std::string& text, uint32_t site, uint32_t other) {
  if (site != 0) {
    const std::pair<FindingKind, uint32_t> key{kind, site};
    if (std::find(reported_.begin(), reported_.end(), key) != reported_.end()) return;
    reported_.push_back(key);
  }
  if (findings_.size() >= 16) return;
  std::string where = std::string(kernel_);
  if (current_ != nullptr)
    where +=
        ", block " + coordinates(block_position_) + ", thread " + std::to_string(current_->index);
  findings_.push_back({kind, text, where, site, other});
}

std::vector<Finding> Machine::take_findings() {
  const std::lock_guard<std::mutex> alone(host_);
  reported_.clear();
  return std::exchange(findings_, {});
}

Counters Machine::take_counters() {
  return std::exchange(log_.counters, {});
}

}  // namespace gatun::simt

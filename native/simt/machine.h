// SPDX-License-Identifier: Apache-2.0
// The emulated device: memory whose every byte is watched, and launches that run the threads of one
// block after another as fibers on the calling thread.
//
// There is one device per process: the compiler's memory hooks have no other place to find it. The
// threads of a block switch only where they synchronise; the order in which they run is a choice of
// Schedule, and what depends on it is a finding or shows as different bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "simt/counters.h"
#include "simt/fiber.h"
#include "simt/finding.h"
#include "simt/shadow.h"

namespace gatun::simt {

struct Index3 {
  unsigned x, y, z;
};

// A place in a kernel's source.
struct Site {
  const char* file = nullptr;
  int line = 0;
};
std::string describe(const Site& site);

struct Schedule {
  enum class Order { kForward, kReverse, kShuffled };
  Order order = Order::kForward;
  uint32_t seed = 0;
};

// A copy that a thread has asked for and not yet waited for.
struct AsyncCopy {
  void* target;
  const void* source;
  int bytes;         // of the target
  int source_bytes;  // the rest is zeros
  uint32_t site;
};

struct Thread {
  enum class State : uint8_t { kReady, kWaiting, kDone };
  State state = State::kDone;
  uint16_t index = 0;
  Index3 position{};
  Site waits_at{};
  const char* waits_for = "";
  uint32_t stretch = 1;
  std::shared_ptr<const VectorClock> ordered;
  std::vector<std::vector<AsyncCopy>> copy_groups;  // committed, oldest first
  std::vector<AsyncCopy> open_copies;
  void* operand = nullptr;  // of the warp operation that it waits in
};

inline constexpr int kWarpSize = 32;
inline constexpr int kMaxThreads = 1024;

// What a warp operation sees of its lanes: the operand of each lane in the mask, else null.
using LaneOperands = std::array<void*, kWarpSize>;

class Machine {
 public:
  static Machine& instance();

  // ---- memory ----
  // Bytes that count as never written, with unowned bytes on both sides; null when there is no
  // room.
  void* allocate(std::size_t bytes);
  void release(void* buffer);
  // From the host's side: the bytes are written, by nobody that a kernel could race with.
  void host_wrote(void* data, std::size_t bytes);

  // ---- launches ----
  Schedule schedule;
  bool counting = false;
  std::size_t shared_limit = 227 << 10;  // of a block, as the architecture has it
  // Runs the grid. False if the block does not fit the device.
  bool launch(const char* name,
              Index3 grid,
              int threads,
              std::size_t dynamic_shared_bytes,
              void (*body)(const void*),
              const void* context);
  std::vector<Finding> take_findings();
  Counters take_counters();
  int64_t launches() const { return launch_count_; }

  // ---- from inside a kernel ----
  Thread* current() const { return current_; }
  Index3 thread_position() const { return current_->position; }
  Index3 block_position() const { return block_position_; }
  Index3 grid_size() const { return grid_; }
  int block_threads() const { return block_threads_; }
  void* dynamic_shared() const { return dynamic_shared_; }
  std::size_t dynamic_shared_bytes() const { return dynamic_shared_bytes_; }

  // A plain access, reported by the compiler or by a wrapper.
  void access(const void* address, std::size_t bytes, Access access, const void* code);
  // Waits for `count` threads of the block, 0: all that have not returned.
  void barrier(int number, int count, const Site& site);
  // Waits for all lanes of the mask; the last to come runs execute(operands). Orders memory if
  // `fences`.
  void warp_operation(const char* name,
                      uint32_t mask,
                      void* operand,
                      const Site& site,
                      bool fences,
                      const std::function<void(LaneOperands&)>& execute);
  // One lane's row of ldmatrix: checked as 16 bytes; the rows are counted together.
  void read_row(const void* row, const void* code);
  void count_matrix_rows(const uintptr_t (&rows)[8]);
  void count_matrix_product() {
    if (counting) ++log_.counters.matrix_products;
  }
  void start_copy(const AsyncCopy& copy);
  void commit_copies();
  void wait_copies(int pending_groups);
  void report(FindingKind kind, const std::string& text, uint32_t site = 0, uint32_t other = 0);
  // Gives up the launch from inside a thread, which does not go on.
  [[noreturn]] void abandon();
  bool in_shared(uintptr_t address) const {
    return shared_dynamic_.holds(address) || shared_static_.holds(address);
  }
  bool in_global(uintptr_t address) const { return global_.holds(address); }

 private:
  struct Barrier {
    std::vector<Thread*> arrived;
    int expected = 0;
    Site site{};
  };
  struct WarpOperation {
    const char* name;
    uint32_t mask;
    uint32_t arrived;
    Site site;
  };

  Machine();
  void reset_shared();
  void run_block(Index3 position, uint32_t linear);
  static void enter_thread();
  void suspend(const char* waits_for, const Site& site);
  void release_barrier(Barrier& barrier);
  void order_together(const std::vector<Thread*>& threads);
  int live_threads() const;
  void thread_exits(Thread& thread);
  void report_deadlock();
  void check_words(
      const ShadowRange& range, uintptr_t address, std::size_t bytes, Access access, uint32_t site);
  void finish_copies(std::vector<AsyncCopy>& copies);
  void set_pending(const AsyncCopy& copy, bool pending);
  const ShadowRange* range_of(uintptr_t address) const;
  Actor actor() const;

  ShadowRange global_, shared_dynamic_, shared_static_;
  uintptr_t next_free_ = 0;
  std::vector<std::pair<uintptr_t, std::size_t>> buffers_;
  void* dynamic_shared_ = nullptr;
  std::size_t dynamic_shared_bytes_ = 0;

  FiberPool fibers_{kMaxThreads};
  std::vector<Thread> threads_;  // of the block that runs
  int block_threads_ = 0;
  Thread* current_ = nullptr;
  Index3 grid_{}, block_position_{};
  uint32_t block_linear_ = 0;
  std::array<Barrier, 16> barriers_;
  std::vector<std::vector<WarpOperation>> warp_operations_;  // open ones of each warp
  void (*body_)(const void*) = nullptr;
  const void* context_ = nullptr;
  const char* kernel_ = "";
  uint16_t launch_number_ = 0;
  int64_t launch_count_ = 0;
  bool abandoned_ = false;
  std::mt19937 random_;

  std::vector<Finding> findings_;
  std::vector<std::pair<FindingKind, uint32_t>> reported_;
  AccessLog log_;
};

// The code address of a hook's caller, as an offset in the program that addr2line takes.
uint32_t site_of(const void* code);

}  // namespace gatun::simt

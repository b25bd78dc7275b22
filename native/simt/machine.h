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
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "simt/counters.h"
#include "simt/fiber.h"
#include "simt/finding.h"
#include "simt/handover.h"
#include "simt/mbarrier.h"
#include "simt/shadow.h"
#include "simt/tensor_map.h"
#include "simt/warpgroup.h"

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

struct PendingStore {
  BulkStore store;
  Knowledge known;  // of the thread that started it
};

struct Thread {
  enum class State : uint8_t { kReady, kWaiting, kDone };
  State state = State::kDone;
  uint16_t index = 0;
  Index3 position{};
  Site waits_at{};
  const char* waits_for = "";
  uint32_t stretch = 1;
  Knowledge known;
  std::vector<std::vector<AsyncCopy>> copy_groups;  // committed, oldest first
  std::vector<AsyncCopy> open_copies;
  void* operand = nullptr;       // of the warp operation that it waits in
  const void* polled = nullptr;  // the mbarrier whose phase was not complete when last asked
  std::vector<std::vector<PendingStore>> store_groups;  // committed, oldest first
  std::vector<PendingStore> open_stores;
  uint32_t stores = 0;                   // committed groups so far
  bool registers_fenced = false;         // by wgmma.fence, since the last wait
  std::vector<RegisterRange> in_flight;  // accumulators that wgmma has not been seen to fill
};

inline constexpr int kWarpSize = 32;
inline constexpr int kMaxThreads = 1024;
// Asynchronous units of a block: its mbarriers, warpgroups and threads that store in bulk.
inline constexpr int kMaxUnits = 48;

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
  int capability = 80;                   // what launchers are told
  bool is_strict = false;                // kernels of other architectures do not run
  int64_t launches_before_refusal = -1;  // one launch is refused after so many; negative: none
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
  // Of the kernel of this name.
  int64_t launches(const char* name) const;

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
  // Is one of the `count` threads that barrier() waits for, and goes on.
  void barrier_arrive(int number, int count, const Site& site);
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

  // mbarrier.cpp
  void mbarrier_init(uint64_t* barrier, uint32_t count, uint32_t site);
  void mbarrier_arrive(uint64_t* barrier, uint32_t expected_bytes, uint32_t site);
  // Whether the phase of this parity is complete; if not, other threads get to run first.
  bool mbarrier_try_wait(uint64_t* barrier, uint32_t parity, const Site& site, uint32_t code);
  // What the thread wrote is there for asynchronous units whoever is ordered behind this.
  void fence_async_proxy();

  // bulk_copy.cpp
  void bulk_load(const BulkLoad& load, uint64_t* barrier);
  void bulk_store(const BulkStore& store);
  void bulk_commit();
  void bulk_wait(int pending_groups);

  // warpgroup.cpp
  void wgmma_fence();
  void wgmma(const WgmmaCall& call);
  void wgmma_commit(uint32_t site);
  void wgmma_wait(int pending_groups, uint32_t site);
  void set_registers(int count, bool increase, int line, uint32_t site);
  uint32_t shared_address(const void* pointer) const;

  // Gives up where a strict device lacks the instruction: it came with `since`, and left with the
  // next architecture where `only`.
  void require(int since, bool only, const char* instruction, uint32_t site);
  void report(FindingKind kind, const std::string& text, uint32_t site = 0, uint32_t other = 0);
  // Gives up the launch from inside a thread, which does not go on.
  [[noreturn]] void abandon();
  bool in_shared(uintptr_t address) const {
    return shared_dynamic_.holds(address) || shared_static_.holds(address);
  }
  bool in_global(uintptr_t address) const { return global_.holds(address); }

 private:
  struct Barrier {
    std::vector<Thread*> waiting;
    std::vector<uint16_t> arrived;  // threads
    int expected = 0;
    Site site{};
    Handover handover;
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
  Barrier& arrive_at(int number, int count, const Site& site);
  void release_barrier(Barrier& barrier);
  void order_together(const std::vector<Thread*>& threads);
  int live_threads() const;
  void thread_exits(Thread& thread);
  void report_deadlock();
  void check_words(const ShadowRange& range,
                   uintptr_t address,
                   std::size_t bytes,
                   Access access,
                   uint32_t site,
                   const Actor& me);
  // The range of bytes that an asynchronous unit is asked to work on; gives up if there is none.
  const ShadowRange& range_for_unit(uintptr_t address,
                                    std::size_t bytes,
                                    bool shared,
                                    uint32_t site);
  void finish_copies(std::vector<AsyncCopy>& copies);
  void set_pending(uintptr_t target, std::size_t bytes, bool pending);
  const ShadowRange* range_of(uintptr_t address);
  Actor actor() const;

  // The number, behind the threads, of the unit that `key` stands for.
  std::size_t unit_of(const void* key);
  Actor unit_actor(std::size_t unit, uint32_t step, const Knowledge& known) const;
  MBarrier& mbarrier_at(uint64_t* barrier, const char* instruction, uint32_t site);
  void try_complete(MBarrier& barrier, bool awaited);
  void run_load(const PendingLoad& load, MBarrier& barrier);
  void run_stores(const std::vector<PendingStore>& stores, uint32_t group);
  // Waits for the 128 threads of the warpgroup; the last to come runs execute(threads, operands).
  void warpgroup_operation(const char* name,
                           void* operand,
                           uint32_t site,
                           const std::function<void(Warpgroup&)>& execute);
  Warpgroup& warpgroup_of(const Thread& thread);
  void issue_wgmma(Warpgroup& group);
  void finish_product(const WgmmaProduct& product, const Warpgroup& group);
  template <typename Sum>
  void multiply(const WgmmaProduct& product) const;
  void read_matrix(const MatrixOperand& matrix, const Actor& unit, uint32_t site);
  // 16 bytes of an operand: of a row, or of a column of k if it is transposed.
  const unsigned char* matrix_piece(const MatrixOperand& matrix, int line, int piece) const;
  void check_registers(uintptr_t address, std::size_t bytes, uint32_t site);
  void check_everything_done();

  ShadowRange global_, shared_dynamic_, shared_static_;
  uintptr_t used_end_ = 0;          // no buffer was ever behind
  uintptr_t shared_end_ = 0;        // of the last block's dynamic shared memory
  bool shared_static_used_ = true;  // since it was reset
  std::map<uintptr_t, std::size_t> buffers_;
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
  std::map<std::string, int64_t, std::less<>> launched_;  // by kernel
  bool abandoned_ = false;
  std::mt19937 random_;
  std::map<const void*, std::size_t> units_;
  std::map<const uint64_t*, MBarrier> mbarriers_;
  std::vector<Warpgroup> warpgroups_;
  std::mutex host_;  // one thread of the host at a time

  std::vector<Finding> findings_;
  std::vector<std::pair<FindingKind, uint32_t>> reported_;
  AccessLog log_;
};

// The code address of a hook's caller, as an offset in the program that addr2line takes.
uint32_t site_of(const void* code);

}  // namespace gatun::simt

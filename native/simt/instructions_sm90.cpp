// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "simt/instructions.h"
#include "simt/machine.h"

namespace gatun::simt {

void barrier_arrive(int barrier, int threads, const char* file, int line) {
  Machine::instance().barrier_arrive(barrier, threads, {file, line});
}

// Whoever copies by TMA makes an mbarrier first.
void mbarrier_init(uint64_t* barrier, uint32_t count) {
  const uint32_t site = site_of(__builtin_return_address(0));
  Machine::instance().require(90, false, "mbarrier.init", site);
  Machine::instance().mbarrier_init(barrier, count, site);
}
void mbarrier_arrive(uint64_t* barrier, uint32_t expected_bytes) {
  Machine::instance().mbarrier_arrive(barrier, expected_bytes,
                                      site_of(__builtin_return_address(0)));
}
bool mbarrier_try_wait(uint64_t* barrier, uint32_t parity, const char* file, int line) {
  return Machine::instance().mbarrier_try_wait(barrier, parity, {file, line},
                                               site_of(__builtin_return_address(0)));
}
void fence_async_proxy() {
  Machine::instance().fence_async_proxy();
}

// Which lane is elected is the machine's choice: the first here, the last where threads run in
// reverse.
bool elect_one(const char* file, int line) {
  Machine& machine = Machine::instance();
  machine.warp_operation("elect.sync", 0xffffffffU, nullptr, {file, line}, false,
                         [](LaneOperands&) {});
  const int chosen = machine.schedule.order == Schedule::Order::kReverse ? kWarpSize - 1 : 0;
  return machine.current()->index % kWarpSize == chosen;
}

void tma_load(
    void* target, const TensorMap& map, uint64_t* barrier, int rank, const int32_t* coordinates) {
  BulkLoad load{target, true, map, {}, nullptr, 0, site_of(__builtin_return_address(0))};
  if (map.rank != rank) load.map.magic = 0;
  std::copy_n(coordinates, rank, load.coordinates);
  Machine::instance().bulk_load(load, barrier);
}
void tma_store(const TensorMap& map, int rank, const int32_t* coordinates, const void* source) {
  BulkStore store{source, true, map, {}, nullptr, 0, site_of(__builtin_return_address(0))};
  if (map.rank != rank) store.map.magic = 0;
  std::copy_n(coordinates, rank, store.coordinates);
  Machine::instance().bulk_store(store);
}
void bulk_load(void* target, const void* source, uint32_t bytes, uint64_t* barrier) {
  Machine::instance().bulk_load(
      {target, false, {}, {}, source, bytes, site_of(__builtin_return_address(0))}, barrier);
}
void bulk_store(void* target, const void* source, uint32_t bytes) {
  Machine::instance().bulk_store(
      {source, false, {}, {}, target, bytes, site_of(__builtin_return_address(0))});
}
void bulk_commit() {
  Machine::instance().bulk_commit();
}
void bulk_wait(int pending_groups) {
  Machine::instance().bulk_wait(pending_groups);
}

uint32_t shared_address(const void* pointer) {
  return Machine::instance().shared_address(pointer);
}
void wgmma_fence() {
  Machine::instance().wgmma_fence();
}
void wgmma(WgmmaCall call) {
  call.site = site_of(__builtin_return_address(0));
  Machine::instance().require(90, true, "wgmma", call.site);
  Machine::instance().wgmma(call);
}
void wgmma_commit() {
  Machine::instance().wgmma_commit(site_of(__builtin_return_address(0)));
}
void wgmma_wait(int pending_groups) {
  Machine::instance().wgmma_wait(pending_groups, site_of(__builtin_return_address(0)));
}
void set_registers(int count, bool increase, int line) {
  Machine::instance().set_registers(count, increase, line, site_of(__builtin_return_address(0)));
}

}  // namespace gatun::simt

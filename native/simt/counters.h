// SPDX-License-Identifier: Apache-2.0
// Memory transactions that a GPU would need, counted from the accesses of each warp.
//
// Lanes that execute the same instruction between the same two synchronisations make one request.
// A request to global memory takes one sector per distinct 32 bytes; a request to shared memory
// takes as many passes as the busiest of the 32 banks has distinct words, in groups of 32, 16 or 8
// lanes for elements of 4, 8 or 16 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "simt/shadow.h"

namespace gatun::simt {

struct Counters {
  int64_t global_requests = 0;
  int64_t global_sectors = 0;
  int64_t ideal_sectors = 0;  // bytes that were asked for / 32, at least 1 per request
  int64_t global_bytes = 0;
  int64_t shared_requests = 0;  // groups of lanes
  int64_t shared_passes = 0;
  int64_t matrix_products = 0;     // mma instructions of a warp
  int64_t warpgroup_products = 0;  // wgmma instructions of a warpgroup
  int64_t barriers = 0;
};

class AccessLog {
 public:
  void add(int thread, uint32_t site, uintptr_t address, std::size_t bytes, bool shared);
  // One instruction of a whole group of lanes, such as the rows of a matrix that ldmatrix reads.
  void add_shared_group(const uintptr_t* addresses, int lanes, std::size_t bytes);
  // A run of bytes of global memory that a bulk copy moves.
  void add_bulk(uintptr_t address, std::size_t bytes);
  // Ends the stretch of these threads: what they did is matched up and counted.
  void close(int first_thread, int last_thread);
  Counters counters;

 private:
  struct Entry {
    uintptr_t address;
    uint16_t lane;
    uint16_t bytes;
    bool shared;
  };
  void count_global(const std::vector<Entry>& request);
  void count_shared(const std::vector<Entry>& request);

  struct Warp {
    std::unordered_map<uint64_t, std::vector<Entry>> requests;  // by site and repetition
    std::unordered_map<uint64_t, uint32_t> repetitions;         // by site and lane
  };
  std::vector<Warp> warps_;
};

}  // namespace gatun::simt

// SPDX-License-Identifier: Apache-2.0
#include "simt/counters.h"

#include <algorithm>
#include <array>

namespace gatun::simt {
namespace {

constexpr int kLanes = 32;
constexpr uintptr_t kSectorBytes = 32;
constexpr uintptr_t kBanks = 32;

int64_t passes(const uintptr_t* addresses, std::size_t lanes, std::size_t bytes) {
  std::array<std::vector<uintptr_t>, kBanks> words;
  std::size_t busiest = 1;
  for (std::size_t i = 0; i < lanes; ++i) {
    for (uintptr_t byte = 0; byte < std::max<std::size_t>(bytes, 1); byte += 4) {
      const uintptr_t word = (addresses[i] + byte) / 4;
      auto& bank = words[word % kBanks];
      if (std::find(bank.begin(), bank.end(), word) == bank.end()) bank.push_back(word);
      busiest = std::max(busiest, bank.size());
    }
  }
  return static_cast<int64_t>(busiest);
}

}  // namespace

void AccessLog::add(int thread, uint32_t site, uintptr_t address, std::size_t bytes, bool shared) {
  const auto warp = static_cast<std::size_t>(thread / kLanes);
  const auto lane = static_cast<unsigned>(thread % kLanes);
  if (warps_.size() <= warp) warps_.resize(warp + 1);
  Warp& mine = warps_[warp];
  const uint64_t repetition = mine.repetitions[uint64_t{site} << 5 | lane]++;
  mine.requests[uint64_t{site} << 32 | repetition].push_back(
      {address, static_cast<uint16_t>(lane), static_cast<uint16_t>(bytes), shared});
}

void AccessLog::add_shared_group(const uintptr_t* addresses, int lanes, std::size_t bytes) {
  ++counters.shared_requests;
  counters.shared_passes += passes(addresses, static_cast<std::size_t>(lanes), bytes);
}

void AccessLog::add_bulk(uintptr_t address, std::size_t bytes) {
  const auto count = static_cast<int64_t>(bytes);
  ++counters.global_requests;
  counters.global_sectors +=
      static_cast<int64_t>((address + bytes - 1) / kSectorBytes - address / kSectorBytes) + 1;
  counters.ideal_sectors += (count + 31) / 32;
  counters.global_bytes += count;
}

void AccessLog::close(int first_thread, int last_thread) {
  const auto end = static_cast<std::size_t>(last_thread / kLanes);
  for (auto w = static_cast<std::size_t>(first_thread / kLanes); w <= end && w < warps_.size();
       ++w) {
    for (const auto& [key, request] : warps_[w].requests) {
      request.front().shared ? count_shared(request) : count_global(request);
    }
    warps_[w].requests.clear();
    warps_[w].repetitions.clear();
  }
}

void AccessLog::count_global(const std::vector<Entry>& request) {
  std::vector<uintptr_t> sectors;
  std::vector<uintptr_t> asked;  // distinct words: lanes may read the same ones
  for (const Entry& e : request) {
    for (uintptr_t s = e.address / kSectorBytes; s <= (e.address + e.bytes - 1) / kSectorBytes; ++s)
      sectors.push_back(s);
    for (uintptr_t b = 0; b < e.bytes; ++b) asked.push_back(e.address + b);
  }
  const auto distinct = [](std::vector<uintptr_t>& v) {
    std::sort(v.begin(), v.end());
    return static_cast<int64_t>(std::unique(v.begin(), v.end()) - v.begin());
  };
  const int64_t bytes = distinct(asked);
  ++counters.global_requests;
  counters.global_sectors += distinct(sectors);
  counters.ideal_sectors += (bytes + 31) / 32;
  counters.global_bytes += bytes;
}

void AccessLog::count_shared(const std::vector<Entry>& request) {
  const std::size_t bytes = request.front().bytes;
  const unsigned group = bytes >= 16 ? 8 : bytes == 8 ? 16 : kLanes;
  for (unsigned first = 0; first < kLanes; first += group) {
    std::array<uintptr_t, kLanes> addresses{};
    std::size_t lanes = 0;
    for (const Entry& e : request) {
      if (e.lane >= first && e.lane < first + group) addresses[lanes++] = e.address;
    }
    if (lanes == 0) continue;
    ++counters.shared_requests;
    counters.shared_passes += passes(addresses.data(), lanes, bytes);
  }
}

}  // namespace gatun::simt

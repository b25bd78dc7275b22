// SPDX-License-Identifier: Apache-2.0
// TMA: boxes of tensors and runs of bytes, between global and shared memory.
#include <algorithm>
#include <cstring>

#include "simt/machine.h"

namespace gatun::simt {
namespace {

constexpr std::size_t kPiece = 16;  // what a swizzle moves

std::size_t box_bytes(const TensorMap& map) {
  std::size_t bytes = map.element_bytes;
  for (int i = 0; i < map.rank; ++i) bytes *= map.box[i];
  return bytes;
}

// Calls row(offset in the box, bytes, address in global memory or null, bytes there before `bytes`,
// bytes there) for each innermost row of the box.
template <typename Row>
void for_each_row(const TensorMap& map, const int32_t* coordinates, Row row) {
  const std::size_t inner = std::size_t{map.box[0]} * map.element_bytes;
  const std::size_t rows = box_bytes(map) / inner;
  const int64_t first = coordinates[0], size = static_cast<int64_t>(map.sizes[0]);
  // Elements of the row that are in the tensor.
  const int64_t begin = std::clamp<int64_t>(-first, 0, map.box[0]);
  const int64_t end = std::clamp<int64_t>(size - first, begin, map.box[0]);
  for (std::size_t r = 0; r < rows; ++r) {
    std::size_t rest = r;
    const char* address = static_cast<const char*>(map.data);
    bool inside = end > begin;
    for (int i = 1; i < map.rank; ++i) {
      const int64_t at = int64_t{coordinates[i]} + static_cast<int64_t>(rest % map.box[i]);
      rest /= map.box[i];
      inside = inside && at >= 0 && at < static_cast<int64_t>(map.sizes[i]);
      address += at * static_cast<int64_t>(map.strides[i]);
    }
    address += (first + begin) * map.element_bytes;
    row(r * inner, inner, inside ? address : nullptr,
        static_cast<std::size_t>(begin) * map.element_bytes,
        inside ? static_cast<std::size_t>(end - begin) * map.element_bytes : 0);
  }
}

}  // namespace

bool encode_tensor_map(TensorMap* map,
                       const void* data,
                       int element_bytes,
                       int rank,
                       const uint64_t* sizes,
                       const uint64_t* strides,
                       const uint32_t* box,
                       int swizzle_bytes) {
  if (rank < 1 || rank > TensorMap::kMaxRank || reinterpret_cast<uintptr_t>(data) % 16 != 0)
    return false;
  *map = {};
  map->magic = TensorMap::kMagic;
  map->data = data;
  map->rank = static_cast<uint8_t>(rank);
  map->element_bytes = static_cast<uint8_t>(element_bytes);
  map->swizzle_bytes = static_cast<uint8_t>(swizzle_bytes);
  for (int i = 0; i < rank; ++i) {
    if (sizes[i] == 0 || sizes[i] > uint64_t{1} << 32 || box[i] == 0 || box[i] > 256) return false;
    map->sizes[i] = sizes[i];
    map->box[i] = static_cast<uint16_t>(box[i]);
    map->strides[i] = static_cast<uint64_t>(element_bytes);
    if (i == 0) continue;
    if (strides[i - 1] % 16 != 0 || strides[i - 1] >= uint64_t{1} << 40) return false;
    map->strides[i] = strides[i - 1];
  }
  const std::size_t inner = std::size_t{box[0]} * static_cast<std::size_t>(element_bytes);
  return inner % 16 == 0 &&
         (swizzle_bytes == 0 || inner <= static_cast<std::size_t>(swizzle_bytes));
}

const ShadowRange& Machine::range_for_unit(uintptr_t address,
                                           std::size_t bytes,
                                           bool shared,
                                           uint32_t site) {
  const ShadowRange* range = range_of(address);
  if (range == nullptr || (range != &global_) != shared || bytes == 0) {
    report(FindingKind::kOutOfBounds,
           std::string("a bulk copy of ") + std::to_string(bytes) + " bytes, not of " +
               (shared ? "shared" : "global") + " memory where that is expected",
           site);
    abandon();
  }
  return *range;
}

void Machine::bulk_load(const BulkLoad& load, uint64_t* barrier) {
  MBarrier& b = mbarrier_at(barrier, "a bulk copy", load.site);
  const auto target = reinterpret_cast<uintptr_t>(load.target);
  if (load.tensor && load.map.magic != TensorMap::kMagic) {
    report(FindingKind::kIllegalArgument,
           "a bulk copy by something that is no tensor map of as many dimensions", load.site);
    abandon();
  }
  const std::size_t bytes = load.tensor ? box_bytes(load.map) : load.bytes;
  const std::size_t alignment = load.tensor ? 128 : 16;
  if (target % alignment != 0 || bytes % 16 != 0 ||
      (!load.tensor && reinterpret_cast<uintptr_t>(load.source) % 16 != 0)) {
    report(FindingKind::kMisaligned,
           "a bulk copy to shared memory at no multiple of " + std::to_string(alignment) +
               ", or not of whole pieces of 16 bytes",
           load.site);
    abandon();
  }
  const Knowledge& known = current_->known;
  if (known.fenced == nullptr || (*known.fenced)[b.maker] < b.made_in)
    report(FindingKind::kMissingFence,
           "a bulk copy completes on an mbarrier that no fence.proxy.async has shown it",
           load.site);
  const PendingLoad pending{
      load,
      {with_unit(known.ordered, current_->index, current_->stretch), known.fenced},
      b.phase + 1};
  ++current_->stretch;
  check_words(range_for_unit(target, bytes, true, load.site), target, bytes, Access::kWrite,
              load.site, unit_actor(b.unit, pending.step, pending.known));
  set_pending(target, bytes, true);
  b.loads.push_back(pending);
  try_complete(b, !b.waiters.empty());
}

void Machine::run_load(const PendingLoad& pending, MBarrier& b) {
  const BulkLoad& load = pending.load;
  const auto target = reinterpret_cast<uintptr_t>(load.target);
  const Actor unit = unit_actor(b.unit, pending.step, pending.known);
  const std::size_t bytes = load.tensor ? box_bytes(load.map) : load.bytes;
  set_pending(target, bytes, false);
  const auto read = [&](const void* from, std::size_t count) {
    const auto address = reinterpret_cast<uintptr_t>(from);
    check_words(range_for_unit(address, count, false, load.site), address, count, Access::kRead,
                load.site, unit);
    if (counting) log_.add_bulk(address, count);
  };
  if (!load.tensor) {
    read(load.source, bytes);
    std::memcpy(load.target, load.source, bytes);
  } else {
    for_each_row(load.map, load.coordinates,
                 [&](std::size_t offset, std::size_t inner, const void* from, std::size_t before,
                     std::size_t taken) {
                   unsigned char row[256 * 16] = {};
                   if (from != nullptr) {
                     read(from, taken);
                     std::memcpy(row + before, from, taken);
                   }
                   for (std::size_t piece = 0; piece < inner; piece += kPiece) {
                     const uintptr_t to = swizzled(target + offset + piece, load.map.swizzle_bytes);
                     std::memcpy(reinterpret_cast<void*>(to), row + piece, kPiece);
                   }
                 });
  }
  check_words(*range_of(target), target, bytes, Access::kWrite, load.site, unit);
  b.expected_bytes -= static_cast<int64_t>(bytes);
}

void Machine::bulk_store(const BulkStore& store) {
  const auto source = reinterpret_cast<uintptr_t>(store.source);
  if (store.tensor && store.map.magic != TensorMap::kMagic) {
    report(FindingKind::kIllegalArgument,
           "a bulk copy by something that is no tensor map of as many dimensions", store.site);
    abandon();
  }
  const std::size_t bytes = store.tensor ? box_bytes(store.map) : store.bytes;
  const std::size_t alignment = store.tensor ? 128 : 16;
  if (source % alignment != 0 || bytes % 16 != 0 ||
      (!store.tensor && reinterpret_cast<uintptr_t>(store.target) % 16 != 0)) {
    report(FindingKind::kMisaligned,
           "a bulk copy from shared memory at no multiple of " + std::to_string(alignment) +
               ", or not of whole pieces of 16 bytes",
           store.site);
    abandon();
  }
  Knowledge known = current_->known;
  known.ordered = with_unit(known.ordered, current_->index, current_->stretch++);
  check_words(range_for_unit(source, bytes, true, store.site), source, bytes, Access::kRead,
              store.site, unit_actor(unit_of(current_), current_->stores + 1, known));
  current_->open_stores.push_back({store, known});
}

void Machine::bulk_commit() {
  current_->store_groups.push_back(std::move(current_->open_stores));
  current_->open_stores.clear();
  ++current_->stores;
}

void Machine::bulk_wait(int pending_groups) {
  auto& groups = current_->store_groups;
  while (static_cast<int>(groups.size()) > pending_groups) {
    const auto group = static_cast<uint32_t>(current_->stores - groups.size() + 1);
    run_stores(groups.front(), group);
    if (!groups.front().empty())
      current_->known.ordered = with_unit(current_->known.ordered, unit_of(current_), group);
    groups.erase(groups.begin());
  }
}

void Machine::run_stores(const std::vector<PendingStore>& stores, uint32_t group) {
  for (const auto& [store, known] : stores) {
    const auto source = reinterpret_cast<uintptr_t>(store.source);
    const Actor unit = unit_actor(unit_of(current_), group, known);
    const auto write = [&, site = store.site](const void* to, std::size_t count) {
      const auto address = reinterpret_cast<uintptr_t>(to);
      check_words(range_for_unit(address, count, false, site), address, count, Access::kWrite, site,
                  unit);
      if (counting) log_.add_bulk(address, count);
    };
    if (!store.tensor) {
      write(store.target, store.bytes);
      std::memcpy(store.target, store.source, store.bytes);
      continue;
    }
    const int swizzle_bytes = store.map.swizzle_bytes;
    for_each_row(store.map, store.coordinates,
                 [&](std::size_t offset, std::size_t inner, const void* to, std::size_t before,
                     std::size_t taken) {
                   if (to == nullptr) return;
                   unsigned char row[256 * 16];
                   for (std::size_t piece = 0; piece < inner; piece += kPiece) {
                     const uintptr_t from = swizzled(source + offset + piece, swizzle_bytes);
                     std::memcpy(row + piece, reinterpret_cast<const void*>(from), kPiece);
                   }
                   write(to, taken);
                   std::memcpy(const_cast<void*>(to), row + before, taken);
                 });
  }
}

}  // namespace gatun::simt

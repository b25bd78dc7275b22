// SPDX-License-Identifier: Apache-2.0
#include "simt/warpgroup.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "simt/instructions.h"
#include "simt/machine.h"

namespace gatun::simt {
namespace {

constexpr int kM = 64, kPieceBytes = 16;
constexpr int kRegistersOfAnSm = 65536;
constexpr uint32_t kUnfilled = 0x7fa0a5a5;  // a signalling NaN

struct Descriptor {
  uint32_t address, leading, stride;
  int swizzle_bytes;
};

Descriptor decode(uint64_t bits) {
  constexpr int kSwizzles[] = {0, 128, 64, 32};
  const auto field = [&](int from) { return static_cast<uint32_t>(bits >> from & 0x3fff) * 16; };
  return {field(0), field(16), field(32), kSwizzles[bits >> 62]};
}

// Where `thread` of a warpgroup has element i of its accumulators.
int accumulator_row(int thread, int i) {
  return thread / 32 * 16 + thread % 32 / 4 + 8 * (i / 2 % 2);
}
int accumulator_column(int thread, int i) {
  return 8 * (i / 4) + thread % 4 * 2 + i % 2;
}

// What the kinds have, and their sums.
int element_bytes(WgmmaKind kind) {
  return kind == WgmmaKind::kS8 ? 1 : 2;
}
int depth(WgmmaKind kind) {
  return 32 / element_bytes(kind);
}

template <typename Sum>
Sum element(WgmmaKind kind, const unsigned char* bytes) {
  if constexpr (std::is_same_v<Sum, int32_t>) {
    return static_cast<int8_t>(*bytes);
  } else {
    uint16_t bits;
    std::memcpy(&bits, bytes, sizeof(bits));
    return kind == WgmmaKind::kF16 ? half_to_float(bits)
                                   : std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
  }
}

// Its lines are those of k if it is transposed.
int lines_of(const MatrixOperand& matrix) {
  return matrix.transposed ? depth(matrix.kind) : matrix.rows;
}
int pieces_of(const MatrixOperand& matrix) {
  return (matrix.transposed ? matrix.rows : depth(matrix.kind)) * element_bytes(matrix.kind) /
         kPieceBytes;
}

// Whether all threads gave an instruction this number.
bool all_same(const Warpgroup& group, int number) {
  return std::all_of(group.operands.begin(), group.operands.end(), [&](const void* operand) {
    return *static_cast<const int*>(operand) == number;
  });
}

}  // namespace

uint32_t Machine::shared_address(const void* pointer) const {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer) - shared_dynamic_.base);
}

Warpgroup& Machine::warpgroup_of(const Thread& thread) {
  return warpgroups_[static_cast<std::size_t>(thread.index / kWarpgroupSize)];
}

void Machine::warpgroup_operation(const char* name,
                                  void* operand,
                                  uint32_t site,
                                  const std::function<void(Warpgroup&)>& execute) {
  Warpgroup& group = warpgroup_of(*current_);
  if (group.threads.empty()) {
    group.instruction = name;
    group.site = site;
    if (current_->index / kWarpgroupSize * kWarpgroupSize + kWarpgroupSize > block_threads_) {
      report(FindingKind::kIllegalMask, std::string(name) + " by less than 128 threads", site);
      abandon();
    }
  } else if (std::strcmp(group.instruction, name) != 0) {
    report(FindingKind::kIllegalMask,
           std::string(name) + " while others of the warpgroup wait in " + group.instruction, site,
           group.site);
    abandon();
  }
  group.threads.push_back(current_);
  group.operands.push_back(operand);
  if (group.threads.size() < kWarpgroupSize) {
    suspend(name, {name, 0});
    return;
  }
  execute(group);
  for (Thread* thread : group.threads) thread->state = Thread::State::kReady;
  group.threads.clear();
  group.operands.clear();
}

void Machine::wgmma_fence() {
  current_->registers_fenced = true;
}

void Machine::wgmma(const WgmmaCall& call) {
  WgmmaCall mine = call;
  warpgroup_operation("wgmma.mma_async", &mine, call.site,
                      [this](Warpgroup& group) { issue_wgmma(group); });
}

// What all threads of the warpgroup are ordered behind.
static Knowledge common_knowledge(const std::vector<Thread*>& threads) {
  const Knowledge& first = threads.front()->known;
  const bool same = std::all_of(threads.begin(), threads.end(), [&](const Thread* t) {
    return t->known.ordered == first.ordered && t->known.fenced == first.fenced;
  });
  if (same) return first;
  constexpr uint32_t kAll = std::numeric_limits<uint32_t>::max();
  auto ordered = std::make_shared<VectorClock>(first.ordered->size(), kAll);
  auto fenced = std::make_shared<VectorClock>(first.ordered->size(), kAll);
  for (const Thread* t : threads) {
    // A thread's own steps are in order for itself, though not for the others.
    const uint32_t own = (*ordered)[t->index];
    for (std::size_t i = 0; i < ordered->size(); ++i)
      (*ordered)[i] = std::min((*ordered)[i], (*t->known.ordered)[i]);
    (*ordered)[t->index] = own;
    if (t->known.fenced == nullptr) {
      std::fill(fenced->begin(), fenced->end(), 0U);
      continue;
    }
    for (std::size_t i = 0; i < fenced->size(); ++i)
      (*fenced)[i] = std::min((*fenced)[i], (*t->known.fenced)[i]);
  }
  return {ordered, fenced};
}

void Machine::issue_wgmma(Warpgroup& group) {
  const auto& call = *static_cast<const WgmmaCall*>(group.operands.front());
  if (group.unit == 0) group.unit = unit_of(&group);
  WgmmaProduct product{};
  product.call = call;
  const auto registers = static_cast<std::size_t>(call.columns / 2);
  const uint32_t step = group.finished + static_cast<uint32_t>(group.groups.size()) + 1;
  bool fenced = true, fresh = false;
  for (std::size_t t = 0; t < kWarpgroupSize; ++t) {
    const auto& other = *static_cast<const WgmmaCall*>(group.operands[t]);
    Thread& thread = *group.threads[t];
    const auto place = static_cast<std::size_t>(thread.index % kWarpgroupSize);
    if (other.descriptor_b != call.descriptor_b || other.accumulate != call.accumulate ||
        (call.a == nullptr && other.descriptor_a != call.descriptor_a)) {
      report(FindingKind::kIllegalArgument,
             "wgmma with descriptors that differ within the warpgroup", call.site);
      abandon();
    }
    fenced = fenced && thread.registers_fenced;
    product.d[place] = other.d;
    if (other.a != nullptr) std::copy_n(other.a, 4, product.a[place].begin());
    const auto begin = reinterpret_cast<uintptr_t>(other.d);
    const auto range = std::find_if(thread.in_flight.begin(), thread.in_flight.end(),
                                    [&](const RegisterRange& r) { return r.begin == begin; });
    if (range != thread.in_flight.end()) {
      ++range->products;
      continue;
    }
    fresh = true;
    const std::size_t bytes = registers * sizeof(uint32_t);
    thread.in_flight.push_back({begin, begin + bytes, 1});
    if (product.before.empty()) product.before.resize(kWarpgroupSize * registers);
    std::memcpy(&product.before[place * registers], other.d, bytes);
    const std::vector<uint32_t> unfilled(registers, kUnfilled);
    std::memcpy(other.d, unfilled.data(), bytes);
  }
  if (!fenced && fresh)
    report(FindingKind::kMissingFence, "wgmma on registers without a wgmma.fence", call.site);

  const Knowledge known = common_knowledge(group.threads);
  const Actor unit = unit_actor(group.unit, step, known);
  if (call.a == nullptr)
    read_matrix({call.descriptor_a, kM, call.a_transposed, call.kind}, unit, call.site);
  read_matrix({call.descriptor_b, call.columns, call.b_transposed, call.kind}, unit, call.site);
  group.open.push_back(std::move(product));
  if (counting) ++log_.counters.warpgroup_products;
}

const unsigned char* Machine::matrix_piece(const MatrixOperand& matrix, int line, int piece) const {
  const Descriptor d = decode(matrix.descriptor);
  const auto l = static_cast<uint32_t>(line), p = static_cast<uint32_t>(piece);
  const uint32_t width = d.swizzle_bytes == 0 ? 1 : static_cast<uint32_t>(d.swizzle_bytes) / 16;
  uint32_t offset = l % 8 * 16 * width;
  if (!matrix.transposed) {
    offset += l / 8 * d.stride + p * (width == 1 ? d.leading : 16);
  } else if (width == 1) {
    offset += p * d.stride + l / 8 * d.leading;
  } else {
    offset += p % width * 16 + p / width * d.leading + l / 8 * d.stride;
  }
  const uintptr_t address = shared_dynamic_.base + d.address + offset;
  return reinterpret_cast<const unsigned char*>(swizzled(address, d.swizzle_bytes));
}

void Machine::read_matrix(const MatrixOperand& matrix, const Actor& unit, uint32_t site) {
  const Descriptor d = decode(matrix.descriptor);
  const auto pattern = static_cast<uint32_t>(d.swizzle_bytes) * 8;  // rows of one swizzle, in bytes
  if (pattern != 0 && d.address % pattern / static_cast<uint32_t>(d.swizzle_bytes) != 0) {
    report(FindingKind::kMisaligned,
           "a swizzled operand of wgmma starts inside a pattern of " + std::to_string(pattern) +
               " bytes",
           site);
    abandon();
  }
  for (int line = 0; line < lines_of(matrix); ++line) {
    for (int p = 0; p < pieces_of(matrix); ++p) {
      const auto address = reinterpret_cast<uintptr_t>(matrix_piece(matrix, line, p));
      check_words(range_for_unit(address, kPieceBytes, true, site), address, kPieceBytes,
                  Access::kRead, site, unit);
    }
  }
}

void Machine::wgmma_commit(uint32_t site) {
  warpgroup_operation("wgmma.commit_group", nullptr, site, [](Warpgroup& group) {
    group.groups.push_back(std::move(group.open));
    group.open.clear();
  });
}

void Machine::wgmma_wait(int pending_groups, uint32_t site) {
  int mine = pending_groups;
  warpgroup_operation("wgmma.wait_group", &mine, site, [&](Warpgroup& group) {
    if (!all_same(group, pending_groups)) {
      report(FindingKind::kIllegalMask, "warps of a warpgroup that wait for different groups",
             site);
      abandon();
    }
    while (static_cast<int>(group.groups.size()) > pending_groups) {
      for (const WgmmaProduct& product : group.groups.front()) finish_product(product, group);
      group.groups.erase(group.groups.begin());
      ++group.finished;
    }
    Knowledge from, to;
    for (Thread* thread : group.threads) {
      thread->registers_fenced = false;
      if (group.unit == 0) continue;
      if (thread->known.ordered != from.ordered) {
        from.ordered = thread->known.ordered;
        to.ordered = with_unit(from.ordered, group.unit, group.finished);
      }
      thread->known.ordered = to.ordered;
    }
  });
}

template <typename Sum>
void Machine::multiply(const WgmmaProduct& product) const {
  const WgmmaCall& call = product.call;
  const int n = call.columns, size = element_bytes(call.kind), along_k = depth(call.kind);
  static Sum a[kM][32], b[32][256], sums[kM][256];
  const auto load = [&](const MatrixOperand& matrix, auto put) {
    for (int line = 0; line < lines_of(matrix); ++line) {
      for (int p = 0; p < pieces_of(matrix); ++p) {
        const unsigned char* piece = matrix_piece(matrix, line, p);
        for (int e = 0; e < kPieceBytes / size; ++e) {
          const int along = kPieceBytes / size * p + e;
          put(matrix.transposed ? along : line, matrix.transposed ? line : along,
              element<Sum>(call.kind, piece + e * size));
        }
      }
    }
  };
  if (call.a == nullptr) {
    load({call.descriptor_a, kM, call.a_transposed, call.kind},
         [](int row, int k, Sum value) { a[row][k] = value; });
  } else {
    const int per_word = 4 / size;
    for (int t = 0; t < kWarpgroupSize; ++t) {
      for (int i = 0; i < 4; ++i) {  // word i of m16n8k16 or m16n8k32
        const uint32_t word = product.a[static_cast<std::size_t>(t)][static_cast<std::size_t>(i)];
        unsigned char bytes[4];
        std::memcpy(bytes, &word, sizeof(bytes));
        const int row = t / 32 * 16 + t % 32 / 4 + (i % 2 != 0 ? 8 : 0);
        const int k = t % 4 * per_word + (i >= 2 ? along_k / 2 : 0);
        for (int e = 0; e < per_word; ++e)
          a[row][k + e] = element<Sum>(call.kind, bytes + e * size);
      }
    }
  }
  load({call.descriptor_b, n, call.b_transposed, call.kind},
       [](int column, int k, Sum value) { b[k][column] = value; });

  const auto registers = static_cast<std::size_t>(n / 2);
  for (std::size_t t = 0; t < kWarpgroupSize; ++t) {
    Sum before[128];
    std::memcpy(before, product.before.empty() ? product.d[t] : &product.before[t * registers],
                registers * sizeof(Sum));
    for (int i = 0; i < n / 2; ++i)
      sums[accumulator_row(static_cast<int>(t), i)][accumulator_column(static_cast<int>(t), i)] =
          call.accumulate ? before[i] : Sum{0};
  }
  for (int row = 0; row < kM; ++row) {
    for (int k = 0; k < along_k; ++k) {
      for (int column = 0; column < n; ++column) sums[row][column] += a[row][k] * b[k][column];
    }
  }
  for (std::size_t t = 0; t < kWarpgroupSize; ++t) {
    Sum after[128];
    for (int i = 0; i < n / 2; ++i)
      after[i] =
          sums[accumulator_row(static_cast<int>(t), i)][accumulator_column(static_cast<int>(t), i)];
    std::memcpy(product.d[t], after, registers * sizeof(Sum));
  }
}

void Machine::finish_product(const WgmmaProduct& product, const Warpgroup& group) {
  if (product.call.kind == WgmmaKind::kS8) {
    multiply<int32_t>(product);
  } else {
    multiply<float>(product);
  }
  const std::size_t first = static_cast<std::size_t>(&group - warpgroups_.data()) * kWarpgroupSize;
  for (std::size_t t = 0; t < kWarpgroupSize; ++t) {
    auto& ranges = threads_[first + t].in_flight;
    const auto range = std::find_if(ranges.begin(), ranges.end(), [&](const RegisterRange& r) {
      return r.begin == reinterpret_cast<uintptr_t>(product.d[t]);
    });
    if (range != ranges.end() && --range->products == 0) ranges.erase(range);
  }
}

void Machine::check_registers(uintptr_t address, std::size_t bytes, uint32_t site) {
  for (const RegisterRange& range : current_->in_flight) {
    if (address < range.end && address + bytes > range.begin) {
      report(FindingKind::kMissingWait, "accumulators that wgmma has not been seen to fill", site);
      return;
    }
  }
}

void Machine::set_registers(int count, bool increase, int line, uint32_t site) {
  int wanted[] = {count, line};
  warpgroup_operation("setmaxnreg", wanted, site, [&](Warpgroup& group) {
    const bool agreed = all_same(group, count);
    const bool one = std::all_of(group.operands.begin(), group.operands.end(), [&](const void* o) {
      return static_cast<const int*>(o)[1] == line;
    });
    if (!one) {
      report(FindingKind::kIllegalMask, "setmaxnreg of a warpgroup in two places of the program",
             site);
      abandon();
    }
    const bool grows =
        increase ? count >= group.registers : group.registers == 0 || count <= group.registers;
    group.registers = count;
    int all = 0;
    bool known = true;
    for (const Warpgroup& each : warpgroups_) {
      known = known && each.registers != 0;
      all += each.registers * kWarpgroupSize;
    }
    if (agreed && grows && count % 8 == 0 && count >= 24 && count <= 256 &&
        (!known || all <= kRegistersOfAnSm))
      return;
    report(FindingKind::kIllegalArgument,
           "setmaxnreg " + std::to_string(count) +
               ": expected one multiple of 8 from 24 to 256 for the warpgroup, in the direction of "
               "its name, and no more than the registers of a multiprocessor in all",
           site);
    abandon();
  });
}

void Machine::check_everything_done() {
  for (const auto& [address, barrier] : mbarriers_) {
    if (!barrier.loads.empty())
      report(FindingKind::kMissingWait, "a block returns before its bulk copies are complete",
             barrier.loads.front().load.site);
  }
  for (const Warpgroup& group : warpgroups_) {
    if (!group.open.empty() || !group.groups.empty())
      report(FindingKind::kMissingWait, "a warpgroup returns before its products are complete");
  }
  for (const Barrier& barrier : barriers_) {
    if (!barrier.arrived.empty())
      report(FindingKind::kDivergentBarrier,
             "a block returns with a barrier that only part of its "
             "threads came to, at " +
                 describe(barrier.site));
  }
}

}  // namespace gatun::simt

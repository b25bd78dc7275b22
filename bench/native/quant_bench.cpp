// SPDX-License-Identifier: Apache-2.0
// Throughput of products with block formats, straight on the tile functions: one JSON line per
// measurement.
//   read: the same set of bytes, only summed: what the memory gives.
//   decode: 1, 4 or 8 rows of x against a set of weights larger than the caches; GB/s of packed
//   weights. prefill: 256 rows per thread against one matrix [1536, 576]; GOP/s (two per
//   multiply-add).
// Usage: quant_bench [format] [tier] [set megabytes], e.g. quant_bench q4_1 avx512 105. Times are
// the best of several short runs.
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "kernels/cpu/activation_int8.h"
#include "kernels/cpu/matmul_format.h"

namespace {

using gatun::IsaTier;
using gatun::cpu::kMaxTilePanels;
using gatun::cpu::kPanelRows;
using gatun::cpu::MatmulFormat;
using gatun::cpu::PreparedRows;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Runs work(thread) on every thread at once, `repeats` times; the best time of all.
double best_time(int threads, int repeats, const std::function<void(int)>& work) {
  double best = 1e9;
  std::atomic<int> arrived{0};
  const auto meet = [&](int target) {
    arrived.fetch_add(1);
    while (arrived.load() < target) std::this_thread::yield();
  };
  std::vector<std::thread> others;
  const auto body = [&](int t) {
    for (int i = 0; i < repeats; ++i) {
      meet((2 * i + 1) * threads);
      const double start = seconds();
      work(t);
      meet((2 * i + 2) * threads);
      if (t == 0) best = std::min(best, seconds() - start);
    }
  };
  for (int t = 1; t < threads; ++t) others.emplace_back(body, t);
  body(0);
  for (auto& thread : others) thread.join();
  return best;
}

// Random bytes in huge pages; as weights they are codes and scales of no meaning, at the speed of
// real ones.
struct Memory {
  explicit Memory(std::size_t size) : bytes(size) {
    const std::size_t align = std::size_t{1} << 21;
    data = static_cast<std::byte*>(std::aligned_alloc(align, (size + align - 1) / align * align));
    madvise(data, size, MADV_HUGEPAGE);
    uint32_t state = 1;
    for (std::size_t i = 0; i < size; i += 4) {
      state = state * 1664525u + 1013904223u;
      // The exponents of f16 scales stay small, so that nothing overflows.
      const uint32_t word = (state >> 4) & 0x3fff3fffu;
      std::memcpy(data + i, &word, std::min<std::size_t>(4, size - i));
    }
  }
  ~Memory() { std::free(data); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  std::size_t bytes;
  std::byte* data;
};

struct Rows {
  Rows(int64_t rows, int64_t columns, IsaTier tier)
      : f32(static_cast<std::size_t>(rows * columns)),
        codes(f32.size()),
        scales(f32.size() / 32),
        sums(f32.size() / 32) {
    for (std::size_t i = 0; i < f32.size(); ++i)
      f32[i] = static_cast<float>(i * 2654435761u % 2001) / 1000.0f - 1.0f;
    for (int64_t r = 0; r < rows; ++r) {
      gatun::cpu::prepare_int8(tier)(f32.data() + r * columns, columns, codes.data() + r * columns,
                                     scales.data() + r * columns / 32,
                                     sums.data() + r * columns / 32);
    }
    prepared.f32 = f32.data();
    prepared.f32_stride = columns;
    prepared.int8 = codes.data();
    prepared.int8_stride = columns;
    prepared.scales = scales.data();
    prepared.sums = sums.data();
    prepared.block_stride = columns / 32;
  }
  std::vector<float> f32;
  std::vector<int8_t> codes;
  std::vector<float> scales, sums;
  PreparedRows prepared;
};

void measure(const MatmulFormat& format, int threads, double set_megabytes) {
  constexpr int64_t kColumns = 1536;
  const int64_t panel_bytes = format.panel_bytes(kColumns);
  const auto panels =
      static_cast<int64_t>(set_megabytes * 1e6 / static_cast<double>(panel_bytes)) / 16 * 16;
  const Memory set(static_cast<std::size_t>(panels * panel_bytes));
  const double read = best_time(threads, 20, [&](int t) {
    const auto* words = reinterpret_cast<const uint64_t*>(set.data);
    const std::size_t count = set.bytes / 8, begin = count * static_cast<std::size_t>(t) /
                                                     static_cast<std::size_t>(threads);
    const std::size_t end =
        count * static_cast<std::size_t>(t + 1) / static_cast<std::size_t>(threads);
    uint64_t sums[8] = {};
    for (std::size_t i = begin; i + 64 <= end; i += 64) {
      for (std::size_t line = 0; line < 8; ++line) sums[line] += words[i + 8 * line];
    }
    volatile uint64_t sink =
        sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
    static_cast<void>(sink);
  });
  std::printf(
      "{\"format\":\"%s\",\"case\":\"read\",\"threads\":%d,\"megabytes\":%.0f,\"gb_per_s\":%.1f}\n",
      format.name, threads, static_cast<double>(set.bytes) * 1e-6,
      static_cast<double>(set.bytes) * 1e-9 / read);
  for (const int rows : {1, 4, 8}) {
    const Rows x(rows, kColumns, format.tier);
    const double time = best_time(threads, 20, [&](int t) {
      alignas(64) float acc[8 * kMaxTilePanels * kPanelRows];
      for (int64_t p = panels * t / threads; p < panels * (t + 1) / threads; p += kMaxTilePanels) {
        format.tile(x.prepared, 0, rows, set.data + p * panel_bytes, panel_bytes, kMaxTilePanels,
                    kColumns, acc, kMaxTilePanels * kPanelRows);
      }
    });
    std::printf(
        "{\"format\":\"%s\",\"case\":\"decode\",\"rows\":%d,\"threads\":%d,\"megabytes\":%.0f,\"gb_"
        "per_s\":%.1f}\n",
        format.name, rows, threads, static_cast<double>(set.bytes) * 1e-6,
        static_cast<double>(set.bytes) * 1e-9 / time);
  }
  constexpr int64_t kOutputPanels = 36;
  const int rows = 256;
  const Rows x(rows * threads, kColumns, format.tier);
  const double time = best_time(threads, 60, [&](int t) {
    thread_local std::vector<float> acc(
        static_cast<std::size_t>(rows * kMaxTilePanels * kPanelRows));
    for (int64_t p = 0; p < kOutputPanels; p += kMaxTilePanels) {
      const auto here = static_cast<int>(std::min<int64_t>(kMaxTilePanels, kOutputPanels - p));
      format.tile(x.prepared, t * rows, rows, set.data + p * panel_bytes, panel_bytes, here,
                  kColumns, acc.data(), kMaxTilePanels * kPanelRows);
    }
  });
  const double operations = 2.0 * rows * threads * kColumns * kOutputPanels * kPanelRows;
  std::printf(
      "{\"format\":\"%s\",\"case\":\"prefill\",\"rows\":%d,\"threads\":%d,\"gop_per_s\":%.0f}\n",
      format.name, rows * threads, threads, operations * 1e-9 / time);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string wanted = argc > 1 ? argv[1] : "";
  const std::string tier = argc > 2 ? argv[2] : "avx512";
  const double megabytes = argc > 3 ? std::atof(argv[3]) : 105;
  const auto list = gatun::cpu::quantised_formats();
  for (std::size_t i = 0; i < list.count; ++i) {
    const std::string name = list.formats[i].name;
    if (name.find(wanted) == std::string::npos || name.find(tier) == std::string::npos) continue;
    for (const int threads : {1, 2}) measure(list.formats[i], threads, megabytes);
  }
  return 0;
}

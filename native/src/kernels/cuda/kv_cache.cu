// SPDX-License-Identifier: Apache-2.0
// A block takes 8 KB of a page.
#include "kernels/cuda/instructions.h"
#include "kernels/cuda/kv_cache.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kPasses = 4;  // of 16 bytes to a thread

__global__ void __launch_bounds__(kThreads) kv_copy_kernel(KvCopyArgs args) {
  const int pair = static_cast<int>(blockIdx.y);
  const int source = args.source[pair], destination = args.destination[pair];
  const int limit = args.pages.page_count;
  if (source < 0 || source >= limit) {
    if (blockIdx.x == 0 && threadIdx.x == 0)
      report_fault(args.fault, FaultSource::kKvCopySource, pair, source, limit);
    return;
  }
  if (destination < 0 || destination >= limit) {
    if (blockIdx.x == 0 && threadIdx.x == 0)
      report_fault(args.fault, FaultSource::kKvCopyDestination, pair, destination, limit);
    return;
  }
  if (source == destination) return;
  const int64_t bytes = kv_page_bytes(args.pages), units = bytes / 16;
  const auto* from = reinterpret_cast<const Int4*>(args.pages.data + source * bytes);
  auto* to = reinterpret_cast<Int4*>(args.pages.data + destination * bytes);
#pragma unroll
  for (int i = 0; i < kPasses; ++i) {
    const int64_t unit = (int64_t{blockIdx.x} * kPasses + i) * kThreads + threadIdx.x;
    if (unit < units) store_vector(to + unit, load_vector(from + unit));
  }
}

}  // namespace

Status kv_copy(const KvCopyArgs& args, Stream stream) {
  const int64_t block_bytes = int64_t{16} * kThreads * kPasses;
  return launch("kv_copy", kv_copy_kernel,
                {(kv_page_bytes(args.pages) + block_bytes - 1) / block_bytes, args.count}, kThreads,
                0, stream, args);
}

}  // namespace gatun::cuda

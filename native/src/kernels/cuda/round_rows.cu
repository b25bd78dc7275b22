// SPDX-License-Identifier: Apache-2.0
// A thread takes four columns: a read of 16 bytes, a write of 8.
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kColumns = 4;  // of a thread

template <bool kWide, bool kHalf>
__global__ void __launch_bounds__(kThreads) round_rows_kernel(RoundRowsArgs args) {
  const int64_t chunks = args.out_stride / kColumns;
  const int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= chunks * args.tokens) return;
  const int64_t token = i / chunks;
  const int first = static_cast<int>(i % chunks) * kColumns;
  int64_t row = args.rows == nullptr ? token : args.rows[token];
  if (row < -1 || row >= args.x_rows) {
    if (first == 0)
      report_fault(args.fault, FaultSource::kLinearRows, static_cast<int>(token),
                   static_cast<int>(row), args.x_rows);
    row = -1;
  }
  Float4 v{};
  if (row >= 0) {
    v = load_some(args.x + row * args.x_stride + first, max(0, min(kColumns, args.columns - first)),
                  kWide);
  }
  Int2 packed;
#pragma unroll
  for (int j = 0; j < 2; ++j)
    packed.v[j] =
        kHalf ? pack_f16(v.v[2 * j], v.v[2 * j + 1]) : pack_bf16(v.v[2 * j], v.v[2 * j + 1]);
  store_vector(reinterpret_cast<Int2*>(args.out) + i, packed);
}

}  // namespace

Status round_rows(const RoundRowsArgs& args, Stream stream) {
  const bool wide = four_wide(args.x, args.x_stride), half = args.dtype == GATUN_DTYPE_F16;
  const auto kernel =
      half ? (wide ? round_rows_kernel<true, true> : round_rows_kernel<false, true>)
           : (wide ? round_rows_kernel<true, false> : round_rows_kernel<false, false>);
  const int64_t threads = args.out_stride / kColumns * args.tokens;
  return launch("round_rows", kernel, {(threads + kThreads - 1) / kThreads}, kThreads, 0, stream,
                args);
}

}  // namespace gatun::cuda

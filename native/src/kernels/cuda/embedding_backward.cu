// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/matmul_format.h"
#include "kernels/cuda/embedding_backward.h"
#include "kernels/cuda/row_owners.h"

namespace gatun::cuda {
namespace {

template <int kWidth>
__global__ void __launch_bounds__(kOwnerWarps* kWarpSize)
    embedding_backward_kernel(EmbeddingBackwardArgs args) {
  const int number = static_cast<int>(blockIdx.y);
  const EmbeddingBackwardArgs::Lookup lookup = number == 0   ? args.lookups[0]
                                               : number == 1 ? args.lookups[1]
                                                             : args.lookups[2];
  if (lookup.dtable == nullptr) return;
  const OwnerShare share = owner_share<kWidth>(args.columns);
  if (share.place >= args.tokens) return;
  const int id = lookup.ids[share.place], lane = static_cast<int>(threadIdx.x) % kWarpSize;
  if (id < 0 || id >= lookup.rows) {
    if (id != -1 && share.first_slice && lane == 0) {
      const auto source =
          static_cast<FaultSource>(static_cast<int>(FaultSource::kEmbeddingBackwardIds) + number);
      report_fault(args.fault, source, share.place, id, lookup.rows);
    }
    return;
  }
  if (named_before(lookup.ids, share.place)) return;
  const bool mine = share.unit < args.columns / kWidth;
  constexpr int kRows = cpu::kPanelRows;
  float* own = lookup.dtable +
               (id / kRows * int64_t{args.columns} + int64_t{share.unit} * kWidth) * kRows +
               id % kRows;  // elements kRows apart
  Unit<kWidth> sum{};
#pragma unroll
  for (int i = 0; i < kWidth; ++i) {
    if (mine) sum.v[i] = own[i * kRows];
  }
  add_same_rows(lookup.ids, args.tokens, share.place, sum, [&](int token) {
    Unit<kWidth> dy{};
    if (mine) dy = load_unit<kWidth>(args.dy + token * args.dy_stride, share.unit);
#pragma unroll
    for (int i = 0; i < kWidth; ++i) dy.v[i] *= lookup.scale;
    return dy;
  });
#pragma unroll
  for (int i = 0; i < kWidth; ++i) {
    if (mine) own[i * kRows] = sum.v[i];
  }
}

}  // namespace

Status embedding_backward(const EmbeddingBackwardArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  const bool wide = args.columns % 4 == 0 && four_wide(args.dy, args.dy_stride);
  return launch("embedding_backward",
                wide ? embedding_backward_kernel<4> : embedding_backward_kernel<1>,
                {owner_blocks(args.tokens, args.columns, wide ? 4 : 1), 3}, kOwnerWarps * kWarpSize,
                0, stream, args);
}

}  // namespace gatun::cuda

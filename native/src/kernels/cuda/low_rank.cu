// SPDX-License-Identifier: Apache-2.0
// Two kernels: inner = x A^T, then y += scale inner B^T. Blocks take eight tokens; those of another
// adapter than the one at hand are left out.
#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/row_access.h"
#include "kernels/cuda/tile_finish.h"

namespace gatun::cuda {
namespace {

constexpr int kTokens = 8;
constexpr int kPanel = 16;
constexpr int kWarps = 4;
constexpr int kInnerThreads = kWarps * kWarpSize;
constexpr int kAddThreads = 256;
// To a multiprocessor: left alone, ptxas spills on sm_120 and takes more registers elsewhere.
constexpr int kAddBlocks = 4;
constexpr int kUnitColumns = 8;  // of x, to a warp at a time

__device__ __forceinline__ int64_t row_of_x(const LowRankArgs& args, int64_t row) {
  return args.tokens == nullptr ? row : int64_t{args.tokens[row]};
}

// The rows of the block that use adapter i, a bit each.
__device__ __forceinline__ uint32_t users(const LowRankArgs& args, int64_t first_token, int i) {
  uint32_t mask = 0;
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    if (first_token + t >= args.rows) break;
    const int64_t token = row_of_x(args, first_token + t);
    if (token < 0 || token >= args.x_rows) continue;
    const int64_t used = args.slots == nullptr ? 0 : int64_t{args.slots[token]} - args.first_slot;
    if (used == i) mask |= 1u << t;
  }
  return mask;
}

// A lane takes row lane % 16 of a panel of A and four columns of eight; the two halves of a warp
// are added first, then the warps.
__global__ void __launch_bounds__(kInnerThreads)
    low_rank_inner_kernel(LowRankArgs args, bool wide) {
  __shared__ float partial[kWarps][kTokens][kPanel];
  const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
  const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
  const int row = lane % kPanel, half = lane / kPanel;
  const int64_t first_token = int64_t{blockIdx.x} * kTokens;
  const int panel = static_cast<int>(blockIdx.y);
#pragma unroll 1
  for (int i = 0; i < args.adapters; ++i) {
    const LowRankArgs::Adapter& adapter = args.adapter[i];
    if (panel * kPanel >= adapter.rank) continue;
    const uint32_t mask = users(args, first_token, i);
    if (mask == 0) continue;
    const float* a = adapter.a + panel * args.columns * kPanel + row;
    float acc[kTokens] = {};
    const int units = static_cast<int>((args.columns + kUnitColumns - 1) / kUnitColumns);
#pragma unroll 1
    for (int unit = warp; unit < units; unit += kWarps) {
      const int64_t k = int64_t{unit} * kUnitColumns + half * 4;
      const int count = max(0, min(4, static_cast<int>(args.columns - k)));
      float av[4];
#pragma unroll
      for (int j = 0; j < 4; ++j) av[j] = j < count ? a[(k + j) * kPanel] : 0.0f;
#pragma unroll
      for (int t = 0; t < kTokens; ++t) {
        if ((mask >> t & 1) == 0) continue;
        const float* row_x = args.x + row_of_x(args, first_token + t) * args.x_stride;
        const Float4 x = load_some(row_x + k, count, wide);
#pragma unroll
        for (int j = 0; j < 4; ++j) acc[t] = fmaf(x.v[j], av[j], acc[t]);
      }
    }
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const float sum = acc[t] + __shfl_xor_sync(kAllLanes, acc[t], kPanel);
      if (half == 0) partial[warp][t][row] = sum;
    }
    __syncthreads();
    const int token = static_cast<int>(threadIdx.x) / kPanel;  // kInnerThreads / 16 = kTokens
    if ((mask >> token & 1) != 0) {
      float sum = partial[0][token][row];
#pragma unroll
      for (int w = 1; w < kWarps; ++w) sum += partial[w][token][row];
      args.inner[(first_token + token) * args.inner_stride + panel * kPanel + row] = sum;
    }
    __syncthreads();
  }
}

// A thread takes an output.
__global__ void __launch_bounds__(kAddThreads, kAddBlocks) low_rank_add_kernel(LowRankArgs args) {
  const int64_t first_token = int64_t{blockIdx.x} * kTokens;
  const int64_t output = int64_t{blockIdx.y} * kAddThreads + threadIdx.x;
  if (output >= args.outputs) return;
#pragma unroll 1
  for (int i = 0; i < args.adapters; ++i) {
    const LowRankArgs::Adapter& adapter = args.adapter[i];
    const int rank = static_cast<int>(adapter.rank);
    if (rank == 0) continue;
    const uint32_t mask = users(args, first_token, i);
    if (mask == 0) continue;
    const float* b = adapter.b + output / kPanel * rank * kPanel + output % kPanel;
    float acc[kTokens] = {};
#pragma unroll 1
    for (int j = 0; j < rank; j += 4) {
      float bv[4];
#pragma unroll
      for (int h = 0; h < 4; ++h) bv[h] = j + h < rank ? b[(j + h) * kPanel] : 0.0f;
#pragma unroll
      for (int t = 0; t < kTokens; ++t) {
        if ((mask >> t & 1) == 0) continue;
        const Float4 inner = load_vector(reinterpret_cast<const Float4*>(
            args.inner + (first_token + t) * args.inner_stride + j));
#pragma unroll
        for (int h = 0; h < 4; ++h) acc[t] = fmaf(inner.v[h], bv[h], acc[t]);
      }
    }
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      if ((mask >> t & 1) != 0)
        args.y[(first_token + t) * args.y_stride + output] += adapter.scale * acc[t];
    }
  }
}

}  // namespace

Status low_rank(const LowRankArgs& args, Stream stream) {
  const int64_t blocks = (args.rows + kTokens - 1) / kTokens;
  int64_t most = 0;
  for (int i = 0; i < args.adapters; ++i)
    most = args.adapter[i].rank > most ? args.adapter[i].rank : most;
  const Status status =
      launch("low_rank_inner", low_rank_inner_kernel, {blocks, (most + kPanel - 1) / kPanel},
             kInnerThreads, 0, stream, args, four_wide(args.x, args.x_stride));
  if (status != 0 || most == 0) return status;
  return launch("low_rank_add", low_rank_add_kernel,
                {blocks, (args.outputs + kAddThreads - 1) / kAddThreads}, kAddThreads, 0, stream,
                args);
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// Products of 16-bit rows on wgmma and TMA, for sm_90a. A block takes 128 tokens by 256 outputs, or
// 128 of a gated pair: one warp orders tiles of 64 columns by TMA, four in flight, two warpgroups
// multiply them, 64 tokens each. Whatever is outside a matrix arrives as zeros.
#include "kernels/cuda/linear_dense.h"
#include "kernels/cuda/linear_epilogue.h"
#include "kernels/cuda/sm90.h"
#include "kernels/cuda/tensor_map.h"

namespace gatun::cuda {
namespace {

constexpr int kConsumers = 2;  // warpgroups
constexpr int kThreads = kWarpgroup * (1 + kConsumers);
constexpr int kTokens = 64 * kConsumers;  // of a block
constexpr int kOutputs = 128;             // of each of its two matrices
constexpr int kBoxRows = 128;             // of all operands
constexpr int kBoxBytes = kBoxRows * kBoxRowBytes;
constexpr int kStageBytes = 3 * kBoxBytes;
constexpr int kStages = 4;
constexpr int kSharedBytes = kSwizzleBytes + kStages * kStageBytes + 2 * kStages * 8;
static_assert(kTokens == kBoxRows && kOutputs == kBoxRows);

struct Params {
  TensorMap x;              // [N, K]
  TensorMap first, second;  // [O, K]: the weight twice, or it and that of the gate's other half
  DenseLinearArgs args;
};

template <bool kHalf>
__global__ void __launch_bounds__(kThreads, 1)
    dense_half_sm90_kernel(const __grid_constant__ Params p) {
#if !defined(__CUDA_ARCH__) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  GATUN_DYNAMIC_SHARED(memory);
  unsigned char* stages = align_boxes(memory);
  auto* full = reinterpret_cast<uint64_t*>(stages + kStages * kStageBytes);
  uint64_t* empty = full + kStages;
  const DenseLinearArgs& args = p.args;
  const bool gated = args.gated != 0;
  const int token = static_cast<int>(blockIdx.x) * kTokens;
  const int output = static_cast<int>(blockIdx.y) * (gated ? kOutputs : 2 * kOutputs);
  const int second_output = gated ? output : output + kOutputs;
  const int tiles = (args.weight.columns + kBoxColumns - 1) / kBoxColumns;
  const int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) {
    for (int i = 0; i < kStages; ++i) {
      mbarrier_init(&full[i], 1);
      mbarrier_init(&empty[i], kConsumers * kWarpgroup);
    }
    fence_async_proxy();
  }
  __syncthreads();

  if (thread < kWarpgroup) {
    lower_registers<24>();
    if (thread >= kWarpSize || !elect_one()) return;
    for (int t = 0; t < tiles; ++t) {
      const int stage = t % kStages;
      await(&empty[stage], static_cast<uint32_t>(t / kStages + 1) & 1);  // the first time at once
      unsigned char* boxes = stages + stage * kStageBytes;
      mbarrier_arrive_expect(&full[stage], kStageBytes);
      tma_load_2d(boxes, &p.x, &full[stage], t * kBoxColumns, token);
      tma_load_2d(boxes + kBoxBytes, &p.first, &full[stage], t * kBoxColumns, output);
      tma_load_2d(boxes + 2 * kBoxBytes, &p.second, &full[stage], t * kBoxColumns, second_output);
    }
    return;
  }

  raise_registers<240>();
  const int consumer = thread / kWarpgroup - 1;
  float sums[2][kOutputs / 2] = {};
  for (int t = 0; t < tiles; ++t) {
    const int stage = t % kStages;
    await(&full[stage], static_cast<uint32_t>(t / kStages) & 1);
    const unsigned char* boxes = stages + stage * kStageBytes;
    const unsigned char* x = boxes + consumer * 64 * kBoxRowBytes;
    wgmma_fence();
    hold_registers(sums[0]);
    hold_registers(sums[1]);
#pragma unroll
    for (int k = 0; k < kBoxColumns; k += 16) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const uint64_t a = box_operand(x, k), b = box_operand(boxes + (1 + half) * kBoxBytes, k);
        if constexpr (kHalf) {
          wgmma_m64n128k16_f16(sums[half], a, b, true);
        } else {
          wgmma_m64n128k16_bf16(sums[half], a, b, true);
        }
      }
    }
    wgmma_commit();
    wgmma_wait<1>();  // the tile before has been read
    if (t > 0) mbarrier_arrive(&empty[(t - 1) % kStages]);
  }
  wgmma_wait<0>();
  hold_registers(sums[0]);
  hold_registers(sums[1]);

  // A thread has two neighbouring outputs of two tokens, eight apart; of its pair of lanes, the
  // first takes four of the one token, the second four of the other.
  const OutputFinish finish(args);
  const int lane = thread % kWarpSize, quarter = lane % 4, second = quarter % 2;
  const int row =
      token + 64 * consumer + thread % kWarpgroup / kWarpSize * 16 + lane / 4 + 8 * second;
#pragma unroll
  for (int n = 0; n < kOutputs / 8; ++n) {
    Float4 values[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float* d = sums[half] + 4 * n;
      const float low = __shfl_xor_sync(kAllLanes, second != 0 ? d[0] : d[2], 1);
      const float high = __shfl_xor_sync(kAllLanes, second != 0 ? d[1] : d[3], 1);
      values[half] =
          second != 0 ? Float4{{low, high, d[2], d[3]}} : Float4{{d[0], d[1], low, high}};
    }
    const int column = 8 * n + quarter / 2 * 4;
    const int rest = args.weight.rows - column;
    if (row >= args.tokens) continue;
    if (rest > output) finish(row, output + column, min(4, rest - output), values[0], values[1]);
    if (!gated && rest > second_output)
      finish(row, second_output + column, min(4, rest - second_output), values[1], values[1]);
  }
#endif
}

Status describe(const void* data, int64_t rows, int64_t columns, int64_t stride, TensorMap* map) {
  return make_tensor_map({static_cast<const uint16_t*>(data),
                          2,
                          {static_cast<uint64_t>(columns), static_cast<uint64_t>(rows)},
                          {2 * static_cast<uint64_t>(stride)},
                          {kBoxColumns, kBoxRows},
                          Swizzle::k128},
                         map);
}

}  // namespace

bool dense_half_sm90_takes(const DenseLinearArgs& args) {
  const auto aligned = [](const void* data, int64_t stride) {
    return reinterpret_cast<uintptr_t>(data) % 16 == 0 && stride % 8 == 0;
  };
  return (args.weight.dtype == GATUN_DTYPE_BF16 || args.weight.dtype == GATUN_DTYPE_F16) &&
         args.rows == nullptr && args.weight.columns > 0 && aligned(args.x16, args.x16_stride) &&
         aligned(args.weight.data, args.weight.stride) &&
         (args.gated == 0 || aligned(args.up.data, args.up.stride));
}

Status dense_half_sm90(const DenseLinearArgs& args, Stream stream) {
  if (!dense_half_sm90_takes(args)) return kInvalidConfiguration;
  if (args.tokens == 0 || args.weight.rows == 0) return 0;
  Params params{};
  params.args = args;
  const int64_t columns = args.weight.columns;
  Status status = describe(args.x16, args.tokens, columns, args.x16_stride, &params.x);
  if (status == 0)
    status =
        describe(args.weight.data, args.weight.rows, columns, args.weight.stride, &params.first);
  params.second = params.first;
  if (status == 0 && args.gated != 0)
    status = describe(args.up.data, args.up.rows, columns, args.up.stride, &params.second);
  if (status != 0) return status;
  const int outputs = args.gated != 0 ? kOutputs : 2 * kOutputs;
  const Grid grid{(int64_t{args.tokens} + kTokens - 1) / kTokens,
                  (int64_t{args.weight.rows} + outputs - 1) / outputs};
  return launch("dense_half_sm90",
                args.weight.dtype == GATUN_DTYPE_F16 ? dense_half_sm90_kernel<true>
                                                     : dense_half_sm90_kernel<false>,
                grid, kThreads, kSharedBytes, stream, params);
}

}  // namespace gatun::cuda

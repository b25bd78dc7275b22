// SPDX-License-Identifier: Apache-2.0
// A thread takes four columns.
#include "kernels/cuda/unpack_weight.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 256;

template <BlockFormat kFormat>
__device__ __forceinline__ Float4 values_of(const QuantisedWeight& w, int64_t row, int quarter) {
  const int units = w.columns / kUnit, unit = quarter / 4, j = quarter % 4;
  const uint32_t* words = w.codes + (row * units + unit) * kUnitWords<kFormat>;
  uint32_t high = 0;
  if constexpr (kFormat.bits == 5 || kFormat.bits == 6)
    high = w.high[row * high_word<kFormat>(units) + high_word<kFormat>(unit)];
  const uint32_t codes = unpack_codes<kFormat>(words, high, unit, j);
  const ScaleMin scale = unit_scale<kFormat>(w, row, unit);
  constexpr bool kPair =
      kFormat.scales == ScaleKind::kScaleMin || kFormat.scales == ScaleKind::kSuperScaleMin;
  Float4 values;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const auto byte = static_cast<uint8_t>(codes >> (8 * i));
    const int code =
        kFormat.bits == 8 ? static_cast<int8_t>(byte) : byte - (kPair ? 0 : kFormat.offset);
    // The product is exact: 11 bits of d, at most 8 of its scale, and the code's.
    values.v[i] = scale.scale * static_cast<float>(code);
    if constexpr (kPair) values.v[i] += scale.minimum;
  }
  return values;
}

template <BlockFormat kFormat>
__global__ void __launch_bounds__(kThreads) unpack_weight_kernel(UnpackWeightArgs args) {
  const int quarters = args.weight.columns / 4;
  const int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= int64_t{args.row_count} * quarters) return;
  const int64_t row = i / quarters;
  const int quarter = static_cast<int>(i % quarters);
  const Float4 v = values_of<kFormat>(args.weight, args.first_row + row, quarter);
  const int64_t at = row * args.out_stride + 4 * quarter;
  if (args.dtype == GATUN_DTYPE_F32) {
    store_vector(reinterpret_cast<Float4*>(static_cast<float*>(args.out) + at), v);
  } else if (args.dtype == GATUN_DTYPE_F16) {
    store_vector(reinterpret_cast<Int2*>(static_cast<uint16_t*>(args.out) + at),
                 Int2{{pack_f16(v.v[0], v.v[1]), pack_f16(v.v[2], v.v[3])}});
  } else {
    store_vector(reinterpret_cast<Int2*>(static_cast<uint16_t*>(args.out) + at),
                 Int2{{pack_bf16(v.v[0], v.v[1]), pack_bf16(v.v[2], v.v[3])}});
  }
}

}  // namespace

Status unpack_weight(const UnpackWeightArgs& args, Stream stream) {
  if (args.dtype != GATUN_DTYPE_F32 && args.dtype != GATUN_DTYPE_F16 &&
      args.dtype != GATUN_DTYPE_BF16)
    return kInvalidConfiguration;
  Status status = kInvalidConfiguration;
  with_block_format(args.weight.dtype, [&]<BlockFormat kFormat>() {
    const int64_t threads = int64_t{args.row_count} * (args.weight.columns / 4);
    status = launch("unpack_weight", unpack_weight_kernel<kFormat>,
                    {(threads + kThreads - 1) / kThreads}, kThreads, 0, stream, args);
  });
  return status;
}

}  // namespace gatun::cuda

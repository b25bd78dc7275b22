// SPDX-License-Identifier: Apache-2.0
// y = blocks of a storage format that hold x, rounded as kernels/reference/quantize.cpp says. A
// warp takes a block of 32 values, a lane a value; the bytes of a block of threads gather in shared
// memory and leave it in whole vectors.
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cuda/float_bits.h"
#include "kernels/cuda/quantize.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

using cpu::BlockFormat;
using cpu::ScaleKind;

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarpSize;
constexpr int kMostBytes = 34;  // of a block

struct LargestNumber {  // passes a NaN over
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

__device__ __forceinline__ uint64_t warp_largest(uint64_t value) {
#pragma unroll
  for (int distance = kWarpSize / 2; distance > 0; distance /= 2) {
    const uint64_t other = __shfl_xor_sync(kAllLanes, value, distance);
    if (other > value) value = other;
  }
  return value;
}

__device__ __forceinline__ float inverse(float d) {
  return d == 0 ? 0.0f : 1.0f / d;
}

// Truncated into [0, top]; NaN is 0.
__device__ __forceinline__ uint32_t truncated(float value, int top) {
  if (!(value >= 1)) return 0;
  return value >= static_cast<float>(top) ? static_cast<uint32_t>(top)
                                          : static_cast<uint32_t>(value);
}

__device__ __forceinline__ void put_half(unsigned char* y, int lane, float value) {
  if (lane < 2) y[lane] = static_cast<unsigned char>(half_bits(value) >> (8 * lane));
}

// Codes of 4 or 5 bits: a word of top bits first, then nibbles, values 0-15 low and 16-31 high.
template <int kBits>
__device__ __forceinline__ void put_codes(unsigned char* y, int lane, uint32_t code) {
  if constexpr (kBits == 5) {
    const uint32_t top = __ballot_sync(kAllLanes, static_cast<int>(code >> 4));
    if (lane < 4) y[lane] = static_cast<unsigned char>(top >> (8 * lane));
    y += 4;
  }
  const uint32_t upper = __shfl_xor_sync(kAllLanes, code, 16);
  if (lane < 16) y[lane] = static_cast<unsigned char>((code & 15u) | (upper & 15u) << 4);
}

template <int kBits>
__device__ __forceinline__ void signed_block(float x, int lane, unsigned char* y) {
  constexpr int kHalf = 1 << (kBits - 1);
  // The first of the largest magnitude; a NaN is it in the first place only.
  const uint32_t size = x != x && lane != 0 ? 0 : bits_of(x) & 0x7fffffffu;
  const uint64_t rank = static_cast<uint64_t>(size) << 32 | static_cast<uint32_t>(31 - lane);
  const float extreme =
      __shfl_sync(kAllLanes, x, 31 - static_cast<int>(static_cast<uint32_t>(warp_largest(rank))));
  const float d = extreme / static_cast<float>(-kHalf);
  const uint32_t code =
      truncated(x * inverse(d) + (static_cast<float>(kHalf) + 0.5f), 2 * kHalf - 1);
  put_half(y, lane, d);
  put_codes<kBits>(y + 2, lane, code);
}

template <int kBits>
__device__ __forceinline__ void ranged_block(float x, int lane, unsigned char* y) {
  constexpr int kTop = (1 << kBits) - 1;
  // The first of the smallest, the last of the largest: of two zeros they may be different.
  const uint32_t order = order_of(x);
  const uint64_t low =
      warp_largest(static_cast<uint64_t>(~order) << 32 | static_cast<uint32_t>(31 - lane));
  const uint64_t high =
      warp_largest(static_cast<uint64_t>(order) << 32 | static_cast<uint32_t>(lane));
  const float min = __shfl_sync(kAllLanes, x, 31 - static_cast<int>(static_cast<uint32_t>(low)));
  const float max = __shfl_sync(kAllLanes, x, static_cast<int>(static_cast<uint32_t>(high)));
  const float d = (max - min) / static_cast<float>(kTop);
  const uint32_t code = truncated((x - min) * inverse(d) + 0.5f, kTop);
  put_half(y, lane, d);
  put_half(y + 2, lane, min);
  put_codes<kBits>(y + 4, lane, code);
}

__device__ __forceinline__ void byte_block(float x, int lane, unsigned char* y) {
  const float size = x == x ? fabsf(x) : 0.0f;
  const float d = warp_reduce(size, LargestNumber{}) / 127.0f;
  const float scaled = x * inverse(d), magnitude = fabsf(scaled), whole = floorf(magnitude);
  const float rounded = whole + floorf(2 * (magnitude - whole));
  const int code = rounded <= 127.0f ? static_cast<int>(rounded) : rounded > 127.0f ? 127 : 0;
  put_half(y, lane, d);
  y[2 + lane] = static_cast<unsigned char>(scaled < 0 ? -code : code);
}

template <BlockFormat kFormat>
__global__ void __launch_bounds__(kThreads) quantize_kernel(QuantizeArgs args) {
  GATUN_DYNAMIC_SHARED(bytes);  // [kWarps][kFormat.block_bytes]
  const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarpSize,
            warp = thread / kWarpSize;
  const int64_t blocks = args.count / kWarpSize, first = int64_t{blockIdx.x} * kWarps;
  if (first + warp < blocks) {
    const float x = args.x[(first + warp) * kWarpSize + lane];
    unsigned char* y = bytes + warp * kFormat.block_bytes;
    if constexpr (kFormat.scales == ScaleKind::kScaleMin) {
      ranged_block<kFormat.bits>(x, lane, y);
    } else if constexpr (kFormat.bits == 8) {
      byte_block(x, lane, y);
    } else {
      signed_block<kFormat.bits>(x, lane, y);
    }
  }
  __syncthreads();
  const int count =
      kFormat.block_bytes * (blocks - first < kWarps ? static_cast<int>(blocks - first) : kWarps);
  auto* y = reinterpret_cast<unsigned char*>(args.y) + first * kFormat.block_bytes;
  const int vectors = reinterpret_cast<uintptr_t>(y) % 16 == 0 ? count / 16 : 0;
  for (int v = thread; v < vectors; v += kThreads)
    store_vector(reinterpret_cast<Int4*>(y) + v,
                 load_vector(reinterpret_cast<const Int4*>(bytes) + v));
  for (int i = 16 * vectors + thread; i < count; i += kThreads) y[i] = bytes[i];
}

template <BlockFormat kFormat>
Status quantize_blocks(const QuantizeArgs& args, Stream stream) {
  static_assert(kFormat.block_columns == kWarpSize && kFormat.block_bytes <= kMostBytes &&
                kWarps * kFormat.block_bytes % 16 == 0);
  const int64_t blocks = args.count / kWarpSize;
  return launch("quantize", quantize_kernel<kFormat>, {(blocks + kWarps - 1) / kWarps}, kThreads,
                kWarps * kFormat.block_bytes, stream, args);
}

// f32, f16 and bf16.
template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) round_kernel(QuantizeArgs args) {
  const auto round = [&](float value) {
    return args.dtype == GATUN_DTYPE_F32   ? bits_of(value)
           : args.dtype == GATUN_DTYPE_F16 ? half_bits(value)
                                           : bf16_bits(value);
  };
  for_each_unit<kWidth>(args.count, [&](int64_t, int unit) {
    const Unit<kWidth> x = load_unit<kWidth>(args.x, unit);
    if constexpr (kWidth == 1) {
      const uint32_t bits = round(x.v[0]);
      const int bytes = args.dtype == GATUN_DTYPE_F32 ? 4 : 2;
      for (int i = 0; i < bytes; ++i)
        args.y[int64_t{unit} * bytes + i] = static_cast<std::byte>(bits >> (8 * i));
    } else if (args.dtype == GATUN_DTYPE_F32) {
      store_unit(reinterpret_cast<float*>(args.y), unit, x);
    } else {
      store_vector(
          reinterpret_cast<Int2*>(args.y) + unit,
          Int2{{round(x.v[0]) | round(x.v[1]) << 16, round(x.v[2]) | round(x.v[3]) << 16}});
    }
  });
}

}  // namespace

Status quantize(const QuantizeArgs& args, Stream stream) {
  switch (args.dtype) {
    case GATUN_DTYPE_F32:
    case GATUN_DTYPE_F16:
    case GATUN_DTYPE_BF16:
      return launch_parts("quantize_round", round_kernel<4>, round_kernel<1>,
                          four_wide(args.x, 0) && four_wide(args.y, 0), 1, args.count, args,
                          stream);
    case GATUN_DTYPE_Q4_0:
      return quantize_blocks<cpu::kQ4_0>(args, stream);
    case GATUN_DTYPE_Q4_1:
      return quantize_blocks<cpu::kQ4_1>(args, stream);
    case GATUN_DTYPE_Q5_0:
      return quantize_blocks<cpu::kQ5_0>(args, stream);
    case GATUN_DTYPE_Q5_1:
      return quantize_blocks<cpu::kQ5_1>(args, stream);
    case GATUN_DTYPE_Q8_0:
      return quantize_blocks<cpu::kQ8_0>(args, stream);
    default:
      return kInvalidConfiguration;
  }
}

}  // namespace gatun::cuda

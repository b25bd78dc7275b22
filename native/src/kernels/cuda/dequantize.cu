// SPDX-License-Identifier: Apache-2.0
// y = the values of blocks of a storage format: value = scale (code - offset) [+ minimum], rounded
// as kernels/reference/dequantize.cpp says. A block of threads takes 2048 values, whose bytes it
// brings to shared memory first: blocks are of 18 to 210 bytes, which no lane could read whole.
#include "kernels/cpu/quantised_layout.h"
#include "kernels/cuda/dequantize.h"
#include "kernels/cuda/float_bits.h"
#include "kernels/cuda/row_parts.h"

namespace gatun::cuda {
namespace {

using cpu::BlockFormat;
using cpu::ScaleKind;

constexpr int kThreads = 256;
constexpr int kValues = 2048;  // of a block of threads

__device__ __forceinline__ float half_at(const unsigned char* bytes) {
  return half_to_float(static_cast<uint16_t>(bytes[0] | bytes[1] << 8));
}

// Values i to i + 3 of a block; i is a multiple of four.
template <BlockFormat kFormat>
__device__ __forceinline__ Unit<4> values_of(const unsigned char* block, int i) {
  Unit<4> values;
  if constexpr (kFormat.scales == ScaleKind::kSuperScale16) {
    // 128 bytes of low nibbles, 64 of high bit pairs, 16 int8 scales, d. Per 128 values: four runs
    // of 32.
    const int half = i / 128, run = i % 128 / 32;
    const unsigned char* low = block + 64 * half + 32 * (run % 2) + i % 32;
    const unsigned char* high = block + 128 + 32 * half + i % 32;
    const float scale =
        half_at(block + 208) * static_cast<float>(static_cast<int8_t>(block[192 + i / 16]));
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int code = (low[j] >> (run / 2 * 4) & 15) | (high[j] >> (2 * run) & 3) << 4;
      values.v[j] = scale * static_cast<float>(code - kFormat.offset);
    }
  } else if constexpr (kFormat.scales == ScaleKind::kSuperScaleMin) {
    // d, dmin, 12 bytes of 6-bit scales and minima: the first four whole, the last four split with
    // the spare top bits. Q5_K: 32 bytes of top bits. Then nibbles, two parts to 32 bytes.
    const int part = i / 32;
    const unsigned char* packed = block + 4;
    const int code_scale =
        part < 4 ? packed[part] & 63 : (packed[4 + part] & 15) | packed[part - 4] >> 6 << 4;
    const int code_min =
        part < 4 ? packed[4 + part] & 63 : packed[4 + part] >> 4 | packed[part] >> 6 << 4;
    const float scale = half_at(block) * static_cast<float>(code_scale);
    const float min = half_at(block + 2) * static_cast<float>(code_min);
    const unsigned char* high = block + 16 + i % 32;
    const unsigned char* low = block + (kFormat.bits == 5 ? 48 : 16) + 32 * (part / 2) + i % 32;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      int code = low[j] >> (part % 2 * 4) & 15;
      if constexpr (kFormat.bits == 5) code |= (high[j] >> part & 1) << 4;
      values.v[j] = scale * static_cast<float>(code) - min;
    }
  } else {
    constexpr bool kMin = kFormat.scales == ScaleKind::kScaleMin;
    const float scale = half_at(block);
    const unsigned char* bits = block + (kMin ? 4 : 2);  // a word of top bits, then nibbles
    const unsigned char* low = bits + (kFormat.bits == 5 ? 4 : 0) + i % 16;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      int code;
      if constexpr (kFormat.bits == 8) {
        code = static_cast<int8_t>(bits[i + j]);
      } else {
        code = low[j] >> (i / 16 * 4) & 15;
        if constexpr (kFormat.bits == 5) code |= (bits[i / 8] >> (i % 8 + j) & 1) << 4;
        code -= kFormat.offset;
      }
      values.v[j] = scale * static_cast<float>(code);
      if constexpr (kMin) values.v[j] += half_at(block + 2);
    }
  }
  return values;
}

template <BlockFormat kFormat>
__global__ void __launch_bounds__(kThreads) dequantize_kernel(DequantizeArgs args) {
  constexpr int kBytes = kValues / kFormat.block_columns * kFormat.block_bytes;
  static_assert(kBytes % 16 == 0);
  GATUN_DYNAMIC_SHARED(bytes);  // [kBytes]
  const int thread = static_cast<int>(threadIdx.x);
  const int64_t first = int64_t{blockIdx.x} * kValues;
  const int count = args.count - first < kValues ? static_cast<int>(args.count - first) : kValues;
  const int filled = count / kFormat.block_columns * kFormat.block_bytes;
  const auto* x = reinterpret_cast<const unsigned char*>(args.x) + int64_t{blockIdx.x} * kBytes;
  const int vectors = reinterpret_cast<uintptr_t>(x) % 16 == 0 ? filled / 16 : 0;
  for (int v = thread; v < vectors; v += kThreads)
    store_vector(reinterpret_cast<Int4*>(bytes) + v,
                 load_vector(reinterpret_cast<const Int4*>(x) + v));
  for (int i = 16 * vectors + thread; i < filled; i += kThreads) bytes[i] = x[i];
  __syncthreads();
  float* y = args.y + first;
  const bool wide = reinterpret_cast<uintptr_t>(args.y) % 16 == 0;
  for (int i = 4 * thread; i < count; i += 4 * kThreads) {
    const Unit<4> values = values_of<kFormat>(
        bytes + i / kFormat.block_columns * kFormat.block_bytes, i % kFormat.block_columns);
    if (wide) {
      store_unit(y, i / 4, values);
    } else {
#pragma unroll
      for (int j = 0; j < 4; ++j) y[i + j] = values.v[j];
    }
  }
}

template <BlockFormat kFormat>
Status dequantize_blocks(const DequantizeArgs& args, Stream stream) {
  constexpr int kBytes = kValues / kFormat.block_columns * kFormat.block_bytes;
  return launch("dequantize", dequantize_kernel<kFormat>, {(args.count + kValues - 1) / kValues},
                kThreads, kBytes, stream, args);
}

// f32, f16 and bf16; a value of its own may have any alignment.
template <int kWidth>
__global__ void __launch_bounds__(kPartThreads) widen_kernel(DequantizeArgs args) {
  const auto widen = [&](uint32_t bits) {
    return args.dtype == GATUN_DTYPE_F16 ? half_to_float(static_cast<uint16_t>(bits))
                                         : float_of(bits << 16);
  };
  for_each_unit<kWidth>(args.count, [&](int64_t, int unit) {
    Unit<kWidth> y;
    if constexpr (kWidth == 1) {
      const int bytes = args.dtype == GATUN_DTYPE_F32 ? 4 : 2;
      uint32_t bits = 0;
      for (int i = 0; i < bytes; ++i)
        bits |= static_cast<uint32_t>(args.x[int64_t{unit} * bytes + i]) << (8 * i);
      y.v[0] = bytes == 4 ? float_of(bits) : widen(bits);
    } else if (args.dtype == GATUN_DTYPE_F32) {
      y = load_unit<kWidth>(reinterpret_cast<const float*>(args.x), unit);
    } else {
      const Int2 pairs = load_vector(reinterpret_cast<const Int2*>(args.x) + unit);
#pragma unroll
      for (int i = 0; i < kWidth; ++i) y.v[i] = widen(pairs.v[i / 2] >> (16 * (i % 2)) & 0xffffu);
    }
    store_unit(args.y, unit, y);
  });
}

}  // namespace

Status dequantize(const DequantizeArgs& args, Stream stream) {
  switch (args.dtype) {
    case GATUN_DTYPE_F32:
    case GATUN_DTYPE_F16:
    case GATUN_DTYPE_BF16:
      return launch_parts("dequantize_widen", widen_kernel<4>, widen_kernel<1>,
                          four_wide(args.x, 0) && four_wide(args.y, 0), 1, args.count, args,
                          stream);
    case GATUN_DTYPE_Q4_0:
      return dequantize_blocks<cpu::kQ4_0>(args, stream);
    case GATUN_DTYPE_Q4_1:
      return dequantize_blocks<cpu::kQ4_1>(args, stream);
    case GATUN_DTYPE_Q5_0:
      return dequantize_blocks<cpu::kQ5_0>(args, stream);
    case GATUN_DTYPE_Q5_1:
      return dequantize_blocks<cpu::kQ5_1>(args, stream);
    case GATUN_DTYPE_Q8_0:
      return dequantize_blocks<cpu::kQ8_0>(args, stream);
    case GATUN_DTYPE_Q4_K:
      return dequantize_blocks<cpu::kQ4_K>(args, stream);
    case GATUN_DTYPE_Q5_K:
      return dequantize_blocks<cpu::kQ5_K>(args, stream);
    case GATUN_DTYPE_Q6_K:
      return dequantize_blocks<cpu::kQ6_K>(args, stream);
    default:
      return kInvalidConfiguration;
  }
}

}  // namespace gatun::cuda

// SPDX-License-Identifier: Apache-2.0
// A block takes a token, a thread groups of four columns: what a block format unpacks at once. The
// row waits in y for its norm, each thread reading back what it wrote itself.
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/reduce.h"

namespace gatun::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kGroup = 4;

template <BlockFormat kFormat>
__device__ void add_blocks(const QuantisedWeight& w, int row, int column, float scale, float* sum) {
  const int units = w.columns / kUnit, unit = column / kUnit;
  const uint32_t* words = w.codes + (int64_t{row} * units + unit) * kUnitWords<kFormat>;
  uint32_t high = 0;
  if constexpr (kFormat.bits == 5 || kFormat.bits == 6)
    high = w.high[int64_t{row} * high_word<kFormat>(units) + high_word<kFormat>(unit)];
  const uint32_t codes = unpack_codes<kFormat>(words, high, unit, column % kUnit / kGroup);
  const ScaleMin s = unit_scale<kFormat>(w, row, unit);
#pragma unroll
  for (int i = 0; i < kGroup; ++i) {
    const int code = kFormat.bits == 8 ? static_cast<int8_t>(codes >> (8 * i))
                                       : static_cast<int>(codes >> (8 * i) & 255u);
    const float value = fmaf(s.scale, static_cast<float>(code), s.minimum);
    sum[i] = fmaf(scale, value, sum[i]);
  }
}

// sum += scale times columns `column` to `column` + 3 of a row; those behind the last stay.
__device__ void add_table(
    const Table& table, int row, int column, int columns, float scale, float (&sum)[kGroup]) {
  switch (table.dtype) {
    case GATUN_DTYPE_Q4_0:
      return add_blocks<cpu::kQ4_0>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q4_1:
      return add_blocks<cpu::kQ4_1>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q5_0:
      return add_blocks<cpu::kQ5_0>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q5_1:
      return add_blocks<cpu::kQ5_1>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q8_0:
      return add_blocks<cpu::kQ8_0>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q4_K:
      return add_blocks<cpu::kQ4_K>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q5_K:
      return add_blocks<cpu::kQ5_K>(table.blocks, row, column, scale, sum);
    case GATUN_DTYPE_Q6_K:
      return add_blocks<cpu::kQ6_K>(table.blocks, row, column, scale, sum);
    default:
      break;
  }
  const int64_t from = int64_t{row} * columns + column;
  for (int i = 0; i < kGroup && column + i < columns; ++i) {
    float value;
    if (table.dtype == GATUN_DTYPE_F32) {
      value = static_cast<const float*>(table.data)[from + i];
    } else {
      const uint16_t bits = static_cast<const uint16_t*>(table.data)[from + i];
      value = table.dtype == GATUN_DTYPE_F16 ? half_to_float(bits) : bf16_to_float(bits);
    }
    sum[i] = fmaf(scale, value, sum[i]);
  }
}

__global__ void __launch_bounds__(kThreads) embedding_kernel(EmbeddingArgs args) {
  const int token = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  float* y = args.y + token * args.y_stride;
  int rows[3];
#pragma unroll
  for (int l = 0; l < 3; ++l) {
    const EmbeddingArgs::Lookup& lookup = args.lookups[l];
    rows[l] = lookup.ids != nullptr ? lookup.ids[token] : -1;
    if (rows[l] >= -1 && rows[l] < lookup.table.rows) continue;
    if (thread == 0) {
      const auto source =
          static_cast<FaultSource>(static_cast<int>(FaultSource::kEmbeddingIds) + l);
      report_fault(args.fault, source, token, rows[l], lookup.table.rows);
    }
    rows[l] = -1;
  }
  float total = 0;
  for (int column = kGroup * thread; column < args.columns; column += kGroup * kThreads) {
    float sum[kGroup] = {};
#pragma unroll
    for (int l = 0; l < 3; ++l) {
      if (rows[l] >= 0)
        add_table(args.lookups[l].table, rows[l], column, args.columns, l == 0 ? args.scale : 1.0f,
                  sum);
    }
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      if (column + i < args.columns) {
        y[column + i] = sum[i];
        total += sum[i];
      }
    }
  }
  if (args.norm_weight == nullptr) return;

  const auto count = static_cast<float>(args.columns);
  const float mean = block_reduce(total, 0, Sum{}) / count;
  float squares = 0;
  const auto for_each_own = [&](auto visit) {
    for (int column = kGroup * thread; column < args.columns; column += kGroup * kThreads) {
      for (int i = 0; i < kGroup && column + i < args.columns; ++i) visit(column + i);
    }
  };
  for_each_own([&](int e) { squares = fmaf(y[e] - mean, y[e] - mean, squares); });
  const float inverse = 1.0f / sqrtf(block_reduce(squares, 1, Sum{}) / count + args.eps);
  for_each_own([&](int e) {
    const float value = (y[e] - mean) * inverse * args.norm_weight[e];
    y[e] = args.norm_bias != nullptr ? value + args.norm_bias[e] : value;
  });
}

}  // namespace

Status embedding(const EmbeddingArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  return launch("embedding", embedding_kernel, {args.tokens}, kThreads, 0, stream, args);
}

}  // namespace gatun::cuda

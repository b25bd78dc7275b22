// SPDX-License-Identifier: Apache-2.0
// A block takes a token, a thread groups of four columns: what a block format unpacks at once. A
// row that is wider than what its threads hold waits in y for its norm, each thread reading back
// what it wrote itself.
#include "kernels/cpu/matmul_format.h"
#include "kernels/cuda/embedding.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/row_access.h"

namespace gatun::cuda {
namespace {

constexpr int kMaxThreads = 256;
constexpr int kGroup = 4;
constexpr int kHeld = 4;  // groups that a thread keeps

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

// Columns 4 group to 4 group + 3 of a vector of f32, or those that there are.
template <int kWidth>
__device__ __forceinline__ Unit<kGroup> load_group(const float* row, int group, int columns) {
  if constexpr (kWidth == kGroup) {
    return load_unit<kGroup>(row, group);
  } else {
    Unit<kGroup> values{};
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      if (kGroup * group + i < columns) values.v[i] = row[kGroup * group + i];
    }
    return values;
  }
}
template <int kWidth>
__device__ __forceinline__ void store_group(float* row,
                                            int group,
                                            int columns,
                                            const Unit<kGroup>& values) {
  if constexpr (kWidth == kGroup) {
    store_unit(row, group, values);
  } else {
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      if (kGroup * group + i < columns) row[kGroup * group + i] = values.v[i];
    }
  }
}

// Columns `column` to `column` + 3 of a row of a plain format, zeros behind the last.
template <int kWidth>
__device__ __forceinline__ Unit<kGroup> plain_values(const Table& table,
                                                     int row,
                                                     int column,
                                                     int columns) {
  Unit<kGroup> values{};
  if (table.panels != 0) {
    constexpr int kRows = cpu::kPanelRows;
    const float* panel =
        static_cast<const float*>(table.data) + row / kRows * int64_t{columns} * kRows;
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      if (column + i < columns) values.v[i] = panel[int64_t{column + i} * kRows + row % kRows];
    }
    return values;
  }
  const int64_t from = row * (table.stride != 0 ? table.stride : columns) + column;
  if (table.dtype == GATUN_DTYPE_F32) {
    const float* data = static_cast<const float*>(table.data) + from;
    return load_group<kWidth>(data, 0, columns - column);
  }
  const uint16_t* data = static_cast<const uint16_t*>(table.data) + from;
  uint16_t bits[kGroup] = {};
  if constexpr (kWidth == kGroup) {
    const Int2 pairs = load_vector(reinterpret_cast<const Int2*>(data));
#pragma unroll
    for (int i = 0; i < kGroup; ++i)
      bits[i] = static_cast<uint16_t>(pairs.v[i / 2] >> (16 * (i % 2)));
  } else {
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      if (column + i < columns) bits[i] = data[i];
    }
  }
#pragma unroll
  for (int i = 0; i < kGroup; ++i)
    values.v[i] = table.dtype == GATUN_DTYPE_F16 ? half_to_float(bits[i]) : bf16_to_float(bits[i]);
  return values;
}

// sum += scale times columns `column` to `column` + 3 of a row.
template <int kWidth>
__device__ __forceinline__ void add_table(
    const Table& table, int row, int column, int columns, float scale, Unit<kGroup>& sum) {
  switch (table.dtype) {
    case GATUN_DTYPE_Q4_0:
      return add_blocks<cpu::kQ4_0>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q4_1:
      return add_blocks<cpu::kQ4_1>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q5_0:
      return add_blocks<cpu::kQ5_0>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q5_1:
      return add_blocks<cpu::kQ5_1>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q8_0:
      return add_blocks<cpu::kQ8_0>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q4_K:
      return add_blocks<cpu::kQ4_K>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q5_K:
      return add_blocks<cpu::kQ5_K>(table.blocks, row, column, scale, sum.v);
    case GATUN_DTYPE_Q6_K:
      return add_blocks<cpu::kQ6_K>(table.blocks, row, column, scale, sum.v);
    default:
      break;
  }
  const Unit<kGroup> values = plain_values<kWidth>(table, row, column, columns);
#pragma unroll
  for (int i = 0; i < kGroup; ++i) sum.v[i] = fmaf(scale, values.v[i], sum.v[i]);
}

template <int kWidth>
__global__ void __launch_bounds__(kMaxThreads) embedding_kernel(EmbeddingArgs args) {
  const int token = static_cast<int>(blockIdx.x), thread = static_cast<int>(threadIdx.x);
  const int threads = static_cast<int>(blockDim.x), columns = args.columns;
  const int groups = (columns + kGroup - 1) / kGroup;
  float* y = args.y + token * args.y_stride;
  int rows[3];
#pragma unroll
  for (int l = 0; l < 3; ++l) {
    const EmbeddingArgs::Lookup& lookup = args.lookups[l];
    const int id = lookup.ids != nullptr ? lookup.ids[token] : -1;
    const int limit = lookup.table.rows - lookup.offset;
    rows[l] = id >= 0 && id < limit ? id + lookup.offset : -1;
    if ((id < -1 || id >= limit) && lookup.ids != nullptr && thread == 0) {
      const auto source =
          static_cast<FaultSource>(static_cast<int>(FaultSource::kEmbeddingIds) + l);
      report_fault(args.fault, source, token, id, limit);
    }
  }

  const bool norm = args.norm_weight != nullptr;
  Unit<kGroup> held[kHeld];
  float total = 0;
  const auto look_up = [&](int group) {
    Unit<kGroup> sum{};
#pragma unroll
    for (int l = 0; l < 3; ++l) {
      if (rows[l] >= 0)
        add_table<kWidth>(args.lookups[l].table, rows[l], kGroup * group, columns,
                          l == 0 ? args.scale : 1.0f, sum);
    }
#pragma unroll
    for (int i = 0; i < kGroup; ++i) total += sum.v[i];
    return sum;
  };
  if (!norm) {
    for (int group = thread; group < groups; group += threads)
      store_group<kWidth>(y, group, columns, look_up(group));
    return;
  }
  // The thread's groups in ascending order: those that it holds, then those that wait in y.
  const auto for_each = [&](auto visit_held, auto visit_rest) {
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const int group = thread + h * threads;
      if (group < groups) visit_held(group, held[h]);
    }
    for (int group = thread + kHeld * threads; group < groups; group += threads) visit_rest(group);
  };
  for_each([&](int group, Unit<kGroup>& sum) { sum = look_up(group); },
           [&](int group) { store_group<kWidth>(y, group, columns, look_up(group)); });
  const auto count = static_cast<float>(columns);
  const float mean = block_reduce(total, 0, Sum{}) / count;
  float squares = 0;
  const auto add_squares = [&](int group, const Unit<kGroup>& sum) {
#pragma unroll
    for (int i = 0; i < kGroup; ++i) {
      const float difference =
          kWidth == kGroup || kGroup * group + i < columns ? sum.v[i] - mean : 0.0f;
      squares = fmaf(difference, difference, squares);
    }
  };
  for_each(add_squares,
           [&](int group) { add_squares(group, load_group<kWidth>(y, group, columns)); });
  const float inverse = 1.0f / sqrtf(block_reduce(squares, 1, Sum{}) / count + args.eps);
  const auto finish = [&](int group, Unit<kGroup> sum) {
    const Unit<kGroup> weight = load_group<kWidth>(args.norm_weight, group, columns);
#pragma unroll
    for (int i = 0; i < kGroup; ++i) sum.v[i] = (sum.v[i] - mean) * inverse * weight.v[i];
    if (args.norm_bias != nullptr)
      add_unit(sum, load_group<kWidth>(args.norm_bias, group, columns));
    store_group<kWidth>(y, group, columns, sum);
  };
  for_each([&](int group, const Unit<kGroup>& sum) { finish(group, sum); },
           [&](int group) { finish(group, load_group<kWidth>(y, group, columns)); });
}

bool wide_rows(const Table& table) {
  const bool plain = table.dtype == GATUN_DTYPE_F32 || table.dtype == GATUN_DTYPE_F16 ||
                     table.dtype == GATUN_DTYPE_BF16;
  if (!plain || table.panels != 0) return true;
  const uintptr_t bytes = table.dtype == GATUN_DTYPE_F32 ? 16 : 8;
  return reinterpret_cast<uintptr_t>(table.data) % bytes == 0 && table.stride % kGroup == 0;
}

}  // namespace

Status embedding(const EmbeddingArgs& args, Stream stream) {
  if (args.columns == 0) return 0;
  bool wide = args.columns % kGroup == 0 && four_wide(args.y, args.y_stride) &&
              four_wide(args.norm_weight, 0) && four_wide(args.norm_bias, 0);
  for (const EmbeddingArgs::Lookup& lookup : args.lookups)
    wide = wide && (lookup.ids == nullptr || wide_rows(lookup.table));
  return launch("embedding", wide ? embedding_kernel<kGroup> : embedding_kernel<1>, {args.tokens},
                row_threads(args.columns, kGroup), 0, stream, args);
}

}  // namespace gatun::cuda

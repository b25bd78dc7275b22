// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_weight.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "kernels/cuda/weight_refresh.h"
#include "kernels/dequantize.h"
#include "kernels/weight_layout.h"
#include "ops/check.h"

namespace gatun {
namespace {

constexpr const char* kCreate = "weight_create";
constexpr int64_t kMasterRows = 4096;  // whole panels

// Rows apart as the kernels want them, zeros between them.
std::vector<std::byte> spread_rows(const cpu::PackedWeight& shape,
                                   const std::byte* source,
                                   int64_t row_bytes,
                                   int64_t step) {
  std::vector<std::byte> rows(static_cast<size_t>(shape.rows * step));
  for (int64_t r = 0; r < shape.rows; ++r)
    std::memcpy(rows.data() + r * step, source + r * row_bytes, static_cast<size_t>(row_bytes));
  return rows;
}

// Elements from one row of a plain weight to the next: rows start at 16 bytes.
int64_t row_stride(int64_t columns, gatun_dtype dtype) {
  const int64_t per_step = 16 / dtype_bytes(dtype);
  return (columns + per_step - 1) / per_step * per_step;
}

// Fills the master of a trainable weight, a few thousand rows at a time: their values in f32, then
// in panel order.
void fill_master(gatun_weight& weight, const std::byte* source, int64_t row_bytes) {
  const cpu::PackedWeight& shape = weight.packed;
  const int64_t most = std::min(shape.rows, kMasterRows), values = most * shape.columns;
  const bool wide = shape.dtype == GATUN_DTYPE_F32;
  CudaStream stream(*weight.device.cuda());
  const DeviceMemory rows(weight.device, values * 4, kCreate);
  std::optional<DeviceMemory> stored;
  if (!wide) stored.emplace(weight.device, most * row_bytes, kCreate);
  for (int64_t first = 0; first < shape.rows; first += most) {
    const int64_t count = std::min(most, shape.rows - first);
    void* target = wide ? rows.data() : stored->data();
    stream.copy_in(target, source + first * row_bytes, count * row_bytes);
    if (!wide) {
      const DequantizeArgs args{static_cast<const std::byte*>(target), shape.dtype,
                                count * shape.columns, static_cast<float*>(rows.data())};
      stream.launch(kCreate, stream.backend().dequantize, args);
    }
    const WeightLayoutArgs args{.panels = shape.master + first * shape.columns,
                                .rows = static_cast<float*>(rows.data()),
                                .row_stride = shape.columns,
                                .row_count = count,
                                .columns = shape.columns,
                                .to_rows = false};
    stream.launch(kCreate, stream.backend().weight_layout, args);
  }
  if (shape.arithmetic == GATUN_ARITHMETIC_FAST) cuda_weight_refresh(stream, shape);
  stream.synchronise(kCreate);
}

gatun_weight* create_trainable(Device& device,
                               const cpu::PackedWeight& shape,
                               const std::byte* source,
                               int64_t row_bytes) {
  const bool fast = shape.arithmetic == GATUN_ARITHMETIC_FAST;
  const int64_t bytes = fast ? shape.rows * cuda_dense(shape).stride * 2 : shape.master_count() * 4;
  auto weight = std::make_unique<gatun_weight>(device, shape, bytes);
  fill_master(*weight, source, row_bytes);
  return weight.release();
}

}  // namespace

bool is_plain(gatun_dtype dtype) {
  return dtype_bytes(dtype) != 0;
}

cuda::DenseWeight cuda_dense(const cpu::PackedWeight& weight) {
  const bool fast = weight.arithmetic == GATUN_ARITHMETIC_FAST;
  gatun_dtype dtype = weight.dtype;
  if (weight.trainable) dtype = fast ? GATUN_DTYPE_BF16 : GATUN_DTYPE_F32;
  return {.data = weight.data,
          .stride = row_stride(weight.columns, dtype),
          .rows = static_cast<int32_t>(weight.rows),
          .columns = static_cast<int32_t>(weight.columns),
          .dtype = dtype,
          .panels = weight.trainable && !fast ? 1 : 0};
}

const char* cuda_form(const cpu::PackedWeight& weight) {
  if (!is_plain(weight.dtype)) return "cuda planes";
  if (!weight.trainable) return "cuda rows";
  return weight.arithmetic == GATUN_ARITHMETIC_FAST ? "cuda bf16 rows of an f32 master"
                                                    : "cuda f32 master";
}

void cuda_weight_refresh(CudaStream& stream, const cpu::PackedWeight& weight) {
  const cuda::WeightRefreshArgs args{.master = weight.master,
                                     .rows = reinterpret_cast<uint16_t*>(weight.data),
                                     .stride = cuda_dense(weight).stride,
                                     .row_count = static_cast<int32_t>(weight.rows),
                                     .columns = static_cast<int32_t>(weight.columns)};
  stream.launch("weight_refresh", stream.backend().weight_refresh, args);
}

gatun_weight* cuda_weight_create(Device& device,
                                 const gatun_weight_params& params,
                                 const cpu::PackedWeight& shape,
                                 int64_t row_bytes) {
  const auto* source = static_cast<const std::byte*>(params.data);
  if (shape.trainable) return create_trainable(device, shape, source, row_bytes);
  CudaDevice& card = *device.cuda();
  const cuda::Backend& backend = card.backend();
  std::vector<std::byte> packed;
  int64_t bytes = 0;
  if (is_plain(shape.dtype)) {
    const int64_t step = cuda_dense(shape).stride * dtype_bytes(shape.dtype);
    bytes = shape.rows * step;
    if (step != row_bytes) packed = spread_rows(shape, source, row_bytes, step);
  } else {
    bytes = backend.quantised_weight_bytes(shape.dtype, shape.rows, shape.columns);
    packed.resize(static_cast<size_t>(bytes));
    backend.pack_quantised_weight(shape.dtype, shape.rows, shape.columns, source, packed.data());
  }
  auto weight = std::make_unique<gatun_weight>(device, shape, bytes);
  card.copy_in(weight->packed.data, packed.empty() ? source : packed.data(), bytes, kCreate);
  return weight.release();
}

cuda::QuantisedWeight cuda_planes(const cuda::Backend& backend, const cpu::PackedWeight& weight) {
  cuda::QuantisedWeight planes{};
  backend.quantised_weight_at(weight.dtype, weight.rows, weight.columns, weight.data, &planes);
  return planes;
}

cuda::Table cuda_table(const cuda::Backend& backend, const cpu::PackedWeight& weight) {
  cuda::Table table{};
  table.dtype = weight.dtype;
  table.rows = static_cast<int32_t>(weight.rows);
  if (is_plain(weight.dtype)) {
    const cuda::DenseWeight dense = cuda_dense(weight);
    table.data = dense.data;
    table.dtype = dense.dtype;
    table.stride = dense.stride;
    table.panels = dense.panels;
  } else {
    table.blocks = cuda_planes(backend, weight);
  }
  return table;
}

// Looking rows up is what widens them, whatever their format.
void cuda_weight_read(const gatun_weight& weight, const gatun_weight_rows& rows) {
  constexpr const char* kName = "weight_read";
  const int64_t columns = weight.packed.columns;
  const int64_t value_bytes = rows.row_count * columns * static_cast<int64_t>(sizeof(float));
  std::vector<int32_t> numbers(static_cast<size_t>(rows.row_count));
  std::iota(numbers.begin(), numbers.end(), static_cast<int32_t>(rows.first_row));
  const int64_t id_bytes = rows.row_count * static_cast<int64_t>(sizeof(int32_t));
  const DeviceMemory ids(weight.device, id_bytes, kName);
  const DeviceMemory values(weight.device, value_bytes, kName);
  CudaStream stream(*weight.device.cuda());
  stream.copy_in(ids.data(), numbers.data(), id_bytes);
  cuda::EmbeddingArgs args{};
  args.lookups[0].ids = static_cast<const int32_t*>(ids.data());
  args.lookups[0].table = cuda_table(stream.backend(), weight.packed);
  if (weight.packed.trainable) {
    args.lookups[0].table.data = weight.packed.master;
    args.lookups[0].table.dtype = GATUN_DTYPE_F32;
    args.lookups[0].table.panels = 1;
  }
  args.y = static_cast<float*>(values.data());
  args.y_stride = columns;
  args.tokens = static_cast<int32_t>(rows.row_count);
  args.columns = static_cast<int32_t>(columns);
  args.scale = 1;
  args.fault = stream.fault();
  stream.launch(kName, stream.backend().embedding, args);
  stream.copy_out(rows.values, values.data(), value_bytes);
}

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
#include "ops/cuda_weight.h"

#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include "ops/check.h"
#include "runtime/error.h"
#include "runtime/stream.h"

namespace gatun {
namespace {

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

}  // namespace

bool is_plain(gatun_dtype dtype) {
  return dtype_bytes(dtype) != 0;
}

int64_t cuda_row_stride(const cpu::PackedWeight& weight) {
  const int64_t per_step = 16 / dtype_bytes(weight.dtype);
  return (weight.columns + per_step - 1) / per_step * per_step;
}

const char* cuda_form(gatun_dtype dtype) {
  return is_plain(dtype) ? "cuda rows" : "cuda planes";
}

gatun_weight* cuda_weight_create(Device& device,
                                 const gatun_weight_params& params,
                                 const cpu::PackedWeight& shape,
                                 int64_t row_bytes) {
  constexpr const char* kName = "weight_create";
  if (shape.trainable) {
    throw Error(GATUN_STATUS_UNSUPPORTED, "weight_create: trainable weights have no kernels for " +
                                              device.name() + "; train on a CPU device");
  }
  CudaDevice& card = *device.cuda();
  const cuda::Backend& backend = card.backend();
  const auto* source = static_cast<const std::byte*>(params.data);
  std::vector<std::byte> packed;
  int64_t bytes = 0;
  if (is_plain(shape.dtype)) {
    const int64_t step = cuda_row_stride(shape) * dtype_bytes(shape.dtype);
    bytes = shape.rows * step;
    if (step != row_bytes) packed = spread_rows(shape, source, row_bytes, step);
  } else {
    bytes = backend.quantised_weight_bytes(shape.dtype, shape.rows, shape.columns);
    packed.resize(static_cast<size_t>(bytes));
    backend.pack_quantised_weight(shape.dtype, shape.rows, shape.columns, source, packed.data());
  }
  auto weight = std::make_unique<gatun_weight>(device, shape, bytes);
  card.copy_in(weight->packed.data, packed.empty() ? source : packed.data(), bytes, kName);
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
    table.data = weight.data;
    table.stride = cuda_row_stride(weight);
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

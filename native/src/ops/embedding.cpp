// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding.h"

#include <array>
#include <string>

#include "kernels/cpu/packed_weight.h"
#include "ops/check.h"
#include "ops/cuda_rows.h"
#include "ops/ops.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const EmbeddingArgs&, const Team&)>, 3>
    kImplementations = {{
        {IsaTier::kAvx512, cpu::avx512::embedding},
        {IsaTier::kAvx2, cpu::avx2::embedding},
        {IsaTier::kGeneric, reference::embedding},
    }};

// A table and its ids; both or neither.
EmbeddingArgs::Lookup look_up_by(ArgumentCheck& check,
                                 const char* ids_name,
                                 const gatun_tensor& ids,
                                 int64_t rows,
                                 const char* table_name,
                                 const gatun_weight* handle,
                                 int64_t columns,
                                 const char* label) {
  if (!is_given(ids) && handle == nullptr) return {nullptr, nullptr, label, 0};
  if (handle == nullptr)
    check.fail(std::string(table_name) + " is missing, expected a weight [V, E] with " + ids_name);
  if (!is_given(ids))
    check.fail(std::string(ids_name) + " is missing, expected I32 [N] with " + table_name);
  check.matches(ids_name, ids, GATUN_DTYPE_I32, "[N]", {rows});
  const cpu::PackedWeight& table = packed_weight(*handle);
  if (table.columns != columns) {
    check.fail(std::string(table_name) + " has shape " + shape_text({table.rows, table.columns}) +
               ", expected [V, E] with E = " + std::to_string(columns) + " from y");
  }
  return {i32_data(ids), &table, label, 0};
}

}  // namespace

void embedding_forward(Stream& stream, const gatun_embedding_params& p) {
  ArgumentCheck check("embedding", stream);
  check.binds("y", p.y, GATUN_DTYPE_F32, 2, "[N, E]");
  const int64_t rows = p.y.shape[0], columns = p.y.shape[1];
  if (p.table == nullptr) check.fail("table is missing, expected a weight [V, E]");
  check.matches("ids", p.ids, GATUN_DTYPE_I32, "[N]", {rows});
  EmbeddingArgs args{};
  args.lookups[0] =
      look_up_by(check, "ids", p.ids, rows, "table", p.table, columns, "embedding: ids");
  args.lookups[1] = look_up_by(check, "positions", p.positions, rows, "position_table",
                               p.position_table, columns, "embedding: positions");
  args.lookups[2] = look_up_by(check, "types", p.types, rows, "type_table", p.type_table, columns,
                               "embedding: types");
  if (args.lookups[1].table == nullptr
          ? p.position_offset != 0
          : p.position_offset < 0 || p.position_offset > args.lookups[1].table->rows) {
    check.fail("position_offset is " + std::to_string(p.position_offset) +
               ", expected a row of position_table, or 0 without one");
  }
  args.lookups[1].offset = p.position_offset;
  const bool norm =
      check.matches_if_given("norm_weight", p.norm_weight, GATUN_DTYPE_F32, "[E]", {columns});
  if (check.matches_if_given("norm_bias", p.norm_bias, GATUN_DTYPE_F32, "[E]", {columns}) &&
      !norm) {
    check.fail("norm_bias is given without norm_weight, expected both or norm_weight alone");
  }
  check.not_negative("eps", p.eps);
  check.apart("y", p.y, "ids", p.ids);
  check.apart("y", p.y, "positions", p.positions);
  check.apart("y", p.y, "types", p.types);
  check.apart("y", p.y, "norm_weight", p.norm_weight);
  check.apart("y", p.y, "norm_bias", p.norm_bias);
  args.norm_weight = f32_data(p.norm_weight);
  args.norm_bias = f32_data(p.norm_bias);
  args.y = f32_data(p.y);
  args.y_stride = row_stride(p.y);
  args.rows = rows;
  args.columns = columns;
  args.scale = p.scale == 0 ? 1 : p.scale;
  args.eps = p.eps;
  args.scratch = static_cast<float*>(
      stream.scratch(stream.threads() * columns * static_cast<int64_t>(sizeof(float))));
  args.fault = &stream.fault();
  if (stream.cuda() != nullptr) return cuda_embedding(*stream.cuda(), args);
  stream.submit("embedding", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

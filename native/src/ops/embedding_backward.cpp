// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding_backward.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_gradients.h"
#include "ops/ops.h"
#include "ops/panel_order.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const EmbeddingBackwardArgs&, const Team&)>, 1>
    kImplementations{{
        {IsaTier::kGeneric, reference::embedding_backward},
    }};

}  // namespace

void embedding_backward(Stream& stream, const gatun_embedding_backward_params& p) {
  ArgumentCheck check("embedding_backward", stream);
  check.binds("dy", p.dy, GATUN_DTYPE_F32, 2, "[N, E]");
  EmbeddingBackwardArgs args{};
  args.dy = f32_data(p.dy);
  args.dy_stride = row_stride(p.dy);
  args.rows = p.dy.shape[0];
  args.columns = p.dy.shape[1];
  args.fault = &stream.fault();
  struct Term {
    const char* ids_name;
    const gatun_tensor& ids;
    const char* table_name;
    const gatun_tensor& table;
    const char* rows_name;
    int64_t rows;
    float scale;
    const char* fault;
  };
  const Term terms[] = {{"ids", p.ids, "dtable", p.dtable, "table_rows", p.table_rows,
                         p.scale == 0 ? 1 : p.scale, "embedding_backward: ids"},
                        {"positions", p.positions, "dposition_table", p.dposition_table,
                         "position_rows", p.position_rows, 1, "embedding_backward: positions"},
                        {"types", p.types, "dtype_table", p.dtype_table, "type_rows", p.type_rows,
                         1, "embedding_backward: types"}};
  for (int i = 0; i < 3; ++i) {
    const Term& term = terms[i];
    if (!is_given(term.table)) continue;
    check.matches(term.ids_name, term.ids, GATUN_DTYPE_I32, "[N]", {args.rows});
    if (term.rows < 1) {
      check.fail(std::string(term.rows_name) + " is " + std::to_string(term.rows) +
                 ", expected the rows of " + term.table_name);
    }
    check.matches(term.table_name, term.table, GATUN_DTYPE_F32, "[ceil(rows / 16) E 16]",
                  {panel_order_count(check, term.table_name, term.rows, args.columns)});
    check.apart(term.table_name, term.table, "dy", p.dy);
    for (int j = 0; j < i; ++j)
      check.apart(term.table_name, term.table, terms[j].table_name, terms[j].table);
    args.lookups[i] = {i32_data(term.ids), f32_data(term.table), term.rows, term.scale, term.fault};
  }
  if (stream.cuda() != nullptr) return cuda_embedding_backward(*stream.cuda(), args);
  stream.submit("embedding_backward", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

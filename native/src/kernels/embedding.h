// SPDX-License-Identifier: Apache-2.0
// y = scale table[ids] + position_table[positions] + type_table[types], then LayerNorm where
// norm_weight is given.
//
// Rows are split over the team. An id of -1 stands for a row of zeros; one outside its table is
// reported and read as -1.
#pragma once

#include <cstdint>

#include "kernels/cpu/packed_weight.h"
#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct EmbeddingArgs {
  struct Lookup {
    const int32_t* ids;              // [N]
    const cpu::PackedWeight* table;  // [V, E]; null: no such term
    const char* name;                // "embedding: ids"
    int64_t offset;                  // row of id 0
  };
  Lookup lookups[3];         // token, position, type
  const float* norm_weight;  // optional [E]
  const float* norm_bias;    // optional [E]
  float* y;                  // [N, E]
  int64_t y_stride;
  int64_t rows;     // N
  int64_t columns;  // E
  float scale;      // of the first lookup
  float eps;
  float* scratch;  // [members, E]
  Fault* fault;
};

namespace reference {
void embedding(const EmbeddingArgs& args, const Team& team);
}
namespace cpu::avx2 {
void embedding(const EmbeddingArgs& args, const Team& team);
}
namespace cpu::avx512 {
void embedding(const EmbeddingArgs& args, const Team& team);
}

namespace {

// Row `row` of a lookup widened to f32 as its format defines it; zeros for -1 and for what is
// outside the table.
inline void look_up(const EmbeddingArgs& args,
                    const EmbeddingArgs::Lookup& lookup,
                    int64_t row,
                    float* values) {
  const cpu::PackedWeight& table = *lookup.table;
  const int64_t given = lookup.ids[row];
  const int64_t id = given < 0 ? given : given + lookup.offset;
  if (id >= 0 && id < table.rows) {
    table.format->unpack_row(table.panel(id / cpu::kPanelRows),
                             static_cast<int>(id % cpu::kPanelRows), table.columns, values);
    return;
  }
  if (given != -1)
    args.fault->report(lookup.name, row, given, table.rows - lookup.offset,
                       Fault::Range::kIndexOrNone);
  for (int64_t e = 0; e < args.columns; ++e) values[e] = 0;
}

}  // namespace

}  // namespace gatun

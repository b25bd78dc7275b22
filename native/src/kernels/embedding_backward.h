// SPDX-License-Identifier: Apache-2.0
// Gradients of up to three tables that were looked up and added:
//   dtable_i[ids_i[n]] += scale_i dy[n], n ascending, in f32; tables in panel order.
//
// Columns are split over the team. There is one implementation: the elements of a row lie on cache
// lines of their own, so vectors would not make it faster. An id of -1 is skipped; others outside
// the table are reported.
#pragma once

#include <cstdint>

#include "runtime/stream.h"
#include "runtime/team.h"

namespace gatun {

struct EmbeddingBackwardArgs {
  struct Lookup {
    const int32_t* ids;  // [N]
    float* dtable;       // [ceil(V / 16)][E][16]; null: no such term
    int64_t rows;        // V
    float scale;
    const char* name;  // "embedding_backward: ids"
  };
  Lookup lookups[3];  // token, position, type
  const float* dy;    // [N, E]
  int64_t dy_stride;
  int64_t rows;     // N
  int64_t columns;  // E
  Fault* fault;
};

namespace {

// Whether token n of a lookup has a row; reports an id outside the table.
inline bool has_row(const EmbeddingBackwardArgs& args,
                    const EmbeddingBackwardArgs::Lookup& lookup,
                    int64_t n) {
  const int64_t id = lookup.ids[n];
  if (id >= 0 && id < lookup.rows) return true;
  if (id != -1) args.fault->report(lookup.name, n, id, lookup.rows, Fault::Range::kIndexOrNone);
  return false;
}

}  // namespace

namespace reference {
void embedding_backward(const EmbeddingBackwardArgs& args, const Team& team);
}

}  // namespace gatun

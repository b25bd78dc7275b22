// SPDX-License-Identifier: Apache-2.0
// The bf16 panels of a trainable weight in FAST arithmetic, rounded to nearest even from its f32
// master. Panels are split over the team.
#pragma once

#include "kernels/cpu/packed_weight.h"
#include "runtime/team.h"

namespace gatun {

struct WeightRefreshArgs {
  cpu::PackedWeight weight;
};

namespace reference {
void weight_refresh(const WeightRefreshArgs& args, const Team& team);
}
namespace cpu::avx2 {
void weight_refresh(const WeightRefreshArgs& args, const Team& team);
}
namespace cpu::avx512 {
void weight_refresh(const WeightRefreshArgs& args, const Team& team);
}

}  // namespace gatun

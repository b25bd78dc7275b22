// SPDX-License-Identifier: Apache-2.0
#include "kernels/weight_refresh.h"

#include <array>

#include "ops/check.h"
#include "ops/cuda_weight.h"
#include "ops/ops.h"
#include "ops/weight.h"

namespace gatun {
namespace {

constexpr std::array<Implementation<void (*)(const WeightRefreshArgs&, const Team&)>, 3>
    kImplementations{{
        {IsaTier::kAvx512, cpu::avx512::weight_refresh},
        {IsaTier::kAvx2, cpu::avx2::weight_refresh},
        {IsaTier::kGeneric, reference::weight_refresh},
    }};

}  // namespace

void weight_refresh_forward(Stream& stream, const gatun_weight_refresh_params& p) {
  const ArgumentCheck check("weight_refresh", stream);
  if (p.weight == nullptr) check.fail("weight is NULL, expected a trainable weight");
  if (&p.weight->device != &stream.device())
    check.fail("weight belongs to another device than the stream");
  const WeightRefreshArgs args{p.weight->packed};
  if (!args.weight.trainable)
    check.fail("weight is frozen, expected one created with GATUN_WEIGHT_TRAINABLE");
  if (args.weight.arithmetic != GATUN_ARITHMETIC_FAST) return;  // products read the master itself
  if (stream.cuda() != nullptr) return cuda_weight_refresh(*stream.cuda(), args.weight);
  stream.submit("weight_refresh", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

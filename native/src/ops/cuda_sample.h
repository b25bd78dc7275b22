// SPDX-License-Identifier: Apache-2.0
// The choice of tokens for a GPU: checked arguments into a launch of the CUDA kernel.
#pragma once

#include "gatun/ops.h"
#include "runtime/stream.h"

namespace gatun {

void cuda_sample(Stream& stream, const gatun_sample_params& params);

}  // namespace gatun

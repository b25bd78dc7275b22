// SPDX-License-Identifier: Apache-2.0
// Products for a GPU: checked arguments into launches of the CUDA kernels.
#pragma once

#include "kernels/linear.h"
#include "kernels/linear_backward.h"
#include "runtime/stream.h"

namespace gatun {

void cuda_linear(Stream& stream, const char* operation, const LinearArgs& args);
void cuda_linear_backward(Stream& stream, const LinearBackwardArgs& args);

}  // namespace gatun

// SPDX-License-Identifier: Apache-2.0
// What linear, gated_linear and the tests of their kernels share.
#pragma once

#include "gatun/train.h"
#include "kernels/linear.h"
#include "kernels/linear_backward.h"
#include "ops/check.h"
#include "ops/weight.h"

namespace gatun {

// The packed form of a weight of the stream's device that multiplies x [N, K].
const cpu::PackedWeight& checked_weight(const ArgumentCheck& check,
                                        const char* name,
                                        const gatun_weight* weight,
                                        const Stream& stream,
                                        int64_t columns);

// Optional vector of `length` values from a checked tensor: null where it is not given.
const float* optional_bias(ArgumentCheck& check,
                           const char* name,
                           const gatun_tensor& bias,
                           int64_t length);

// Fills in what the stream provides and submits the implementation of its tier.
void submit_linear(Stream& stream, const char* operation, LinearArgs args);

// The checked arguments of linear_backward, all but scratch.
LinearBackwardArgs linear_backward_args(Stream& stream, const gatun_linear_backward_params& params);

}  // namespace gatun

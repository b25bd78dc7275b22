// SPDX-License-Identifier: Apache-2.0
// Weights in the memory of a GPU. Block formats are held in planes (kernels/cuda/
// quantised_weight.h), f32, f16 and bf16 as rows. A PackedWeight of one has no format; its data is
// the device's.
#pragma once

#include "kernels/cuda/embedding.h"
#include "ops/weight.h"
#include "runtime/cuda_stream.h"

namespace gatun {

gatun_weight* cuda_weight_create(Device& device,
                                 const gatun_weight_params& params,
                                 const cpu::PackedWeight& shape,
                                 int64_t row_bytes);
void cuda_weight_read(const gatun_weight& weight, const gatun_weight_rows& rows);
// For reports.
const char* cuda_form(gatun_dtype dtype);

// f32, f16 or bf16.
bool is_plain(gatun_dtype dtype);
// Elements from one row of a plain weight to the next: rows start at 16 bytes.
int64_t cuda_row_stride(const cpu::PackedWeight& weight);
// Of a block format.
cuda::QuantisedWeight cuda_planes(const cuda::Backend& backend, const cpu::PackedWeight& weight);
cuda::Table cuda_table(const cuda::Backend& backend, const cpu::PackedWeight& weight);

}  // namespace gatun

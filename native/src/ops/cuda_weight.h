// SPDX-License-Identifier: Apache-2.0
// Weights in the memory of a GPU. Block formats are held in planes (kernels/cuda/
// quantised_weight.h), f32, f16 and bf16 as rows, trainable weights as their f32 master in panel
// order and, in FAST arithmetic, rows of bf16 beside it. A PackedWeight of one has no format; its
// data is the device's.
#pragma once

#include "kernels/cuda/embedding.h"
#include "kernels/cuda/linear_dense.h"
#include "ops/weight.h"
#include "runtime/cuda_stream.h"

namespace gatun {

gatun_weight* cuda_weight_create(Device& device,
                                 const gatun_weight_params& params,
                                 const cpu::PackedWeight& shape,
                                 int64_t row_bytes);
void cuda_weight_read(const gatun_weight& weight, const gatun_weight_rows& rows);
// What products read of a trainable weight in FAST arithmetic, anew from its master.
void cuda_weight_refresh(CudaStream& stream, const cpu::PackedWeight& weight);
// For reports.
const char* cuda_form(const cpu::PackedWeight& weight);

// f32, f16 or bf16.
bool is_plain(gatun_dtype dtype);
// A plain weight as products read it.
cuda::DenseWeight cuda_dense(const cpu::PackedWeight& weight);
// Of a block format.
cuda::QuantisedWeight cuda_planes(const cuda::Backend& backend, const cpu::PackedWeight& weight);
cuda::Table cuda_table(const cuda::Backend& backend, const cpu::PackedWeight& weight);

}  // namespace gatun

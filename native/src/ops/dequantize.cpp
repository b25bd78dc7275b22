// SPDX-License-Identifier: Apache-2.0
#include "kernels/dequantize.h"

#include <array>
#include <string>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"
#include "ops/storage_format.h"

namespace gatun {
namespace {

using Kernel = void (*)(const DequantizeArgs&, const Team&);
constexpr std::array<Implementation<Kernel>, 1> kImplementations{
    {{IsaTier::kGeneric, reference::dequantize}}};

}  // namespace

void dequantize_forward(Stream& stream, const gatun_dequantize_params& p) {
  ArgumentCheck check("dequantize", stream);
  check.binds("y", p.y, GATUN_DTYPE_F32, 1, "[C]");
  const StorageFormat format = storage_format(p.dtype);
  if (format.elements == 0) {
    check.unsupported(
        "dtype is " + std::to_string(p.dtype) +
        ", expected F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K");
  }
  const int64_t count = p.y.shape[0];
  if (count % format.elements != 0) {
    check.fail("y has shape " + shape_text(p.y) + ", expected a multiple of the " +
               std::to_string(format.elements) + " values of a block of " + dtype_name(p.dtype));
  }
  const int64_t bytes = count / format.elements * format.bytes;
  if (p.x_byte_length < bytes || (p.x == nullptr && bytes > 0)) {
    check.fail("x has " + std::to_string(p.x == nullptr ? 0 : p.x_byte_length) +
               " bytes, expected " + std::to_string(bytes) + " for " + std::to_string(count) +
               " values of " + dtype_name(p.dtype));
  }
  const DequantizeArgs args{static_cast<const std::byte*>(p.x), p.dtype, count, f32_data(p.y)};
  if (submit_cuda(stream, "dequantize", &cuda::Backend::dequantize, args)) return;
  stream.submit("dequantize", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

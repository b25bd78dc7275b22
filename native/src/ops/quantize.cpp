// SPDX-License-Identifier: Apache-2.0
#include "kernels/quantize.h"

#include <array>
#include <string>

#include "ops/check.h"
#include "ops/cuda.h"
#include "ops/ops.h"
#include "ops/storage_format.h"

namespace gatun {
namespace {

using Kernel = void (*)(const QuantizeArgs&, const Team&);
constexpr std::array<Implementation<Kernel>, 1> kImplementations{
    {{IsaTier::kGeneric, reference::quantize}}};

bool has_quantiser(gatun_dtype dtype) {
  return storage_format(dtype).elements != 0 && dtype != GATUN_DTYPE_Q4_K &&
         dtype != GATUN_DTYPE_Q5_K && dtype != GATUN_DTYPE_Q6_K;
}

}  // namespace

void quantize_forward(Stream& stream, const gatun_quantize_params& p) {
  ArgumentCheck check("quantize", stream);
  check.binds("x", p.x, GATUN_DTYPE_F32, 1, "[C]");
  if (!has_quantiser(p.dtype)) {
    check.unsupported("dtype is " + std::to_string(p.dtype) +
                      ", expected F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1 or Q8_0");
  }
  const StorageFormat format = storage_format(p.dtype);
  const int64_t count = p.x.shape[0];
  if (count % format.elements != 0) {
    check.fail("x has shape " + shape_text(p.x) + ", expected a multiple of the " +
               std::to_string(format.elements) + " values of a block of " + dtype_name(p.dtype));
  }
  const int64_t bytes = count / format.elements * format.bytes;
  if (p.y_byte_length < bytes || (p.y == nullptr && bytes > 0)) {
    check.fail("y has " + std::to_string(p.y == nullptr ? 0 : p.y_byte_length) +
               " bytes, expected " + std::to_string(bytes) + " for " + std::to_string(count) +
               " values of " + dtype_name(p.dtype));
  }
  const QuantizeArgs args{f32_data(p.x), count, p.dtype, static_cast<std::byte*>(p.y)};
  if (submit_cuda(stream, "quantize", &cuda::Backend::quantize, args)) return;
  stream.submit("quantize", select_implementation(kImplementations, stream.tier()), args);
}

}  // namespace gatun

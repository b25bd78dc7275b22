// SPDX-License-Identifier: Apache-2.0
// The tile functions of each tier for each block format, as quantised_formats.cpp lists them.
#pragma once

#include "kernels/cpu/matmul_format.h"

namespace gatun::cpu {

struct QuantisedProducts {
  TileFunction f32;
  TileFunction int8;
};

// Of one of the eight block formats.
namespace generic {
QuantisedProducts quantised_products(gatun_dtype dtype);
}
namespace avx2 {
QuantisedProducts quantised_products(gatun_dtype dtype);
}
namespace avx512 {
QuantisedProducts quantised_products(gatun_dtype dtype);
}
// Many rows of bf16 x with the weights widened to bf16, on tile registers or on their software
// twin.
namespace amx {
TileFunction quantised_bf16_product(gatun_dtype dtype);
TileFunction quantised_bf16_product_twin(gatun_dtype dtype);
}  // namespace amx

}  // namespace gatun::cpu

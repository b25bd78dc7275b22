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
// By the width of the codes as panels hold them, in one source each: every one takes the compiler
// as long as the rest of the library, so they are compiled side by side.
namespace avx2 {
QuantisedProducts quantised_products_4bit(gatun_dtype dtype);
QuantisedProducts quantised_products_5bit(gatun_dtype dtype);
QuantisedProducts quantised_products_8bit(gatun_dtype dtype);  // and Q6_K
}  // namespace avx2
namespace avx512 {
QuantisedProducts quantised_products_4bit(gatun_dtype dtype);
QuantisedProducts quantised_products_5bit(gatun_dtype dtype);
QuantisedProducts quantised_products_8bit(gatun_dtype dtype);  // and Q6_K
}  // namespace avx512
// Many rows of bf16 x with the weights widened to bf16, on tile registers or on their software
// twin.
namespace amx {
TileFunction quantised_bf16_product(gatun_dtype dtype);
TileFunction quantised_bf16_product_twin(gatun_dtype dtype);
}  // namespace amx

}  // namespace gatun::cpu
